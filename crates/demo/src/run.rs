//! One scenario on its way. It gives the scripts what they need (the shop, a customer's browser,
//! the gateway's page, the clock), tells what happens as it happens, and collects what differs.

use std::fmt::Display;

use anyhow::Context;
use guichet_core::OrderId;
use guichet_sandbox::{Action, Misbehaviour, PaymentView};
use serde_json::{Value, json};

use super::api::{Api, ShownEvent, ShownOrder};
use super::browser::{Browser, Page};
use super::ending::{Ending, difference};
use super::front::{self, Customer};
use super::notified::notified;
use super::options::Print;
use super::report::Ended;
use super::scenario::Scenario;
use super::servers::Servers;
use super::vendors::{Asked, Vendor};
use guichet_server::explain::{self, Story};
use guichet_server::random;
use guichet_server::store::Stored;

/// The least step in which time passes, in ms.
const STEP_MS: i64 = 1_000;

/// A day, in ms, and in how many strides it passes when nobody does anything.
const DAY_MS: i64 = 24 * 3_600_000;
const STRIDES: i64 = 8;

/// How long a customer looks at the status page, in ms: long enough for its next question.
const LOOK_MS: i64 = 5_000;

/// How much of a sentence of the journal is told, in characters.
const TOLD_CHARS: usize = 140;

/// One scenario on its way.
pub(super) struct Run<'a> {
    /// Everything that runs.
    pub(super) servers: &'a Servers,
    /// The customer's browser.
    pub(super) browser: Browser,
    /// The shop's client: its test key, or the live one.
    pub(super) api: Api,
    scenario: Scenario,
    tampered: bool,
    aloud: Option<Print>,
    began_ms: i64,
    /// The order, once there is one.
    order: Option<ShownOrder>,
    journal: Vec<ShownEvent>,
    differences: Vec<String>,
}

impl<'a> Run<'a> {
    /// Begins it.
    pub(super) fn begin(
        servers: &'a Servers,
        scenario: Scenario,
        tampered: bool,
        aloud: Option<Print>,
    ) -> anyhow::Result<Self> {
        let environment = if scenario.is_live() { "live" } else { "test" };
        let own = || servers.shop.api(environment);
        let api = scenario.vendor().map_or_else(own, |_| servers.vendor_shops.api()).clone();
        let run = Run {
            servers,
            browser: servers.browser.clone(),
            api,
            scenario,
            tampered,
            aloud,
            began_ms: servers.clock.now_ms(),
            order: None,
            journal: Vec::new(),
            differences: Vec::new(),
        };
        if let Some(print) = aloud {
            print(format_args!("{}: {}", scenario.name(), scenario.about()));
        }
        Ok(run)
    }

    /// Judges how it ended; a scenario that broke off has not ended as it must.
    pub(super) async fn end(mut self, played: anyhow::Result<()>) -> anyhow::Result<Ended> {
        if let Err(error) = played {
            self.differences.push(format!("it broke off: {error:#}"));
        }
        self.servers.sandbox.clear_misbehaviours();
        let (got, story) = self.look_around().await?;
        let expected = self.scenario.expected();
        let mut differences = expected.differences(&got);
        differences.extend(self.differences);
        if let Some(print) = self.aloud {
            print(format_args!(""));
        }
        Ok(Ended {
            scenario: self.scenario.name(),
            about: self.scenario.about(),
            ok: differences.is_empty(),
            expected,
            got,
            differences,
            virtual_ms: self.servers.clock.now_ms() - self.began_ms,
            story,
        })
    }

    /// One thing or, when this world lies, the other.
    pub(super) fn unless_tampered<T>(&self, so: T, otherwise: T) -> T {
        if self.tampered { otherwise } else { so }
    }

    /// The shop makes an order through the API, with more fields than a reference and a price.
    pub(super) async fn order(
        &mut self,
        title: &str,
        amount: i64,
        more: Value,
    ) -> anyhow::Result<ShownOrder> {
        let reference = self.new_reference();
        let mut order = json!({
            "reference": reference,
            "amount": amount,
            "currency": "DZD",
            "title": title,
            "return_url": self.servers.shop.order_url(&reference),
        });
        if let (Some(order), Value::Object(more)) = (order.as_object_mut(), more) {
            order.extend(more);
        }
        self.say("the shop makes an order");
        let made = self.api.create(&order).await?;
        self.watch(made).await
    }

    /// A shop that was written for that vendor asks for a payment, in that vendor's words.
    pub(super) async fn ask_as(&mut self, vendor: Vendor) -> anyhow::Result<(ShownOrder, Asked)> {
        self.say(&format!("a shop that was written for {} asks for a payment", vendor.title()));
        let asked = self.servers.vendor_shops.ask(vendor, &self.new_reference()).await?;
        let made = self.api.find(&asked.reference).await?;
        Ok((self.watch(made).await?, asked))
    }

