//! What happens to orders in dinars: through OCPay, where the server asks and is told nothing, and in
//! cash.

use guichet_sandbox::{Misbehaviour, MisbehaviourKind, On};
use serde_json::json;

use crate::declared::{CARD, CASH};
use crate::run::Run;

/// How long an order waits, in seconds: as long as a link of the gateway.
const TWENTY_MINUTES_S: i64 = 1200;

pub(super) async fn paid(run: &mut Run<'_>) -> anyhow::Result<()> {
    let order = run.buy("dattes").await?;
    let link = run.choose(CARD).await?.url;
    let button = run.unless_tampered("pay", "decline");
    let page = run.at_gateway(&link, button, "the customer pays and is led back").await?;
    run.want("the page after paying", &order.status_url, &page.url);
    run.look_at_status().await?;
    let page = run.browser.open(&order.status_url).await?.html;
    run.want("the status page says that it is fulfilled", true, page.contains("Commande traitée"));
    let page = run.browser.open(&run.servers.shop.order_url(&order.reference)).await?.html;
    run.want("the shop's page says that it is fulfilled", true, page.contains(r#"data-status="fulfilled""#));
    Ok(())
}

pub(super) async fn declined_then_paid(run: &mut Run<'_>) -> anyhow::Result<()> {
    run.buy("huile").await?;
    let link = run.choose(CARD).await?.url;
    run.at_gateway(&link, "decline", "the bank says no").await?;
    run.look_at_status().await?;
    let status = run.look().await?.status;
    run.want("the order after the bank said no", "failed", status);
    run.until_minute(2).await?;
    let second = run.choose(CARD).await?.url;
    run.want("the second payment has a link of its own", true, second != link);
    let button = run.unless_tampered("pay", "decline");
    run.at_gateway(&second, button, "the customer pays with another card").await?;
    run.look_at_status().await?;
    run.want("the order was reopened", 1, run.times("order.reopened"));
    Ok(())
}

pub(super) async fn expired(run: &mut Run<'_>) -> anyhow::Result<()> {
    let fields = json!({ "gateway": "ocpay", "expires_in": TWENTY_MINUTES_S });
    let order = run.order("Semoule fine, sac de 10 kg", 125_000, fields).await?;
    run.until_minute(10).await?;
    let button = run.unless_tampered("leave", "pay");
    let link = order.payment_url.unwrap_or_default();
    run.at_gateway(&link, button, "the customer looks at the gateway's page and leaves").await?;
    run.until_minute(24).await?;
    run.want("the minute in which the order expired", 20, run.minute_of("order.expired"));
    Ok(())
}

pub(super) async fn never_returns(run: &mut Run<'_>) -> anyhow::Result<()> {
    run.buy("plat").await?;
    let link = run.choose(CARD).await?.url;
    run.until_minute(3).await?;
    let button = run.unless_tampered("pay_no_return", "leave");
    let page = run.at_gateway(&link, button, "the customer pays and closes the browser").await?;
    run.want("the last page that the customer saw is the gateway's", true, page.url.starts_with(&link));
    run.until_minute(5).await?;
    Ok(())
}

/// The money is taken in time and confirmed after the expiry. The order expires, because until then
/// every check saw “pending”; it is watched on, and late money is honoured unless the shop wants
/// otherwise.
pub(super) async fn confirmed_late(run: &mut Run<'_>) -> anyhow::Result<()> {
    let fields = json!({ "gateway": "ocpay", "expires_in": TWENTY_MINUTES_S });
    let order = run.order("Miel de jujubier, 500 g", 480_000, fields).await?;
    run.until_minute(19).await?;
    let link = order.payment_url.unwrap_or_default();
    let button = run.unless_tampered("pay_late", "pay");
    run.at_gateway(&link, button, "the customer pays; the bank confirms three minutes later").await?;
    run.until_minute(21).await?;
    let status = run.look().await?.status;
    run.want("the order at minute 21", "expired", status);
    run.until_minute(25).await?;
    run.want("the minute in which the order expired", 20, run.minute_of("order.expired"));
    let minute = run.minute_of("order.paid");
    run.want("the order was paid within a minute after minute 22", true, ["22", "23"].contains(&&*minute));
    Ok(())
}

pub(super) async fn gateway_down(run: &mut Run<'_>) -> anyhow::Result<()> {
    let fields = json!({ "gateway": "ocpay" });
    let order = run.order("Dattes Deglet Nour, 1 kg", 95_000, fields).await?;
    let reference = run.links().first().map(|link| link.reference.clone()).unwrap_or_default();
    let times = run.unless_tampered(4, 1000);
    let down = Misbehaviour::next(MisbehaviourKind::Error503).on(On::Check).times(times).about(reference);
    run.inject(down, "the gateway goes down: the next four checks are answered 503")?;
    let link = order.payment_url.unwrap_or_default();
    run.at_gateway(&link, "pay_no_return", "the customer pays all the same").await?;
    run.until_minute(5).await?;
    run.want("trouble is told once, not at every check", 1, run.times("payment.trouble"));
    run.want("no trouble was taken for a failure", 0, run.times("payment.failed"));
    run.want("the faults still waiting", 0, run.servers.sandbox.misbehaviours().len());
    Ok(())
}

pub(super) async fn answer_lost(run: &mut Run<'_>) -> anyhow::Result<()> {
    if run.unless_tampered(true, false) {
        let cut = Misbehaviour::next(MisbehaviourKind::CutAfter).on(On::Open);
        run.inject(cut, "the gateway's next answer to createLink will be cut off")?;
    }
    let fields = json!({ "gateway": "ocpay", "expires_in": 3600 });
    let order = run.order("Plat à couscous, 38 cm", 320_000, fields).await?;
    let first = order.payments.first().map(|payment| payment.status.clone()).unwrap_or_default();
    run.want("the payment after the answer was lost", "unknown", first);
    run.want("the address to pay at", "none", order.payment_url.unwrap_or("none".to_owned()));
    run.until_minute(5).await?;
    run.want("the links that the gateway made unasked", 1, run.links().len());
    let link = run.choose(CARD).await?.url;
    run.want("the links after the customer tried again", 2, run.links().len());
    run.at_gateway(&link, "pay", "the customer pays").await?;
    run.look_at_status().await?;
    let between = run.look().await?.payments;
    let between = between.first().map(|payment| payment.status.clone()).unwrap_or_default();
    run.want("the lost payment while its link may live", "unknown", between);
    run.until_minute(25).await?;
    run.want("a lost answer is never a failure", 0, run.times("payment.failed"));
    Ok(())
}

pub(super) async fn wrong_environment(run: &mut Run<'_>) -> anyhow::Result<()> {
    let fields = json!({ "gateway": "ocpay" });
    let order = run.order("Huile d’olive de Kabylie, 5 L", 650_000, fields).await?;
    if run.unless_tampered(false, true) {
        run.servers.sandbox.inject(Misbehaviour::next(MisbehaviourKind::WrongEnvironment).times(1000))?;
    }
    let link = order.payment_url.unwrap_or_default();
    run.at_gateway(&link, "pay", "the customer pays, with run money").await?;
    run.look_at_status().await?;
    run.until_minute(3).await?;
    Ok(())
}

pub(super) async fn cash(run: &mut Run<'_>) -> anyhow::Result<()> {
    let order = run.buy("semoule").await?;
    let page = run.choose(CASH).await?;
    run.want("the page after choosing cash", true, page.url.starts_with(&order.status_url));
    run.until_minute(15).await?;
    run.say("the courier brings the money, and the shop records it");
    let payments = run.look().await?.payments;
    let payment = payments.first().map(|payment| payment.id.clone()).unwrap_or_default();
    if run.unless_tampered(true, false) {
        run.api.record(&order.id, &payment).await?;
    }
    run.settle().await?;
    run.want("the addresses to pay at", 0, payments.iter().filter(|one| one.payment_url.is_some()).count());
    Ok(())
}

pub(super) async fn cancelled_then_paid(run: &mut Run<'_>) -> anyhow::Result<()> {
    let fields = json!({ "gateway": "ocpay" });
    let order = run.order("Semoule fine, sac de 10 kg", 125_000, fields).await?;
    run.until_minute(2).await?;
    run.say("the shop cancels the order");
    run.api.act(&order.id, "cancel", "cancelled once").await?;
    run.settle().await?;
    let link = order.payment_url.unwrap_or_default();
    let button = run.unless_tampered("pay", "leave");
    run.at_gateway(&link, button, "the customer, who had the page open, pays").await?;
    run.until_minute(5).await?;
    run.want("the order was cancelled", 1, run.times("order.cancelled"));
    Ok(())
}

pub(super) async fn paid_twice(run: &mut Run<'_>) -> anyhow::Result<()> {
    let fields = json!({ "expires_in": 3600 });
    run.order("Dattes Deglet Nour, 1 kg", 95_000, fields).await?;
    let first = run.choose(CARD).await?.url;
    run.until_minute(5).await?;
    run.at_gateway(&first, "initiate", "the customer begins to pay and is called away").await?;
    run.until_minute(21).await?;
    let second = run.choose(CARD).await?.url;
    run.want("the second payment has a link of its own", true, second != first);
    run.at_gateway(&second, "pay", "the customer pays in a second tab").await?;
    run.look_at_status().await?;
    run.until_minute(23).await?;
    let button = run.unless_tampered("pay", "decline");
    run.at_gateway(&first, button, "the customer finds the first tab and pays there too").await?;
    run.until_minute(27).await?;
    Ok(())
}
