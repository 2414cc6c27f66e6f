//! The month before the demo begins: two shops that have sold every day of it, so that the back office has something to show. It is
//! played like everything else here, through the API and the simulated acquirer, in virtual time; when it is over, the clock is right.

mod dice;
mod goods;
mod plan;
mod waiting;

use anyhow::Context;
use guichet_core::{Actor, Event, Evidence, Money, OrderId, Receipt, RefundMethod, Seen};
use guichet_sandbox::Action;
use guichet_server::app::RefundTerms;
use guichet_server::clock::Clock;
use guichet_server::store::{NoteRow, Stored, put_note};

use super::api::{Api, ShownOrder};
use super::options::Count;
use super::people::{ACCOUNTANT, CLERK};
use super::servers::Servers;
use goods::{ABIDJAN, ALGIERS};
use plan::{DAY_MS, HOUR_MS, MINUTE_MS, Move, Plan, SECOND_MS, Sale};

/// How long it was, in ms.
const MONTH_MS: i64 = 30 * DAY_MS;

/// What is done within so much time is done at once, in ms.
const AT_ONCE_MS: i64 = MINUTE_MS;

/// The longest stride in which time passes, in ms, so that what is due at night is done then.
const STRIDE_MS: i64 = 3 * HOUR_MS;

/// How long a customer who comes back from the gateway looks at the status page, in ms.
const LOOK_MS: i64 = 5 * SECOND_MS;

/// A clock that is a month behind the machine's.
pub(super) fn clock() -> Clock {
    let clock = Clock::default();
    clock.set_by(-MONTH_MS);
    clock.believe_machine();
    clock
}

/// The acquirer's name for a payment, which ends its link.
fn name_at_gateway(link: &str) -> &str {
    link.rsplit('/').next().unwrap_or(link)
}

/// Plays the month. The servers' clock must be [`clock`]; it is the machine's afterwards.
pub(super) async fn play(servers: &Servers, count: &Count) -> anyhow::Result<()> {
    let ends_ms = servers.clock.now_ms() + MONTH_MS;
    let mut plan = Plan::days([&ALGIERS, &ABIDJAN], MONTH_MS / DAY_MS, ends_ms);
    waiting::plan(&mut plan, ends_ms);
    plan.number();
    count.begin(plan.moves.len());
    let made = plan.sales.iter().map(|_| None).collect();
    let mut month = Month { servers, sales: plan.sales, made, left_ms: MONTH_MS };
    let (mut refuses_ms, mut for_nobody_ms) =
        (Some(ends_ms - waiting::REFUSES_BEFORE_MS), Some(ends_ms - waiting::FOR_NOBODY_BEFORE_MS));
    let mut moves = plan.moves.into_iter().peekable();
    while let Some(((at_ms, _), first)) = moves.next() {
        if refuses_ms.take_if(|from_ms| *from_ms <= at_ms).is_some() {
            waiting::refusing_endpoint(servers).await?;
        }
        if for_nobody_ms.take_if(|from_ms| *from_ms <= at_ms).is_some() {
            waiting::money_for_nobody(servers).await?;
        }
        let mut together = vec![first];
        while let Some((_, next)) = moves.next_if(|((next_ms, _), _)| *next_ms < at_ms + AT_ONCE_MS) {
            together.push(next);
        }
        month.until(at_ms).await?;
        let mut is_back = false;
        for (sale, what) in together {
            is_back |= month.carry_out(sale, what).await.with_context(|| month.trouble(sale, what))?;
            count.advance();
        }
        if is_back {
            month.pass(LOOK_MS).await?;
        } else {
            month.settle().await?;
        }
    }
    let left_ms = month.left_ms;
    month.pass(left_ms).await
}

/// An order that was made.
struct Made {
    id: OrderId,
    /// The acquirer's names for its payments, oldest first.
    payments: Vec<String>,
}

/// The month on its way.
struct Month<'a> {
    servers: &'a Servers,
    sales: Vec<Sale>,
    made: Vec<Option<Made>>,
    /// How far the clock is still behind the machine's.
    left_ms: i64,
}

