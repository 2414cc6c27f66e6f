//! Months of orders, made by the application's own ring in virtual time and without a network: so each has its journal, its references
//! and its share of the day's sums as the settling transaction keeps them. Rows that are only copied name other orders inside, and
//! no screen could show them.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use guichet_core::{
    Actor, Environment, Event, Evidence, FailureReason, Item, Link, MerchantId, Money, NewOrder, Order,
    OrderId, Policy, Presentation, Receipt, RefundMethod, Resolution, Seen, Terms,
};
use guichet_server::app::{App, Applied, RefundTerms};
use guichet_server::node::assemble;
use guichet_server::outbound::network;
use guichet_server::registry::OpenAccount;
use guichet_server::store::{Opening, Store, Stored};
use guichet_server::{Clock, KeyPlaces, Reach, sealing};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::sales::{Fate, Sale};
use crate::stopwatch::Stopwatch;
use crate::stub;

/// How long the shop has been selling, in ms: half a year.
pub(super) const SPAN_MS: i64 = 180 * 24 * HOUR_MS;
const HOUR_MS: i64 = 3_600_000;

/// How many orders are under way at once.
const AT_ONCE: usize = 128;

/// How long an order may be paid, in ms.
const LIFE_MS: i64 = 24 * HOUR_MS;

/// Cash on its way: of the orders of the last days one in so many still waits for it.
const CASH_LIFE_MS: i64 = 7 * 24 * HOUR_MS;
const CASH_WAITS: u64 = 2;

/// Filling ends after this, with as many orders as there are.
const MOST: Duration = Duration::from_secs(25 * 60);

/// How often is told how far it is.
const TOLD: u64 = 20;

/// Where orders are made.
#[derive(Debug)]
pub(super) struct Place {
    /// The database.
    pub(super) url: String,
    /// The file of the key that opens its secrets.
    pub(super) key_file: std::path::PathBuf,
}

/// What was made.
#[derive(Debug)]
pub(super) struct Filled {
    /// How many orders.
    pub(super) orders: u64,
    /// One of them, which is looked for: paid, some way back.
    pub(super) known: Order,
}

/// What makes orders.
#[derive(Clone)]
struct Maker {
    app: App,
    merchant: MerchantId,
    shop: Actor,
}

/// Makes that many orders, up to now; nothing is told if `quiet`.
pub(super) async fn fill(place: Place, count: u64, quiet: bool) -> anyhow::Result<Filled> {
    let clock = Clock::default();
    clock.set_by(-SPAN_MS);
    clock.believe_machine();
    let store = Store::open(&place.url, Opening::AsItIs).await?;
    let places = KeyPlaces::Files { handed: None, own: place.key_file };
    let vault = sealing::unlock(&store, &places).await?;
    let reach = Reach::with(&[network("127.0.0.0/8")?]);
    let wait = Duration::from_secs(10);
    let app = assemble(store.clone(), vault, clock, "http://127.0.0.1:1".parse()?, reach, wait).await?;
    let filled = Maker::of(app)?.fill(count, quiet).await;
    store.close().await?;
    filled
}

impl Maker {
    fn of(app: App) -> anyhow::Result<Self> {
        let snapshot = app.registry().snapshot();
        let key = snapshot.keys.values().next().context("the shop has no key")?;
        Ok(Maker { app, merchant: key.merchant, shop: Actor::Key { id: key.id } })
    }

