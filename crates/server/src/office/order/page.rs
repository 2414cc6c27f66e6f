//! How an order's page is written.

use askama::Template;
use guichet_core::{Fee, FeeSource, Money, Order, OrderState, Payment, PaymentState};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::office::dates::{city, time_of_day};
use crate::office::desk::Desk;
use crate::office::person;
use crate::office::state::{self, Told};
use crate::office::visitor::Visitor;
use crate::operators::Permission;
use crate::pages::Language;
use crate::store::Target;
use crate::zones::number_of;

use super::query::Whole;
use super::story::{Step, story};
use super::texts::{Texts, texts};

/// The page.
#[derive(Template)]
#[template(path = "office/order.html", whitespace = "minimize")]
pub(super) struct OrderPage {
    desk: Desk,
    words: &'static Texts,
    done: Option<&'static str>,
    id: String,
    reference: String,
    shop: String,
    clocks: String,
    told: Told,
    mark: &'static str,
    since: String,
    items: Vec<(String, String, String)>,
    parts: Vec<(&'static str, String)>,
    total: String,
    fee: Option<(String, &'static str)>,
    went_back: Option<String>,
    yours: Option<String>,
    customer: String,
    /// The customer's identifier, where one made it at a front whom the visitor may see.
    buyer: Option<String>,
    phone: Option<(String, String)>,
    email: Option<String>,
    created: String,
    expires: Option<String>,
    link: String,
    whatsapp: String,
    may: May,
    refundable: Vec<(String, String, String)>,
    is_whole: bool,
    journal: String,
    story: Vec<Step>,
    next: String,
    payments: Vec<PaymentRow>,
    deliveries: Vec<Sent>,
    refunds: Vec<(String, String, String, bool)>,
    notes: Vec<(String, String, String)>,
}

/// What the visitor may do about the order as it stands.
struct May {
    fulfil: bool,
    cash: bool,
    check: bool,
    refund: bool,
    cancel: bool,
    reopen: bool,
    decide: bool,
    note: bool,
    resend: bool,
    says_no_cancel: bool,
}

impl May {
    fn nothing(&self) -> bool {
        !(self.fulfil || self.cash || self.check || self.refund || self.cancel || self.reopen || self.decide)
    }
}

/// A payment.
struct PaymentRow {
    gateway: &'static str,
    tone: &'static str,
    icon: &'static str,
    state: &'static str,
    reference: Option<String>,
    amount: String,
}

/// Something that was sent.
struct Sent {
    id: String,
    what: String,
    to: String,
    tone: &'static str,
    icon: &'static str,
    state: &'static str,
    tries: usize,
    attempts: Vec<String>,
}

impl OrderPage {
    pub(super) fn new(visitor: &Visitor, desk: Desk, whole: &Whole, done: Option<&str>) -> Self {
        let (language, words) = (desk.language, texts(desk.language));
        let (order, terms) = (&whole.stored.order, &whole.stored.order.terms);
        let merchant = visitor.snapshot().merchants.get(&order.merchant);
        let zone = merchant.map_or(TimeZone::UTC, |row| row.zones.at(whole.now_ms));
        let moment = |at_ms: i64| moment(language, words, at_ms, &zone);
        let money = |amount: i64| language.money(Money::new(amount, terms.money.currency));
        let told = state::told(language, order);
        let link = visitor.office().app.public_url().page("status", &whole.stored.token);
        let text = format!("{} {link}", words.whatsapp_text.replace("{}", &terms.reference));
        let came = order.state.paid_by().and_then(|id| Some((order.payment(id)?, order.money_of(id)?)));
        let fee = came.and_then(|(payment, money)| Fee::of(payment, money));
        let back: i64 = order
            .refunds
            .iter()
            .filter(|refund| refund.counts())
            .map(|refund| refund.money.amount_minor)
            .sum();
        let kept = fee.map_or(0, |fee| fee.money.amount_minor);
        let yours =
            came.map(|(_, money)| money.amount_minor - kept - back).filter(|_| fee.is_some() || back > 0);
        let parts = [(words.discount, -terms.breakdown.discount), (words.tax, terms.breakdown.tax)];
        OrderPage {
            done: done.and_then(|word| words.done(word)),
            id: order.id.to_string(),
            reference: terms.reference.clone(),
            shop: visitor.shop_title(order.merchant).to_owned(),
            clocks: words.clocks.replace("{}", &city(language, &zone)),
            mark: mark(told),
            told,
            since: since(language, words, order, &zone),
            items: terms
                .items
                .iter()
                .map(|item| {
                    let each = format!("{} × {}", item.quantity, money(item.unit_amount));
                    let of_all = item.quantity.saturating_mul(item.unit_amount);
                    (item.name.clone(), each, money(of_all))
                })
                .collect(),
            parts: parts.into_iter().filter(|(_, n)| *n != 0).map(|(name, n)| (name, money(n))).collect(),
            total: language.money(terms.money),
            fee: fee.map(|fee| {
                let source = match fee.source {
                    FeeSource::Gateway => words.told,
                    FeeSource::Declared => words.declared,
                };
                (language.money(Money::new(-fee.money.amount_minor, fee.money.currency)), source)
            }),
            went_back: (back > 0).then(|| money(-back)),
            yours: yours.map(money),
            customer: person::name(&terms.payer),
            buyer: whole
                .buyer
                .filter(|_| visitor.may(Permission::SeeCustomers, order.merchant, order.environment))
                .map(|buyer| buyer.to_string()),
            phone: terms.payer.phone.as_ref().map(|phone| {
                let phone = phone.to_string();
                (person::masked(&phone), phone)
            }),
            email: terms.payer.email.clone(),
            created: moment(order.created_at_ms),
            expires: order.state.is_waiting().then(|| moment(terms.expires_at_ms)),
            whatsapp: format!("https://wa.me/?{}", query("text", &text)),
            link,
            may: may(visitor, order, whole.now_ms),
            refundable: refundable(language, order),
            is_whole: whole.is_whole,
            journal: journal(words, whole),
            story: story(language, order, &whole.journal, &zone),
            next: order.wake_at_ms().map_or_else(
                || words.nothing_more.to_owned(),
                |at_ms| words.next.replace("{}", &moment(at_ms)),
            ),
            payments: order.payments.iter().map(|payment| row(language, words, order, payment)).collect(),
            deliveries: sent(visitor, words, whole, &zone),
            refunds: order
                .refunds
                .iter()
                .map(|refund| {
                    let reference = refund.reference.clone().unwrap_or_default();
                    (language.money(refund.money), refund.reason.clone(), reference, !refund.counts())
                })
                .collect(),
            notes: whole
                .notes
                .iter()
                .map(|note| (note.text.clone(), note.login.clone(), moment(note.at_ms)))
                .collect(),
            words,
            desk,
        }
    }

    fn told_words(&self) -> &'static super::story_texts::Texts {
        super::story_texts::texts(self.desk.language)
    }
}

/// What there is to say of a journal that is whole.
fn journal(words: &Texts, whole: &Whole) -> String {
    let here = words.whole.replace("{}", &whole.journal.len().to_string());
    match whole.archived {
        0 => here,
        archived => format!("{here} {}", words.archived.replace("{}", &archived.to_string())),
    }
}

/// A moment as a day and a time.
fn moment(language: Language, words: &Texts, at_ms: i64, zone: &TimeZone) -> String {
    let date = Timestamp::from_millisecond(at_ms).map(|moment| moment.to_zoned_datetime(zone.clone()).date());
    let day = date.map(|date| language.long_day(number_of(date))).unwrap_or_default();
    words.since.replace("{day}", &day).replace("{time}", &time_of_day(at_ms, zone))
}

/// Since when the order stands so, and through which gateway.
fn since(language: Language, words: &Texts, order: &Order, zone: &TimeZone) -> String {
    let at_ms = match order.state {
        OrderState::Pending | OrderState::Failed => order.created_at_ms,
        OrderState::Paid { at_ms, .. }
        | OrderState::Fulfilled { at_ms, .. }
        | OrderState::Expired { at_ms }
        | OrderState::Cancelled { at_ms } => at_ms,
    };
    let gateway = order.main_payment().map(|payment| state::gateway(language, &payment.gateway));
    let by = gateway.map(|gateway| words.by_gateway.replace("{}", gateway));
    let at = moment(language, words, at_ms, zone);
    by.map_or_else(|| at.clone(), |by| format!("{at}, {by}"))
}

/// What the postmark shows.
fn mark(told: Told) -> &'static str {
    match told.icon {
        "ok" | "give" if told.tone == "good" => "M16 24.5l6 6 11-13",
        "no" => "M17 17l14 14M31 17L17 31",
        "end" | "off" => "M16 24h16",
        "hold" => "M24 15v11M24 32v.2",
        _ => "M24 15v9l6 4",
    }
}

