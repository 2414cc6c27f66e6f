//! What happens to orders in francs: through CinetPay and Novasend, which announce what happens, so
//! that nobody waits for the next question.

use guichet_sandbox::{Action, MessageChannel, Misbehaviour, MisbehaviourKind, On};
use serde_json::{Value, json};

use crate::declared::{CINETPAY, NOVASEND};
use crate::run::Run;

/// How long an order waits, in seconds: less than a link of CinetPay lives, more than one of Novasend.
const TWENTY_MINUTES_S: i64 = 1200;

/// What an order in francs has beside a title and a price.
fn in_francs(run: &Run<'_>, gateway: &str) -> Value {
    json!({
        "currency": "XOF", "gateway": gateway, "payer": run.payer(), "expires_in": TWENTY_MINUTES_S,
    })
}

/// How the only payment stands, by the API.
async fn payment_now(run: &mut Run<'_>) -> anyhow::Result<String> {
    let payments = run.look().await?.payments;
    Ok(payments.first().map(|payment| payment.status.clone()).unwrap_or_default())
}

/// By which ways this scenario's customer was written to, as far as the outbox knows.
fn messages(run: &Run<'_>) -> String {
    let payer = run.payer();
    let theirs = |to: &str| payer["email"] == to || payer["phone"] == to;
    let messages = run.servers.sandbox.messages().into_iter().filter(|message| theirs(&message.to));
    let mut ways: Vec<&str> = messages
        .map(|message| match message.channel {
            MessageChannel::Email => "e-mail",
            MessageChannel::Sms => "SMS",
        })
        .collect();
    ways.sort_unstable();
    ways.join(" and ")
}

pub(super) async fn paid(run: &mut Run<'_>, gateway: &str) -> anyhow::Result<()> {
    let fields = in_francs(run, gateway);
    let order = run.order("Attiéké d’Abidjan, 2 kg", 3_500, fields).await?;
    run.at_operator(&order.payment_url.unwrap_or_default()).await?;
    run.wait_s(20).await?;
    let before = run.times("payment.called_back");
    let answer = run.unless_tampered(Action::Pay, Action::Decline);
    run.on_the_phone(answer, "the payer says yes on the phone; the gateway notifies at once").await?;
    let status = run.look().await?.status;
    run.want("the order when the notification has come", "fulfilled", status);
    run.want("the notifications that were followed", 1, run.times("payment.called_back") - before);
    run.want("the customer was written to", "SMS and e-mail", messages(run));
    Ok(())
}

pub(super) async fn declined(run: &mut Run<'_>, gateway: &str) -> anyhow::Result<()> {
    let fields = in_francs(run, gateway);
    let order = run.order("Pagne wax, 6 yards", 12_500, fields).await?;
    run.at_operator(&order.payment_url.unwrap_or_default()).await?;
    run.wait_s(20).await?;
    let answer = run.unless_tampered(Action::Decline, Action::Pay);
    run.on_the_phone(answer, "the payer says no on the phone; the gateway notifies at once").await?;
    let status = run.look().await?.status;
    run.want("the order when the notification has come", "failed", status);
    run.want("the customer was written to", "SMS and e-mail", messages(run));
    Ok(())
}

/// The order's time is over long before the link's: it expires, and its payment is watched on until
/// the gateway lets the link lapse.
pub(super) async fn lapsed_a_day_later(run: &mut Run<'_>) -> anyhow::Result<()> {
    let fields = in_francs(run, "cinetpay");
    let order = run.order("Beurre de karité, 500 g", 3_000, fields).await?;
    let button = run.unless_tampered("leave", "pay");
    let link = order.payment_url.unwrap_or_default();
    run.at_gateway(&link, button, "the customer looks at the gateway’s page and leaves").await?;
    run.until_minute(21).await?;
    run.want("the minute in which the order expired", 20, run.minute_of("order.expired"));
    let status = payment_now(run).await?;
    run.want("the payment while its link may live", "open", status);
    run.a_day_passes().await
}

pub(super) async fn lapsed_before_the_order(run: &mut Run<'_>) -> anyhow::Result<()> {
    let fields = in_francs(run, "novasend");
    let order = run.order("Beurre de karité, 500 g", 3_000, fields).await?;
    let button = run.unless_tampered("leave", "pay");
    let link = order.payment_url.unwrap_or_default();
    run.at_gateway(&link, button, "the customer looks at the gateway’s page and leaves").await?;
    run.until_minute(24).await?;
    run.want("the minute in which the link lapsed", 15, run.minute_of("payment.expired"));
    run.want("the minute in which the order expired", 20, run.minute_of("order.expired"));
    Ok(())
}

/// The gateway knows our name for the payment, so it can be asked. Until it was, nothing else is
/// opened; then it knows of no money, and nobody has the lost link to bring any.
pub(super) async fn asked_about(run: &mut Run<'_>) -> anyhow::Result<()> {
    if run.unless_tampered(true, false) {
        let cut = Misbehaviour::next(MisbehaviourKind::CutAfter).on(On::Open).at("cinetpay");
        run.inject(cut, "CinetPay’s answer to the next payment will be cut off")?;
    }
    let fields = in_francs(run, "cinetpay");
    let order = run.order("Attiéké d’Abidjan, 2 kg", 3_500, fields).await?;
    let status = payment_now(run).await?;
    run.want("the payment after the answer was lost", "unknown", status);
    run.want("the address to pay at", "none", order.payment_url.unwrap_or("none".to_owned()));
    let page = run.choose(CINETPAY).await?;
    run.want("no second payment is opened blindly", true, page.url.starts_with(&order.checkout_url));
    run.until_minute(2).await?;
    let link = run.choose(CINETPAY).await?.url;
    run.want("the transactions at the gateway", 2, run.links().len());
    run.at_operator(&link).await?;
    run.wait_s(20).await?;
    run.on_the_phone(Action::Pay, "the payer says yes on the phone").await?;
    let status = payment_now(run).await?;
    run.want("the lost payment while its link may live", "unknown", status);
    run.a_day_passes().await?;
    run.want("a lost answer is never a failure", 0, run.times("payment.failed"));
    Ok(())
}

/// The same key opens the same payin, so the customer gets the link that was made at first.
pub(super) async fn opened_again(run: &mut Run<'_>) -> anyhow::Result<()> {
    if run.unless_tampered(true, false) {
        let cut = Misbehaviour::next(MisbehaviourKind::CutAfter).on(On::Open).at("novasend");
        run.inject(cut, "Novasend’s answer to the next payin will be cut off")?;
    }
    let fields = in_francs(run, "auto");
    let order = run.order("Pagne wax, 6 yards", 12_500, fields).await?;
    let status = payment_now(run).await?;
    run.want("the payment after the answer was lost", "unknown", status);
    run.want("the address to pay at", "none", order.payment_url.unwrap_or("none".to_owned()));
    let made: Vec<String> = run.links().into_iter().map(|link| link.reference).collect();
    run.want("the payins at the gateway, and nothing at the next one", 1, made.len());
    run.until_minute(1).await?;
    let link = run.look().await?.payment_url.unwrap_or_default();
    let first = made.first().map(String::as_str).unwrap_or("none");
    run.want("the link is that of the first time", true, link.ends_with(first));
    let page = run.choose(NOVASEND).await?;
    run.want("the page that the customer is led to", &link, &page.url);
    run.at_operator(&link).await?;
    run.wait_s(20).await?;
    run.on_the_phone(Action::Pay, "the payer says yes on the phone").await
}