    async fn fill(self, count: u64, quiet: bool) -> anyhow::Result<Filled> {
        let (step_ms, started) = (SPAN_MS / i64::try_from(count)?, Stopwatch::start());
        // Time passes with each order that is begun: where it passes in long steps, fewer are made at once, so that none runs out
        // meanwhile.
        let in_time = usize::try_from(LIFE_MS / (4 * step_ms.max(1)))?;
        let (turns, mut made) = (Arc::new(Semaphore::new(AT_ONCE.min(in_time).max(1))), JoinSet::new());
        let (mut run_out, mut orders, mut known) = (VecDeque::new(), 0, None);
        let mut keep = |stored: Stored, number: u64| {
            let is_paid = stored.order.state.paid_by().is_some() && stored.order.refunds.is_empty();
            if is_paid && number < count / 2 {
                known = Some(stored.order);
            }
        };
        while orders < count && started.elapsed() < MOST {
            let turn = turns.clone().acquire_owned().await?;
            self.app.clock().advance(step_ms);
            let (maker, sale) = (self.clone(), Sale::of(orders)?);
            made.spawn(async move {
                let (number, fate) = (sale.number, sale.fate);
                let stored = maker.make(sale).await.with_context(|| format!("order {number}"));
                drop(turn);
                stored.map(|stored| (stored, number, fate))
            });
            orders += 1;
            while let Some(ended) = made.try_join_next() {
                let (stored, number, fate) = ended??;
                if fate == Fate::RanOut && stored.order.wake_at_ms().is_some() {
                    run_out.push_back(stored.order.id);
                }
                keep(stored, number);
            }
            self.let_run_out(&mut run_out, step_ms).await?;
            if !quiet && orders.is_multiple_of(count.div_ceil(TOLD)) {
                eprintln!("{orders} of {count} orders are made, {} s", started.elapsed().as_secs());
            }
        }
        while let Some(ended) = made.join_next().await {
            let (stored, number, _) = ended??;
            keep(stored, number);
        }
        Ok(Filled { orders, known: known.context("no order was paid")? })
    }

    /// Lets the time of those run out that were made longer ago than an order lives.
    async fn let_run_out(&self, waiting: &mut VecDeque<OrderId>, step_ms: i64) -> anyhow::Result<()> {
        let lived = usize::try_from(2 * LIFE_MS / step_ms.max(1)).unwrap_or(usize::MAX);
        // One in some thirty orders runs out; a few more wait than live at a time.
        while waiting.len() > lived / 16 {
            let Some(order) = waiting.pop_front() else { return Ok(()) };
            self.app.apply(order, &Event::Tick, None).await?;
        }
        Ok(())
    }

    /// Makes an order, and lets become of it what does.
    async fn make(&self, sale: Sale) -> anyhow::Result<Stored> {
        let app = &self.app;
        let snapshot = app.registry().snapshot();
        let accounts = snapshot.accounts_of(self.merchant, Environment::Test);
        let account = accounts.into_iter().find(|account| account.gateway.name() == sale.gateway);
        let account = account.with_context(|| format!("no account at {}", sale.gateway))?;
        let asked = app.payment_requested(account, &sale.reference, self.shop.clone());
        let Event::PaymentRequested { payment, .. } = asked else { anyhow::bail!("no payment") };
        let new = NewOrder {
            id: app.new_order_id(),
            merchant: self.merchant,
            environment: Environment::Test,
            terms: Arc::new(self.terms(&sale, account)),
            actor: self.shop.clone(),
        };
        let Applied { stored, .. } = app.create(new, Some(&asked), &sale.reference, None).await?;
        let opened = Event::PaymentOpened { payment, link: link(&stored.order, &sale)? };
        let mut events = vec![opened];
        if !self.waits_for_cash(&sale) {
            events.extend(self.what_becomes(&stored.order, &sale)?);
        }
        let stored = app.apply_all(stored, &events, None).await?.stored;
        if sale.fate == Fate::PaidBack && stored.order.state.paid_by().is_some() {
            let event = app.refund_recorded(&stored.order, refund(), operator())?;
            return Ok(app.apply_to(stored, &event, None).await?.stored);
        }
        Ok(stored)
    }