fn query(name: &str, value: &str) -> String {
    url::form_urlencoded::Serializer::new(String::new()).append_pair(name, value).finish()
}

fn may(visitor: &Visitor, order: &Order, now_ms: i64) -> May {
    let may = |permission| visitor.may(permission, order.merchant, order.environment);
    let works = may(Permission::WorkOrders);
    let by_hand = order.payments.iter().any(|payment| payment.state.is_live() && !payment.terms.checkable);
    let paid = order.state.is_paid();
    May {
        fulfil: works && matches!(order.state, OrderState::Paid { .. }),
        cash: may(Permission::TakeCash) && order.state.is_waiting() && by_hand,
        check: works && order.payments.iter().any(|payment| payment.terms.checkable),
        refund: may(Permission::RecordRefunds)
            && order.payments.iter().any(|payment| order.refundable(payment.id).is_some()),
        cancel: works && order.state.is_waiting(),
        reopen: works && order.has_closed(now_ms) && !order.needs_you(),
        decide: may(Permission::Decide) && order.needs_you(),
        note: works,
        resend: may(Permission::WorkWebhooks),
        says_no_cancel: works && paid,
    }
}

/// The payments whose money may still go back: identifier, gateway and what is left.
fn refundable(language: Language, order: &Order) -> Vec<(String, String, String)> {
    let left = |payment: &Payment| {
        let left = order.refundable(payment.id)?;
        let gateway = state::gateway(language, &payment.gateway);
        Some((payment.id.to_string(), format!("{gateway}, {}", language.money(left)), left.decimal()))
    };
    order.payments.iter().filter_map(left).collect()
}

