//! What happens to shops that were written for one vendor and are paid through another: they notice
//! nothing, and their own checks and notifications say what they always said.

use guichet_sandbox::Action;

use crate::play::Play;
use crate::vendors::{Asked, Vendor};

/// Paid through that gateway, which is not the vendor's.
pub(super) async fn paid_elsewhere(play: &mut Play<'_>, vendor: Vendor, gateway: &str) -> anyhow::Result<()> {
    let (_, asked) = play.ask_as(vendor).await?;
    let links = play.links();
    let link = links.first();
    play.want("the gateway that the route leads to", gateway, link.map_or("none", |link| link.dialect));
    let reference = link.map(|link| link.reference.clone()).unwrap_or_default();
    play.want("the shop is given that gateway’s page", true, asked.url.ends_with(&reference));
    still_waits(play, vendor, &asked).await?;
    play.at_operator(&asked.url).await?;
    play.wait_s(20).await?;
    let answer = play.unless_tampered(Action::Pay, Action::Decline);
    play.on_the_phone(answer, "the payer says yes on the phone; the shop is told in its vendor’s words")
        .await?;
    is_paid(play, vendor, &asked).await
}

/// A route leads to cash: there is no page of a gateway, so the shop's customer is led to the status
/// page, and a person records the money.
pub(super) async fn paid_in_cash(play: &mut Play<'_>) -> anyhow::Result<()> {
    let vendor = Vendor::OcPay;
    let (order, asked) = play.ask_as(vendor).await?;
    play.want("the page that the shop is given", &order.status_url, &asked.url);
    still_waits(play, vendor, &asked).await?;
    play.until_minute(12).await?;
    play.say("the courier brings the money, and a person records it");
    let payment = order.payments.first().map(|payment| payment.id.clone()).unwrap_or_default();
    if play.unless_tampered(true, false) {
        play.api.record(&order.id, &payment).await?;
    }
    play.settle().await?;
    is_paid(play, vendor, &asked).await
}

async fn still_waits(play: &mut Play<'_>, vendor: Vendor, asked: &Asked) -> anyhow::Result<()> {
    let checked = play.house.vendor_shops.check(vendor, asked).await?;
    play.want("the shop’s own check before the money came", "pending", checked.status);
    Ok(())
}

async fn is_paid(play: &mut Play<'_>, vendor: Vendor, asked: &Asked) -> anyhow::Result<()> {
    play.say("the shop asks how it stands, in its vendor’s words");
    let checked = play.house.vendor_shops.check(vendor, asked).await?;
    play.want("the shop’s own check", "paid", checked.status);
    play.want("the amount by the shop’s own check", vendor.price(), checked.amount);
    Ok(())
}
