//! The tools for whoever writes a handler of webhooks: `guichet webhook listen`, `trigger` and `certify`.

mod certify;
mod handler;
mod listen;
mod trigger;
