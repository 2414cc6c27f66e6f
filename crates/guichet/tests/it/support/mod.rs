//! What the integration tests share: a server that audits itself, shop files, a client, an inbox for webhooks, and the
//! real binary.

pub(crate) mod audit;
pub(crate) mod call;
pub(crate) mod card_shop;
pub(crate) mod database;
pub(crate) mod dice;
pub(crate) mod engine;
pub(crate) mod gate;
pub(crate) mod gateway_recorder;
pub(crate) mod inbox;
pub(crate) mod patience;
pub(crate) mod program;
pub(crate) mod scratch;
pub(crate) mod shop_file;
pub(crate) mod test_server;
