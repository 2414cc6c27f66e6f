//! What happens to orders in francs: through CinetPay and Novasend, which announce what happens, so
//! that nobody waits for the next question.

use guichet_sandbox::{Action, MessageChannel, Misbehaviour, MisbehaviourKind, On};
use serde_json::{Value, json};

use crate::demo::declared::{CINETPAY, NOVASEND};
use crate::demo::play::Play;

/// How long an order waits, in seconds: less than a link of CinetPay lives, more than one of Novasend.
const TWENTY_MINUTES_S: i64 = 1200;

/// What an order in francs has beside a title and a price.
fn in_francs(play: &Play<'_>, gateway: &str) -> Value {
    json!({
        "currency": "XOF", "gateway": gateway, "payer": play.payer(), "expires_in": TWENTY_MINUTES_S,
    })
}

/// How the only payment stands, by the API.
async fn payment_now(play: &mut Play<'_>) -> anyhow::Result<String> {
    let payments = play.look().await?.payments;
    Ok(payments.first().map(|payment| payment.status.clone()).unwrap_or_default())
}

/// By which ways this scenario's customer was written to, as far as the outbox knows.
fn messages(play: &Play<'_>) -> String {
    let payer = play.payer();
    let theirs = |to: &str| payer["email"] == to || payer["phone"] == to;
    let messages = play.house.sandbox.messages().into_iter().filter(|message| theirs(&message.to));
    let mut ways: Vec<&str> = messages
        .map(|message| match message.channel {
            MessageChannel::Email => "e-mail",
            MessageChannel::Sms => "SMS",
        })
        .collect();
    ways.sort_unstable();
    ways.join(" and ")
}

pub(super) async fn paid(play: &mut Play<'_>, gateway: &str) -> anyhow::Result<()> {
    let fields = in_francs(play, gateway);
    let order = play.order("Attiéké d’Abidjan, 2 kg", 3_500, fields).await?;
    play.at_operator(&order.payment_url.unwrap_or_default()).await?;
    play.wait_s(20).await?;
    let before = play.times("payment.called_back");
    let answer = play.unless_tampered(Action::Pay, Action::Decline);
    play.on_the_phone(answer, "the payer says yes on the phone; the gateway notifies at once").await?;
    let status = play.look().await?.status;
    play.want("the order when the notification has come", "fulfilled", status);
    play.want("the notifications that were followed", 1, play.times("payment.called_back") - before);
    play.want("the customer was written to", "SMS and e-mail", messages(play));
    Ok(())
}

pub(super) async fn declined(play: &mut Play<'_>, gateway: &str) -> anyhow::Result<()> {
    let fields = in_francs(play, gateway);
    let order = play.order("Pagne wax, 6 yards", 12_500, fields).await?;
    play.at_operator(&order.payment_url.unwrap_or_default()).await?;
    play.wait_s(20).await?;
    let answer = play.unless_tampered(Action::Decline, Action::Pay);
    play.on_the_phone(answer, "the payer says no on the phone; the gateway notifies at once").await?;
    let status = play.look().await?.status;
    play.want("the order when the notification has come", "failed", status);
    play.want("the customer was written to", "SMS and e-mail", messages(play));
    Ok(())
}

/// The order's time is over long before the link's: it expires, and its payment is watched on until
/// the gateway lets the link lapse.
pub(super) async fn lapsed_a_day_later(play: &mut Play<'_>) -> anyhow::Result<()> {
    let fields = in_francs(play, "cinetpay");
    let order = play.order("Beurre de karité, 500 g", 3_000, fields).await?;
    let button = play.unless_tampered("leave", "pay");
    let link = order.payment_url.unwrap_or_default();
    play.at_gateway(&link, button, "the customer looks at the gateway’s page and leaves").await?;
    play.until_minute(21).await?;
    play.want("the minute in which the order expired", 20, play.minute_of("order.expired"));
    let status = payment_now(play).await?;
    play.want("the payment while its link may live", "open", status);
    play.a_day_passes().await
}

pub(super) async fn lapsed_before_the_order(play: &mut Play<'_>) -> anyhow::Result<()> {
    let fields = in_francs(play, "novasend");
    let order = play.order("Beurre de karité, 500 g", 3_000, fields).await?;
    let button = play.unless_tampered("leave", "pay");
    let link = order.payment_url.unwrap_or_default();
    play.at_gateway(&link, button, "the customer looks at the gateway’s page and leaves").await?;
    play.until_minute(24).await?;
    play.want("the minute in which the link lapsed", 15, play.minute_of("payment.expired"));
    play.want("the minute in which the order expired", 20, play.minute_of("order.expired"));
    Ok(())
}

/// The gateway knows our name for the payment, so it can be asked. Until it was, nothing else is
/// opened; then it knows of no money, and nobody has the lost link to bring any.
pub(super) async fn asked_about(play: &mut Play<'_>) -> anyhow::Result<()> {
    if play.unless_tampered(true, false) {
        let cut = Misbehaviour::next(MisbehaviourKind::CutAfter).on(On::Open).at("cinetpay");
        play.inject(cut, "CinetPay’s answer to the next payment will be cut off")?;
    }
    let fields = in_francs(play, "cinetpay");
    let order = play.order("Attiéké d’Abidjan, 2 kg", 3_500, fields).await?;
    let status = payment_now(play).await?;
    play.want("the payment after the answer was lost", "unknown", status);
    play.want("the address to pay at", "none", order.payment_url.unwrap_or("none".to_owned()));
    let page = play.choose(CINETPAY).await?;
    play.want("no second payment is opened blindly", true, page.url.starts_with(&order.checkout_url));
    play.until_minute(2).await?;
    let link = play.choose(CINETPAY).await?.url;
    play.want("the transactions at the gateway", 2, play.links().len());
    play.at_operator(&link).await?;
    play.wait_s(20).await?;
    play.on_the_phone(Action::Pay, "the payer says yes on the phone").await?;
    let status = payment_now(play).await?;
    play.want("the lost payment while its link may live", "unknown", status);
    play.a_day_passes().await?;
    play.want("a lost answer is never a failure", 0, play.times("payment.failed"));
    Ok(())
}

/// The same key opens the same payin, so the customer gets the link that was made at first.
pub(super) async fn opened_again(play: &mut Play<'_>) -> anyhow::Result<()> {
    if play.unless_tampered(true, false) {
        let cut = Misbehaviour::next(MisbehaviourKind::CutAfter).on(On::Open).at("novasend");
        play.inject(cut, "Novasend’s answer to the next payin will be cut off")?;
    }
    let fields = in_francs(play, "auto");
    let order = play.order("Pagne wax, 6 yards", 12_500, fields).await?;
    let status = payment_now(play).await?;
    play.want("the payment after the answer was lost", "unknown", status);
    play.want("the address to pay at", "none", order.payment_url.unwrap_or("none".to_owned()));
    let made: Vec<String> = play.links().into_iter().map(|link| link.reference).collect();
    play.want("the payins at the gateway, and nothing at the next one", 1, made.len());
    play.until_minute(1).await?;
    let link = play.look().await?.payment_url.unwrap_or_default();
    let first = made.first().map(String::as_str).unwrap_or("none");
    play.want("the link is that of the first time", true, link.ends_with(first));
    let page = play.choose(NOVASEND).await?;
    play.want("the page that the customer is led to", &link, &page.url);
    play.at_operator(&link).await?;
    play.wait_s(20).await?;
    play.on_the_phone(Action::Pay, "the payer says yes on the phone").await
}