fn row(language: Language, words: &'static Texts, order: &Order, payment: &Payment) -> PaymentRow {
    let (state, tone, icon) = match payment.state {
        PaymentState::Opening => (words.opening, "wait", "wait"),
        PaymentState::Open { .. } => (words.open, "wait", "wait"),
        PaymentState::Processing { .. } => (words.processing, "wait", "wait"),
        PaymentState::Unknown { .. } => (words.unknown, "wait", "ask"),
        PaymentState::Paid { .. } => (words.paid, "good", "ok"),
        PaymentState::Failed { .. } => (words.failed, "bad", "no"),
        PaymentState::Expired { .. } => (words.expired, "", "end"),
        PaymentState::Cancelled { .. } => (words.cancelled, "", "off"),
    };
    let money = order.money_of(payment.id).or(payment.opened_for).unwrap_or(order.terms.money);
    PaymentRow {
        gateway: state::gateway(language, &payment.gateway),
        tone,
        icon,
        state,
        reference: payment.state.link().map(|link| link.reference.clone()),
        amount: language.money(money),
    }
}

fn sent(visitor: &Visitor, words: &'static Texts, whole: &Whole, zone: &TimeZone) -> Vec<Sent> {
    let kind = |seq: i64| {
        let row = whole.journal.iter().find(|row| row.seq == seq);
        row.map_or_else(|| "…".to_owned(), |row| row.record.kind.clone())
    };
    let told = |(row, attempts): &(crate::store::DeliveryRow, Vec<crate::store::Attempt>)| {
        let (state, tone, icon) = match row.status.as_str() {
            "delivered" => (words.arrived, "good", "ok"),
            "given_up" => (words.given_up, "bad", "no"),
            _ => (words.waits, "wait", "wait"),
        };
        let line = |attempt: &crate::store::Attempt| {
            format!("{}  {}  {}", attempt.number, time_of_day(attempt.at_ms, zone), attempt.outcome)
        };
        Sent {
            id: row.delivery.id.to_string(),
            what: kind(row.delivery.event_seq),
            to: to(visitor, row.delivery.target),
            tone,
            icon,
            state,
            tries: attempts.len(),
            attempts: attempts.iter().map(line).collect(),
        }
    };
    whole.deliveries.iter().map(told).collect()
}

/// Where something goes, as people know it.
fn to(visitor: &Visitor, target: Target) -> String {
    match target {
        Target::Endpoint(id) => {
            let endpoint = visitor.snapshot().endpoints.get(&id);
            let host = endpoint.and_then(|endpoint| url::Url::parse(&endpoint.row.url).ok());
            host.and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_else(|| id.to_string())
        }
        Target::Client(id) => id.to_string(),
        Target::Customers(_, channel) => channel.as_str().to_owned(),
    }
}