    fn terms(&self, sale: &Sale, account: &OpenAccount) -> Terms {
        let life_ms = if account.gateway.capabilities().checkable { LIFE_MS } else { CASH_LIFE_MS };
        let name = "Semoule fine, sac de 10 kg".to_owned();
        let terms = Terms {
            reference: sale.reference.clone(),
            money: sale.money,
            items: vec![Item { name: name.clone(), quantity: 1, unit_amount: sale.money.amount_minor }],
            breakdown: Default::default(),
            title: name,
            description: None,
            payer: sale.payer.clone(),
            presentation: Presentation { language: Some("fr".to_owned()), ..Presentation::default() },
            origin: None,
            payment_link: None,
            return_url: None,
            metadata: Default::default(),
            policy: Policy::default(),
            expires_at_ms: 0,
            watch_until_ms: 0,
            expiry_is_usual: false,
        };
        terms.expiring_at(self.app.clock().now_ms() + life_ms)
    }

    fn waits_for_cash(&self, sale: &Sale) -> bool {
        let machine_ms = Clock::default().now_ms();
        let is_new = machine_ms - self.app.clock().now_ms() < CASH_LIFE_MS - HOUR_MS;
        sale.gateway == "cash" && is_new && sale.number.is_multiple_of(CASH_WAITS)
    }

    /// What happens to an order whose payment is open.
    fn what_becomes(&self, order: &Order, sale: &Sale) -> anyhow::Result<Vec<Event>> {
        let payment = order.payments.last().context("no payment")?.id;
        let by = if sale.gateway == "cash" { operator() } else { Actor::Worker };
        let asked_at_ms = self.app.clock().now_ms();
        let checked = |seen| Event::Checked { payment, asked_at_ms, seen, actor: by.clone() };
        let money = checked(Seen::Paid(Evidence {
            money: Some(sale.money),
            reference: payment.to_string(),
            environment: Some(Environment::Test),
            receipt: receipt(sale),
        }));
        let declined = checked(Seen::Failed { reason: FailureReason::Declined });
        let cancel = Event::CancelRequested { actor: self.shop.clone() };
        let is_honoured = sale.number.is_multiple_of(2);
        let resolution = if is_honoured { Resolution::Honour } else { Resolution::Dismiss };
        Ok(match sale.fate {
            Fate::Paid | Fate::PaidBack => vec![money],
            Fate::HandedOver => vec![money, Event::FulfilRequested { actor: operator() }],
            Fate::Cancelled => vec![declined, cancel],
            Fate::RanOut => vec![declined],
            Fate::WaitsForSomebody => vec![cancel, money],
            Fate::CameLate => {
                vec![cancel, money, Event::HeldResolved { payment, resolution, actor: operator() }]
            }
        })
    }
}

fn operator() -> Actor {
    Actor::Operator { login: "nadia".to_owned() }
}

/// The link that the gateway would have given.
fn link(order: &Order, sale: &Sale) -> anyhow::Result<Link> {
    let payment = order.payments.last().context("no payment")?;
    let own = payment.our_reference().unwrap_or_else(|| payment.id.to_string());
    let (reference, url) = match sale.gateway {
        "cash" => (own, None),
        "novasend" => (format!("PAYIN-{:09}", sale.number), Some("https://pay.example/payin".to_owned())),
        _ => {
            let reference =
                stub::reference(sale.number, sale.money.amount_minor / 100).context("no reference")?;
            (reference.clone(), Some(format!("https://pay.example/pay/{reference}")))
        }
    };
    Ok(Link { reference, url, expires_at_ms: None, alias: None, fee: None })
}

/// What the gateway would have told beside the money: one of them tells its fee.
fn receipt(sale: &Sale) -> Receipt {
    let fee = Money { amount_minor: sale.money.amount_minor / 50, ..sale.money };
    Receipt { fee: Some(fee).filter(|_| sale.gateway == "novasend"), ..Receipt::default() }
}

fn refund() -> RefundTerms {
    RefundTerms {
        payment: None,
        amount_minor: None,
        method: RefundMethod::GatewayPortal,
        reference: None,
        reason: "Article retourné".to_owned(),
    }
}