    /// A new customer signs up at the front and orders one of each of these products, to be paid in that
    /// way; the order is watched, and known to the front by a number.
    pub(super) async fn order_at_front(
        &mut self,
        products: &[i64],
        account: &str,
    ) -> anyhow::Result<(Customer, i64)> {
        self.say("a customer signs up at the front that was written for OneEntry, and orders");
        let email = format!("{}@example.com", self.scenario.name());
        let mut customer = self.servers.front.sign_up(&email).await?;
        let number = customer.order(products, account).await?;
        let made = self.api.find(&front::reference(number)).await?;
        self.watch(made).await?;
        Ok((customer, number))
    }

    fn new_reference(&self) -> String {
        format!("{}-{}", self.scenario.name(), random::token()[..6].to_ascii_uppercase())
    }

    /// Who pays for an order in francs: a customer of this scenario alone.
    pub(super) fn payer(&self) -> Value {
        let index = Scenario::ALL.iter().position(|one| *one == self.scenario).unwrap_or_default();
        json!({
            "family_name": "Kouassi",
            "given_name": "Awa",
            "email": format!("{}@example.com", self.scenario.name()),
            "phone": format!("+22507000000{index:02}"),
            "country": "CI",
        })
    }

    /// The customer presses “Acheter” on the shop's page, which leads to the checkout.
    pub(super) async fn buy(&mut self, slug: &str) -> anyhow::Result<ShownOrder> {
        self.say("the customer presses “Acheter” in the shop");
        let url = format!("{}/acheter/{slug}", self.servers.shop.url());
        let page = self.browser.submit(&url, &[]).await?;
        let known = self.servers.shop.newest().filter(|order| page.url.starts_with(&order.checkout_url));
        let made = known.with_context(|| format!("the shop led to {}, not to a checkout", page.url))?;
        self.watch(made).await
    }

    /// The customer chooses a way to pay on the checkout page.
    pub(super) async fn choose(&mut self, label: &str) -> anyhow::Result<Page> {
        let checkout_url = self.current()?.checkout_url.clone();
        self.say(&format!("the customer chooses “{label}” on the checkout page"));
        let page = self.browser.choose(&checkout_url, label).await?;
        self.tell().await?;
        Ok(page)
    }

    /// The customer presses a button of the gateway's page; `said` is what the audience is told.
    pub(super) async fn at_gateway(&mut self, link: &str, button: &str, said: &str) -> anyhow::Result<Page> {
        self.say(said);
        let page = self.browser.submit(&format!("{link}/{button}"), &[]).await?;
        self.tell().await?;
        Ok(page)
    }

    /// The customer chooses mobile money on the gateway's page, so that the operator asks on the phone.
    pub(super) async fn at_operator(&mut self, link: &str) -> anyhow::Result<Page> {
        self.say("the customer chooses MTN MoMo on the gateway’s page; the operator asks on the phone");
        let fields = [("operator", "MOMO"), ("phone", "+2250500000001")];
        let page = self.browser.submit(&format!("{link}/pay"), &fields).await?;
        self.settle().await?;
        Ok(page)
    }

    /// The payer answers on the phone, while no browser is open anywhere.
    pub(super) async fn on_the_phone(&mut self, answer: Action, said: &str) -> anyhow::Result<()> {
        self.say(said);
        let link = self.links().pop().context("the gateway made no link")?;
        self.servers.sandbox.act(&link.reference, answer).context("the sandbox refused")?;
        self.settle().await
    }

    /// The customer looks at the status page, and what follows from it happens.
    pub(super) async fn look_at_status(&mut self) -> anyhow::Result<Page> {
        let status_url = self.current()?.status_url.clone();
        self.say("the customer looks at the status page");
        let page = self.browser.open(&status_url).await?;
        self.settle().await?;
        self.pass(LOOK_MS).await?;
        Ok(page)
    }

    /// Something goes wrong at the gateway's next calls.
    pub(super) fn inject(&mut self, fault: Misbehaviour, said: &str) -> anyhow::Result<()> {
        self.say(said);
        self.servers.sandbox.inject(fault).context("the sandbox refused a fault")
    }

    /// Time passes until so many minutes after the beginning, from one alarm of the order to the next.
    pub(super) async fn until_minute(&mut self, minute: i64) -> anyhow::Result<()> {
        self.until(self.began_ms + minute * 60_000).await
    }

    /// So many seconds pass, from one alarm of the order to the next.
    pub(super) async fn wait_s(&mut self, seconds: i64) -> anyhow::Result<()> {
        self.until(self.servers.clock.now_ms() + seconds * 1_000).await
    }

    async fn until(&mut self, until_ms: i64) -> anyhow::Result<()> {
        loop {
            let now_ms = self.servers.clock.now_ms();
            if now_ms >= until_ms {
                return Ok(());
            }
            let due_ms = self.stored().await?.order.wake_at_ms().unwrap_or(until_ms);
            self.pass(due_ms.max(now_ms + STEP_MS).min(until_ms) - now_ms).await?;
        }
    }

    /// A day passes in strides, in which nobody does anything.
    pub(super) async fn a_day_passes(&mut self) -> anyhow::Result<()> {
        for _ in 0..STRIDES {
            self.pass(DAY_MS / STRIDES).await?;
        }
        Ok(())
    }

