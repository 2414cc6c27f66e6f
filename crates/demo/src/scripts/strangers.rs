//! What happens to shops that were written for one vendor and are paid through another: they notice
//! nothing, and their own checks and notifications say what they always said.

use guichet_sandbox::Action;

use crate::run::Run;
use crate::vendors::{Asked, Vendor};

/// Paid through that gateway, which is not the vendor's.
pub(super) async fn paid_elsewhere(run: &mut Run<'_>, vendor: Vendor, gateway: &str) -> anyhow::Result<()> {
    let (_, asked) = run.ask_as(vendor).await?;
    let links = run.links();
    let link = links.first();
    run.want("the gateway that the route leads to", gateway, link.map_or("none", |link| link.dialect));
    let reference = link.map(|link| link.reference.clone()).unwrap_or_default();
    run.want("the shop is given that gateway’s page", true, asked.url.ends_with(&reference));
    still_waits(run, vendor, &asked).await?;
    run.at_operator(&asked.url).await?;
    run.wait_s(20).await?;
    let answer = run.unless_tampered(Action::Pay, Action::Decline);
    run.on_the_phone(answer, "the payer says yes on the phone; the shop is told in its vendor’s words")
        .await?;
    is_paid(run, vendor, &asked).await
}

/// A route leads to cash: there is no page of a gateway, so the shop's customer is led to the status
/// page, and a person records the money.
pub(super) async fn paid_in_cash(run: &mut Run<'_>) -> anyhow::Result<()> {
    let vendor = Vendor::OcPay;
    let (order, asked) = run.ask_as(vendor).await?;
    run.want("the page that the shop is given", &order.status_url, &asked.url);
    still_waits(run, vendor, &asked).await?;
    run.until_minute(12).await?;
    run.say("the courier brings the money, and a person records it");
    let payment = order.payments.first().map(|payment| payment.id.clone()).unwrap_or_default();
    if run.unless_tampered(true, false) {
        run.api.record(&order.id, &payment).await?;
    }
    run.settle().await?;
    is_paid(run, vendor, &asked).await
}

async fn still_waits(run: &mut Run<'_>, vendor: Vendor, asked: &Asked) -> anyhow::Result<()> {
    let checked = run.servers.vendor_shops.check(vendor, asked).await?;
    run.want("the shop’s own check before the money came", "pending", checked.status);
    Ok(())
}

async fn is_paid(run: &mut Run<'_>, vendor: Vendor, asked: &Asked) -> anyhow::Result<()> {
    run.say("the shop asks how it stands, in its vendor’s words");
    let checked = run.servers.vendor_shops.check(vendor, asked).await?;
    run.want("the shop’s own check", "paid", checked.status);
    run.want("the amount by the shop’s own check", vendor.price(), checked.amount);
    Ok(())
}
