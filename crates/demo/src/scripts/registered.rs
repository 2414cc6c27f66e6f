//! What happens to registered customers of a front that was written for OneEntry: the order is like any
//! other, and what the front is shown agrees with it at every moment.

use crate::front::{BY_CARD, BY_CASH, Customer, Session};
use crate::run::Run;

/// The products that they put into their basket: dates and semolina.
const BASKET: &[i64] = &[1, 2];

/// How long an access token serves, in minutes, and a little more.
const TOKEN_LATER_MIN: i64 = 16;

/// A customer with an order, and the session that waits for its money.
struct Visit {
    customer: Customer,
    order: i64,
    session: Session,
}

impl Visit {
    /// Somebody signs up, orders, and opens a session.
    async fn begin(run: &mut Run<'_>, account: &str) -> anyhow::Result<Self> {
        let (mut customer, order) = run.order_at_front(BASKET, account).await?;
        let read = customer.read(order).await?;
        run.want("the total by the server’s catalogue", "2200.00", read.total_sum);
        run.want("the order’s status at the front", "waiting", read.status_identifier);
        run.say("the front opens a payment session");
        let session = customer.open_session(order).await?;
        run.settle().await?;
        let again = customer.open_session(order).await?;
        run.want("the session when it is asked for twice", session.id, again.id);
        run.want("the session before the money came", "waiting", &session.status);
        Ok(Visit { customer, order, session })
    }

    fn link(&self) -> String {
        self.session.payment_url.clone().unwrap_or_default()
    }

    /// Another session, after one that came to nothing.
    async fn try_again(&mut self, run: &mut Run<'_>) -> anyhow::Result<()> {
        let first = self.customer.session(self.session.id).await?;
        run.want("the session after the bank said no", "canceled", first.status);
        let status = self.customer.read(self.order).await?.status_identifier;
        run.want("the order’s status at the front after the bank said no", "refused", status);
        run.say("the front opens a second session");
        let second = self.customer.open_session(self.order).await?;
        run.want("the second session has a number of its own", true, second.id != first.id);
        self.session = second;
        run.settle().await
    }

    /// The customer looks at the order until it is paid, which the front must show everywhere alike.
    async fn completed(mut self, run: &mut Run<'_>) -> anyhow::Result<()> {
        run.settle().await?;
        let read = self.customer.read(self.order).await?;
        run.want("the order is completed at the front", true, read.is_completed == Some(true));
        run.want("the order’s status at the front in the end", "sent", read.status_identifier);
        let session = self.customer.session(self.session.id).await?;
        run.want("the session in the end", "completed", session.status);
        Ok(())
    }
}

pub(super) async fn paid(run: &mut Run<'_>) -> anyhow::Result<()> {
    let visit = Visit::begin(run, BY_CARD).await?;
    let button = run.unless_tampered("pay", "decline");
    run.at_gateway(&visit.link(), button, "the customer pays at the address of the session").await?;
    run.look_at_status().await?;
    visit.completed(run).await
}

pub(super) async fn in_cash(run: &mut Run<'_>) -> anyhow::Result<()> {
    let visit = Visit::begin(run, BY_CASH).await?;
    run.want(
        "the session’s address to pay at",
        "none",
        visit.session.payment_url.as_deref().unwrap_or("none"),
    );
    run.until_minute(12).await?;
    run.say("the courier brings the money, and the shop records it by the native API");
    let order = run.look().await?;
    let payment = order.payments.first().map(|payment| payment.id.clone()).unwrap_or_default();
    if run.unless_tampered(true, false) {
        run.api.record(&order.id, &payment).await?;
    }
    run.settle().await?;
    visit.completed(run).await
}

pub(super) async fn declined_then_paid(run: &mut Run<'_>) -> anyhow::Result<()> {
    let mut visit = Visit::begin(run, BY_CARD).await?;
    run.at_gateway(&visit.link(), "decline", "the bank says no").await?;
    run.look_at_status().await?;
    visit.try_again(run).await?;
    let button = run.unless_tampered("pay", "decline");
    run.at_gateway(&visit.link(), button, "the customer pays with another card").await?;
    run.look_at_status().await?;
    visit.completed(run).await
}

pub(super) async fn signed_in_for_long(run: &mut Run<'_>) -> anyhow::Result<()> {
    let mut visit = Visit::begin(run, BY_CARD).await?;
    run.until_minute(TOKEN_LATER_MIN).await?;
    run.say("the access token has expired; the front renews it and asks again");
    visit.customer.read(visit.order).await?;
    run.want("how often the tokens were renewed", 1, visit.customer.refreshed());
    let button = run.unless_tampered("pay", "decline");
    run.at_gateway(&visit.link(), button, "the customer pays at last").await?;
    run.look_at_status().await?;
    visit.completed(run).await
}