impl Month<'_> {
    /// Does it; whether a customer comes back from a gateway then, and looks at the status page.
    async fn carry_out(&mut self, sale: usize, what: Move) -> anyhow::Result<bool> {
        match what {
            Move::Make => self.make(sale).await?,
            Move::Begin => self.act(sale, Action::Initiate)?,
            Move::Pay => self.act(sale, Action::Pay)?,
            Move::PayFirst => {
                let first = self.order(sale)?.payments.first().context("there is no payment")?;
                self.servers.sandbox.act(first, Action::Pay)?;
            }
            Move::PayOther => self.act(sale, Action::PayOther)?,
            Move::Decline => self.act(sale, Action::Decline)?,
            Move::Again => self.again(sale).await?,
            Move::Wait => {}
            Move::Cancel => self.apply(sale, &Event::CancelRequested { actor: clerk() }).await?,
            Move::TakeCash => self.take_cash(sale).await?,
            Move::HandOver => self.apply(sale, &Event::FulfilRequested { actor: clerk() }).await?,
            Move::Refund(percent) => self.refund(sale, percent).await?,
            Move::Note(text) => self.note(sale, text).await?,
        }
        let comes_back = matches!(what, Move::Pay | Move::PayFirst | Move::PayOther | Move::Decline);
        if comes_back {
            self.servers.node.app().attend(self.stored(sale).await?).await;
        }
        Ok(comes_back)
    }

    async fn make(&mut self, sale: usize) -> anyhow::Result<()> {
        let made = self.api(sale).create(&self.sales[sale].body).await?;
        let payments = newest_payment(&made).into_iter().collect();
        self.made[sale] = Some(Made { id: made.id.parse()?, payments });
        Ok(())
    }

    async fn again(&mut self, sale: usize) -> anyhow::Result<()> {
        let (id, gateway) = (self.order(sale)?.id.to_string(), self.sales[sale].gateway);
        let order = self.api(sale).open(&id, gateway, &format!("{id} again")).await?;
        let payment = newest_payment(&order).context("no other payment was opened")?;
        if let Some(made) = &mut self.made[sale] {
            made.payments.push(payment);
        }
        Ok(())
    }

    /// A customer or the bank does that to the newest payment.
    fn act(&self, sale: usize, action: Action) -> anyhow::Result<()> {
        let newest = self.order(sale)?.payments.last().context("there is no payment")?;
        self.servers.sandbox.act(newest, action)?;
        Ok(())
    }

    async fn take_cash(&self, sale: usize) -> anyhow::Result<()> {
        let order = self.stored(sale).await?.order;
        let payment = order.payments.last().context("there is no payment")?.id;
        let seen = Seen::Paid(Evidence {
            money: Some(order.terms.money),
            reference: payment.to_string(),
            environment: Some(order.environment),
            receipt: Receipt::default(),
        });
        let asked_at_ms = self.servers.clock.now_ms();
        self.apply(sale, &Event::Checked { payment, asked_at_ms, seen, actor: clerk() }).await
    }

    async fn refund(&self, sale: usize, percent: i64) -> anyhow::Result<()> {
        let order = self.stored(sale).await?.order;
        let Money { amount_minor, .. } = order.terms.money;
        let terms = RefundTerms {
            payment: None,
            // Whole dinars and francs.
            amount_minor: Some(amount_minor * percent / 10_000 * 100),
            method: RefundMethod::GatewayPortal,
            reference: Some(format!("RB-{}", order.terms.reference)),
            reason: "Article abîmé ou retourné".to_owned(),
        };
        let actor = Actor::Operator { login: ACCOUNTANT.to_owned() };
        let event = self.servers.node.app().refund_recorded(&order, terms, actor)?;
        self.apply(sale, &event).await
    }

    async fn note(&self, sale: usize, text: &str) -> anyhow::Result<()> {
        let at_ms = self.servers.clock.now_ms();
        let note = NoteRow { at_ms, login: CLERK.to_owned(), text: text.to_owned() };
        let write = put_note(self.order(sale)?.id, &note);
        Ok(self.servers.node.app().store().commit(vec![write]).await?)
    }

    async fn apply(&self, sale: usize, event: &Event) -> anyhow::Result<()> {
        self.servers.node.app().apply(self.order(sale)?.id, event, None).await?;
        Ok(())
    }

    fn api(&self, sale: usize) -> &Api {
        if self.sales[sale].trade.merchant == ALGIERS.merchant {
            self.servers.shop.api("test")
        } else {
            self.servers.vendor_shops.api()
        }
    }

    fn order(&self, sale: usize) -> anyhow::Result<&Made> {
        self.made[sale].as_ref().context("the order was not made")
    }

    async fn stored(&self, sale: usize) -> anyhow::Result<Stored> {
        let found = self.servers.node.app().store().order(self.order(sale)?.id).await?;
        found.context("the order is not in the database")
    }

    fn trouble(&self, sale: usize, what: Move) -> String {
        format!("the month broke off at {what:?} of {}", self.sales[sale].body["reference"])
    }

    /// Time passes until then.
    async fn until(&mut self, at_ms: i64) -> anyhow::Result<()> {
        loop {
            let wait_ms = (at_ms - self.servers.clock.now_ms()).min(self.left_ms);
            if wait_ms <= 0 {
                return Ok(());
            }
            self.pass(wait_ms.min(STRIDE_MS)).await?;
        }
    }

    async fn pass(&mut self, by_ms: i64) -> anyhow::Result<()> {
        let by_ms = by_ms.min(self.left_ms);
        self.left_ms -= by_ms;
        self.servers.clock.advance(by_ms);
        self.settle().await
    }

    /// What is due by now happens.
    async fn settle(&self) -> anyhow::Result<()> {
        self.servers.sandbox.settle().await;
        self.servers.node.settle_due().await
    }
}

fn clerk() -> Actor {
    Actor::Operator { login: CLERK.to_owned() }
}

/// The acquirer's name for the payment that the API says is to be paid.
fn newest_payment(order: &ShownOrder) -> Option<String> {
    order.payment_url.as_deref().map(name_at_gateway).map(str::to_owned)
}
