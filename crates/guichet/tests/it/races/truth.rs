//! After the races: what the gateway says was paid, against what the server made of it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use guichet_sandbox::{PaymentView, Status};
use serde_json::{Value, json};

use crate::races::interleavings::Racer;
use crate::support::audit::Kept;
use crate::support::call::{Answer, text};
use crate::support::card_shop::{CardShop, LEAST_MS, webhooks};

/// What each version of each order looked like, whoever was shown it.
#[derive(Default)]
pub(crate) struct Seen(Mutex<HashMap<(String, i64), Value>>);

impl Seen {
    /// One version of an order is one thing: whoever sees it sees the same.
    pub(crate) fn order(&self, answer: &Answer) {
        let order = answer.json();
        let (id, version) = (text(&order, "/id"), order["version"].as_i64().expect("a version"));
        let payments = order["payments"].as_array().expect("payments");
        let payments: Vec<&Value> = payments.iter().map(|payment| &payment["status"]).collect();
        let face = json!([order["status"], payments, order["held"], order["paid_at"], order["paid_late"]]);
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let first = seen.entry((id.clone(), version)).or_insert_with(|| face.clone());
        assert_eq!(*first, face, "{id}: two faces of version {version}");
    }

    fn versions(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

/// Holds every order against the gateway's own books, the stored rows and the webhooks.
pub(crate) async fn check(shop: &CardShop, seen: &Seen, racers: &[Arc<Racer>]) -> String {
    shop.pass_s(0).await;
    shop.gateway.was_never_pestered(LEAST_MS);
    let kept = shop.server.rows().audit();
    assert_eq!(kept.len(), racers.len());
    let by_id: HashMap<&str, &Kept> = kept.iter().map(|kept| (kept.id.as_str(), kept)).collect();
    let payments = shop.server.sandbox.payments();
    let at_gateway: HashMap<&str, &PaymentView> =
        payments.iter().map(|payment| (payment.reference.as_str(), payment)).collect();
    let told = webhooks(&shop.inbox.letters(), "order.paid");
    let mut tally = [0_usize; 4];
    for racer in racers {
        let order = shop.read(&racer.id).await;
        let kept = by_id[racer.id.as_str()];
        let paid = paid_ids(racer, &order, &at_gateway);
        one_order(&order, kept, &paid);
        let ids = told.get(&racer.id).map(Vec::as_slice).unwrap_or_default();
        let is_paid = kept.settled_by.is_some();
        assert_eq!(ids.len(), usize::from(is_paid), "{} was told as paid by {ids:?}", racer.id);
        for (place, counts) in [is_paid, !kept.held.is_empty(), kept.status == "expired"].iter().enumerate() {
            tally[place] += usize::from(*counts);
        }
        tally[3] += usize::from(kept.status == "cancelled");
    }
    let [paid, held, expired, cancelled] = tally;
    let (calls, versions) = (shop.gateway.calls().len(), seen.versions());
    format!(
        "{paid} paid, {held} with held money, {expired} expired, {cancelled} cancelled, \
         {calls} calls at the gateway, {versions} versions seen"
    )
}

/// The order's payments that are paid at the gateway, and whether with the right amount.
fn paid_ids(racer: &Racer, order: &Value, at_gateway: &HashMap<&str, &PaymentView>) -> Vec<(String, bool)> {
    let payments = order["payments"].as_array().expect("payments");
    assert_eq!(payments.len(), racer.references.len(), "{order}");
    let mut paid = Vec::new();
    for payment in payments {
        let there = at_gateway[payment["reference"].as_str().expect("a reference")];
        let is_paid = there.status == Status::Paid;
        assert_eq!(payment["status"] == "paid", is_paid, "{:?} at the gateway, here {order}", there.status);
        if is_paid {
            paid.push((text(payment, "/id"), there.paid_minor == Some(there.amount_minor)));
        }
    }
    paid
}

/// Money that came has settled the order or is held, every bit of it, and nothing else has.
fn one_order(order: &Value, kept: &Kept, paid: &[(String, bool)]) {
    for (payment, fits) in paid {
        let settled = kept.settled_by.as_ref() == Some(payment);
        let held = kept.held.iter().filter(|held| *held == payment).count();
        assert_eq!(usize::from(settled) + held, 1, "money without a place: {order}");
        assert!(*fits || !settled, "settled by a wrong amount: {order}");
    }
    let money_came = |payment: &String| paid.iter().any(|(paid, _)| paid == payment);
    assert!(kept.settled_by.iter().chain(&kept.held).all(money_came), "money from nowhere: {order}");
    let fits = paid.iter().any(|(_, fits)| *fits);
    let is_settled = kept.settled_by.is_some();
    match kept.status.as_str() {
        "paid" | "fulfilled" => assert!(is_settled, "{order}"),
        // The policy of this shop: money for a cancelled order is held.
        "cancelled" => assert!(!is_settled, "{order}"),
        "expired" => assert!(!is_settled && !fits, "money that fits was left lying: {order}"),
        other => panic!("{other} a day after its expiry: {order}"),
    }
    assert_eq!(order["needs_you"], !kept.held.is_empty(), "{order}");
}
