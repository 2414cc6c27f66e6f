//! What happens to orders in dinars: through OCPay, where the server asks and is told nothing, and in
//! cash.

use guichet_sandbox::{Misbehaviour, MisbehaviourKind, On};
use serde_json::json;

use crate::demo::declared::{CARD, CASH};
use crate::demo::play::Play;

/// How long an order waits, in seconds: as long as a link of the gateway.
const TWENTY_MINUTES_S: i64 = 1200;

pub(super) async fn paid(play: &mut Play<'_>) -> anyhow::Result<()> {
    let order = play.buy("dattes").await?;
    let link = play.choose(CARD).await?.url;
    let button = play.unless_tampered("pay", "decline");
    let page = play.at_gateway(&link, button, "the customer pays and is led back").await?;
    play.want("the page after paying", &order.status_url, &page.url);
    play.look_at_status().await?;
    let live = play.browser.open(&format!("{}/live", order.status_url)).await?.html;
    play.want("the status page says that it is fulfilled", true, live.contains(r#""status":"fulfilled""#));
    let page = play.browser.open(&play.house.shop.order_url(&order.reference)).await?.html;
    play.want("the shop's page says that it is fulfilled", true, page.contains(r#"data-status="fulfilled""#));
    Ok(())
}

pub(super) async fn declined_then_paid(play: &mut Play<'_>) -> anyhow::Result<()> {
    play.buy("huile").await?;
    let link = play.choose(CARD).await?.url;
    play.at_gateway(&link, "decline", "the bank says no").await?;
    play.look_at_status().await?;
    let status = play.look().await?.status;
    play.want("the order after the bank said no", "failed", status);
    play.until_minute(2).await?;
    let second = play.choose(CARD).await?.url;
    play.want("the second payment has a link of its own", true, second != link);
    let button = play.unless_tampered("pay", "decline");
    play.at_gateway(&second, button, "the customer pays with another card").await?;
    play.look_at_status().await?;
    play.want("the order was reopened", 1, play.times("order.reopened"));
    Ok(())
}

pub(super) async fn expired(play: &mut Play<'_>) -> anyhow::Result<()> {
    let fields = json!({ "gateway": "ocpay", "expires_in": TWENTY_MINUTES_S });
    let order = play.order("Semoule fine, sac de 10 kg", 125_000, fields).await?;
    play.until_minute(10).await?;
    let button = play.unless_tampered("leave", "pay");
    let link = order.payment_url.unwrap_or_default();
    play.at_gateway(&link, button, "the customer looks at the gateway's page and leaves").await?;
    play.until_minute(24).await?;
    play.want("the minute in which the order expired", 20, play.minute_of("order.expired"));
    Ok(())
}

pub(super) async fn never_returns(play: &mut Play<'_>) -> anyhow::Result<()> {
    play.buy("plat").await?;
    let link = play.choose(CARD).await?.url;
    play.until_minute(3).await?;
    let button = play.unless_tampered("pay_no_return", "leave");
    let page = play.at_gateway(&link, button, "the customer pays and closes the browser").await?;
    play.want("the last page that the customer saw is the gateway's", true, page.url.starts_with(&link));
    play.until_minute(5).await?;
    Ok(())
}

/// The money is taken in time and confirmed after the expiry. The order expires, because until then
/// every check saw “pending”; it is watched on, and late money is honoured unless the shop wants
/// otherwise.
pub(super) async fn confirmed_late(play: &mut Play<'_>) -> anyhow::Result<()> {
    let fields = json!({ "gateway": "ocpay", "expires_in": TWENTY_MINUTES_S });
    let order = play.order("Miel de jujubier, 500 g", 480_000, fields).await?;
    play.until_minute(19).await?;
    let link = order.payment_url.unwrap_or_default();
    let button = play.unless_tampered("pay_late", "pay");
    play.at_gateway(&link, button, "the customer pays; the bank confirms three minutes later").await?;
    play.until_minute(21).await?;
    let status = play.look().await?.status;
    play.want("the order at minute 21", "expired", status);
    play.until_minute(25).await?;
    play.want("the minute in which the order expired", 20, play.minute_of("order.expired"));
    let minute = play.minute_of("order.paid");
    play.want("the order was paid within a minute after minute 22", true, ["22", "23"].contains(&&*minute));
    Ok(())
}

pub(super) async fn gateway_down(play: &mut Play<'_>) -> anyhow::Result<()> {
    let fields = json!({ "gateway": "ocpay" });
    let order = play.order("Dattes Deglet Nour, 1 kg", 95_000, fields).await?;
    let reference = play.links().first().map(|link| link.reference.clone()).unwrap_or_default();
    let times = play.unless_tampered(4, 1000);
    let down = Misbehaviour::next(MisbehaviourKind::Error503).on(On::Check).times(times).about(reference);
    play.inject(down, "the gateway goes down: the next four checks are answered 503")?;
    let link = order.payment_url.unwrap_or_default();
    play.at_gateway(&link, "pay_no_return", "the customer pays all the same").await?;
    play.until_minute(5).await?;
    play.want("trouble is told once, not at every check", 1, play.times("payment.trouble"));
    play.want("no trouble was taken for a failure", 0, play.times("payment.failed"));
    play.want("the faults still waiting", 0, play.house.sandbox.misbehaviours().len());
    Ok(())
}

pub(super) async fn answer_lost(play: &mut Play<'_>) -> anyhow::Result<()> {
    if play.unless_tampered(true, false) {
        let cut = Misbehaviour::next(MisbehaviourKind::CutAfter).on(On::Open);
        play.inject(cut, "the gateway's next answer to createLink will be cut off")?;
    }
    let fields = json!({ "gateway": "ocpay", "expires_in": 3600 });
    let order = play.order("Plat à couscous, 38 cm", 320_000, fields).await?;
    let first = order.payments.first().map(|payment| payment.status.clone()).unwrap_or_default();
    play.want("the payment after the answer was lost", "unknown", first);
    play.want("the address to pay at", "none", order.payment_url.unwrap_or("none".to_owned()));
    play.until_minute(5).await?;
    play.want("the links that the gateway made unasked", 1, play.links().len());
    let link = play.choose(CARD).await?.url;
    play.want("the links after the customer tried again", 2, play.links().len());
    play.at_gateway(&link, "pay", "the customer pays").await?;
    play.look_at_status().await?;
    let between = play.look().await?.payments;
    let between = between.first().map(|payment| payment.status.clone()).unwrap_or_default();
    play.want("the lost payment while its link may live", "unknown", between);
    play.until_minute(25).await?;
    play.want("a lost answer is never a failure", 0, play.times("payment.failed"));
    Ok(())
}

pub(super) async fn wrong_environment(play: &mut Play<'_>) -> anyhow::Result<()> {
    let fields = json!({ "gateway": "ocpay" });
    let order = play.order("Huile d’olive de Kabylie, 5 L", 650_000, fields).await?;
    if play.unless_tampered(false, true) {
        play.house.sandbox.inject(Misbehaviour::next(MisbehaviourKind::WrongEnvironment).times(1000))?;
    }
    let link = order.payment_url.unwrap_or_default();
    play.at_gateway(&link, "pay", "the customer pays, with play money").await?;
    play.look_at_status().await?;
    play.until_minute(3).await?;
    Ok(())
}

pub(super) async fn cash(play: &mut Play<'_>) -> anyhow::Result<()> {
    let order = play.buy("semoule").await?;
    let page = play.choose(CASH).await?;
    play.want("the page after choosing cash", true, page.url.starts_with(&order.status_url));
    play.until_minute(15).await?;
    play.say("the courier brings the money, and the shop records it");
    let payments = play.look().await?.payments;
    let payment = payments.first().map(|payment| payment.id.clone()).unwrap_or_default();
    if play.unless_tampered(true, false) {
        play.api.record(&order.id, &payment).await?;
    }
    play.settle().await?;
    play.want("the addresses to pay at", 0, payments.iter().filter(|one| one.payment_url.is_some()).count());
    Ok(())
}

pub(super) async fn cancelled_then_paid(play: &mut Play<'_>) -> anyhow::Result<()> {
    let fields = json!({ "gateway": "ocpay" });
    let order = play.order("Semoule fine, sac de 10 kg", 125_000, fields).await?;
    play.until_minute(2).await?;
    play.say("the shop cancels the order");
    play.api.act(&order.id, "cancel", "cancelled once").await?;
    play.settle().await?;
    let link = order.payment_url.unwrap_or_default();
    let button = play.unless_tampered("pay", "leave");
    play.at_gateway(&link, button, "the customer, who had the page open, pays").await?;
    play.until_minute(5).await?;
    play.want("the order was cancelled", 1, play.times("order.cancelled"));
    Ok(())
}

pub(super) async fn paid_twice(play: &mut Play<'_>) -> anyhow::Result<()> {
    let fields = json!({ "expires_in": 3600 });
    play.order("Dattes Deglet Nour, 1 kg", 95_000, fields).await?;
    let first = play.choose(CARD).await?.url;
    play.until_minute(5).await?;
    play.at_gateway(&first, "initiate", "the customer begins to pay and is called away").await?;
    play.until_minute(21).await?;
    let second = play.choose(CARD).await?.url;
    play.want("the second payment has a link of its own", true, second != first);
    play.at_gateway(&second, "pay", "the customer pays in a second tab").await?;
    play.look_at_status().await?;
    play.until_minute(23).await?;
    let button = play.unless_tampered("pay", "decline");
    play.at_gateway(&first, button, "the customer finds the first tab and pays there too").await?;
    play.until_minute(27).await?;
    Ok(())
}
