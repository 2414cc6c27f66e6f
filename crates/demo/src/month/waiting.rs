//! What waits for a person when the month is over: money that came after a cancellation, twice, in another amount and for nobody; cash
//! that is on its way, an order that was made just now, and an endpoint that refuses what is sent to it.

use anyhow::Context;
use guichet_core::{Actor, Environment, Event};
use guichet_sandbox::Action;

use crate::declared::COUNTER;
use crate::servers::Servers;

use super::dice::Dice;
use super::goods::{ABIDJAN, ALGIERS};
use super::name_at_gateway;
use super::plan::{HOUR_MS, MINUTE_MS, Move, Plan, SECOND_MS};

/// How long before the end the endpoint is made that refuses, in ms.
pub(super) const REFUSES_BEFORE_MS: i64 = 9 * HOUR_MS;

/// How long before the end the money for nobody comes, in ms.
pub(super) const FOR_NOBODY_BEFORE_MS: i64 = 5 * HOUR_MS;

/// Plans the orders that will wait for a decision at that time (unix ms).
pub(super) fn plan(plan: &mut Plan, ends_ms: i64) {
    let mut dice = Dice::new(0x0dd5);
    let mut add = |trade, gateway, before_ms: i64, moves: &[(i64, Move)]| {
        let sale = plan.add(trade, gateway, &mut dice);
        plan.plan(sale, ends_ms - before_ms, moves);
    };
    // Begun in one tab, paid in another, and then in the first one too. Each link lives for twenty minutes unless it is begun.
    add(
        &ALGIERS,
        "ocpay",
        51 * HOUR_MS,
        &[
            (0, Move::Make),
            (2 * MINUTE_MS, Move::Begin),
            (22 * MINUTE_MS, Move::Again),
            (24 * MINUTE_MS, Move::Pay),
            (31 * MINUTE_MS, Move::PayFirst),
            (
                3 * HOUR_MS,
                Move::Note("La cliente a appelé : elle a vu deux débits, elle attend notre réponse."),
            ),
        ],
    );
    add(
        &ALGIERS,
        "ocpay",
        20 * HOUR_MS,
        &[(0, Move::Make), (9 * MINUTE_MS, Move::Cancel), (11 * MINUTE_MS, Move::Pay)],
    );
    add(&ABIDJAN, "cinetpay", 7 * HOUR_MS, &[(0, Move::Make), (3 * MINUTE_MS, Move::PayOther)]);
    // One bag of several was torn, and its price went back.
    add(
        &ALGIERS,
        "ocpay",
        30 * HOUR_MS,
        &[
            (0, Move::Make),
            (2 * MINUTE_MS, Move::Pay),
            (4 * HOUR_MS, Move::Note("Un article abîmé : remboursé en partie, à la demande du client.")),
            (4 * HOUR_MS + MINUTE_MS, Move::Refund(30)),
        ],
    );
    add(
        &ALGIERS,
        "cash",
        2 * HOUR_MS,
        &[(0, Move::Make), (10 * MINUTE_MS, Move::Note("Le livreur passe après 18 h. Troisième étage."))],
    );
    add(&ABIDJAN, "novasend", 40 * MINUTE_MS, &[(0, Move::Make), (2 * MINUTE_MS, Move::Pay)]);
    add(&ALGIERS, "ocpay", 15 * MINUTE_MS, &[(0, Move::Make), (90 * SECOND_MS, Move::Pay)]);
    add(&ABIDJAN, "cinetpay", 4 * MINUTE_MS, &[(0, Move::Make)]);
}

/// An endpoint that refuses: the shop has nothing there.
pub(super) async fn refusing_endpoint(servers: &Servers) -> anyhow::Result<()> {
    let url = format!("{}/comptabilite", servers.shop.url());
    servers.vendor_shops.api().notify(&url, "order.paid").await
}

/// Money comes for a payment that this server has forgotten, as after a backup was restored: the gateway knows it by a name that only
/// this server gives.
pub(super) async fn money_for_nobody(servers: &Servers) -> anyhow::Result<()> {
    let app = servers.node.app();
    let snapshot = app.registry().snapshot();
    let merchant = snapshot.merchants.values().find(|merchant| merchant.name == COUNTER);
    let accounts = merchant.map(|merchant| snapshot.accounts_of(merchant.id, Environment::Test));
    let account = accounts.into_iter().flatten().find(|account| account.gateway.name() == "novasend");
    let account = account.context("the shop has no account at Novasend")?;
    let asked = app.payment_requested(account, "forgotten", Actor::Worker);
    let Event::PaymentRequested { payment, .. } = asked else { return Ok(()) };
    let name = payment.to_string();
    let link = servers.vendor_shops.ask_novasend_itself(&servers.sandbox_url, &name).await?;
    servers.sandbox.act(name_at_gateway(&link), Action::Pay).context("the sandbox refused")?;
    Ok(())
}