    async fn pass(&mut self, by_ms: i64) -> anyhow::Result<()> {
        self.servers.node.pass_time(by_ms).await?;
        self.settle().await
    }

    /// What is due now happens: what the gateways announce arrives, and then the server's own work.
    pub(super) async fn settle(&mut self) -> anyhow::Result<()> {
        self.servers.sandbox.settle().await;
        self.servers.node.settle_due().await?;
        self.tell().await
    }

    /// The order as the API shows it now.
    pub(super) async fn look(&mut self) -> anyhow::Result<ShownOrder> {
        let id = self.current()?.id.clone();
        let order = self.api.order(&id).await?;
        self.order = Some(order.clone());
        Ok(order)
    }

    /// The links that the gateway made for this order, oldest first, by its own books.
    pub(super) fn links(&self) -> Vec<PaymentView> {
        let Some(order) = &self.order else { return Vec::new() };
        let ours = |link: &PaymentView| link.redirect_url.as_deref() == Some(order.status_url.as_str());
        let mut links: Vec<_> = self.servers.sandbox.payments().into_iter().filter(ours).collect();
        links.reverse();
        links
    }

    /// In which minute of the order's life something first happened, by its journal.
    pub(super) fn minute_of(&self, kind: &str) -> String {
        let at = |event: &ShownEvent| event.timestamp.parse::<jiff::Timestamp>().ok();
        let began = self.journal.first().and_then(at);
        let happened = self.journal.iter().find(|event| event.kind == kind).and_then(at);
        match began.zip(happened) {
            Some((began, happened)) => {
                // The order's time runs from when it was asked for, a moment before it was written down.
                ((happened.as_millisecond() - began.as_millisecond() + STEP_MS) / 60_000).to_string()
            }
            None => "never".to_owned(),
        }
    }

    /// How often something happened, by the journal.
    pub(super) fn times(&self, kind: &str) -> usize {
        self.journal.iter().filter(|event| event.kind == kind).count()
    }

    /// Something must be so.
    pub(super) fn want(&mut self, what: &str, must: impl Display, is: impl Display) {
        self.differences.extend(difference(what, &must.to_string(), &is.to_string()));
    }

    /// Says what someone does.
    pub(super) fn say(&self, what: &str) {
        if let Some(print) = self.aloud {
            print(format_args!("  {}  – {what}", self.time(self.servers.clock.now_ms())));
        }
    }

    fn current(&self) -> anyhow::Result<&ShownOrder> {
        self.order.as_ref().context("there is no order yet")
    }

    /// The order as the server's own parts know it: for its alarm and its story.
    async fn stored(&self) -> anyhow::Result<Stored> {
        let id: OrderId = self.current()?.id.parse()?;
        self.servers.node.app().store().order(id).await?.context("the order is not in the database")
    }

    async fn watch(&mut self, order: ShownOrder) -> anyhow::Result<ShownOrder> {
        self.order = Some(order.clone());
        self.tell().await?;
        Ok(order)
    }

    /// Tells what the journal says since it was last told.
    async fn tell(&mut self) -> anyhow::Result<()> {
        let Some(order) = &self.order else { return Ok(()) };
        let journal = self.api.journal(&order.id).await?;
        for event in journal.iter().skip(self.journal.len()) {
            let Some(print) = self.aloud else { break };
            let at = event.timestamp.parse::<jiff::Timestamp>()?;
            let change = event.old.as_ref().zip(event.new.as_ref());
            let change = change.map(|(old, new)| format!(" [{old} → {new}]")).unwrap_or_default();
            let why = shortened(&event.why);
            print(format_args!("  {}  {}{change}  {why}", self.time(at.as_millisecond()), event.kind));
        }
        self.journal = journal;
        Ok(())
    }

    /// Minutes and seconds since the play began.
    fn time(&self, at_ms: i64) -> String {
        let seconds = (at_ms - self.began_ms).max(0) / 1000;
        format!("{:02}:{:02}", seconds / 60, seconds % 60)
    }

    /// Asks everyone how it ended.
    async fn look_around(&mut self) -> anyhow::Result<(Ending, Option<Story>)> {
        if self.order.is_none() {
            return Ok((Ending::default(), None));
        }
        self.settle().await?;
        let order = self.look().await?;
        let story = explain::story(self.servers.node.app(), &self.stored().await?).await?;
        let notified = notified(self.servers, self.scenario, &order);
        let got = Ending {
            paid_late: order.paid_late,
            payments: order.payments.iter().map(|payment| payment.status.clone()).collect(),
            held: order.held.iter().map(|held| held.kind.clone()).collect(),
            needs_you: order.needs_you,
            links: self.links().iter().map(|link| link.status.as_str().to_owned()).collect(),
            paid_webhooks: notified.paid,
            shop: notified.status,
            journal_is_whole: story.is_whole(),
            order: order.status,
        };
        self.want("the number of webhooks with a bad signature", 0, notified.forged);
        Ok((got, Some(story)))
    }
}

/// A sentence that fits on two lines.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(TOLD_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
