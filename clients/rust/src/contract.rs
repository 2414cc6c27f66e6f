//! What the server's contract says. Made of `../openapi.json` by `make.py`.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What was taken.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AcknowledgeRequest {
    /// Identifiers of events, at most 100.
    pub ids: Vec<String>,
}

/// What the operator has moved to archives. It stands in no list any more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Archived {
    /// How many.
    pub count: i64,
    /// When the newest of them happened; in the lists of a whole shop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newest_at: Option<String>,
}

/// One try.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Attempt {
    /// The first kilobyte of what it wrote, where it refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// When.
    pub at: String,
    /// Which try, from 1.
    pub number: i64,
    /// What came of it.
    pub outcome: String,
    /// What it answered, when it answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_code: Option<i64>,
}

/// Something more about a product.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Attribute {
    /// OneEntry's word for its type, such as `string`, `integer` or `text`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its value.
    pub value: Text,
}

/// What came to a line of a closed day later, or left it; less than nothing where it left.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BookCorrection {
    /// Of the fees that you declare.
    pub declared_fees: Money,
    /// Of what is left of it all.
    pub net: Money,
    /// Of the payments that paid an order.
    pub paid: CountedCash,
    /// Of what went back.
    pub refunds: CountedCash,
    /// Of the fees that the gateway tells.
    pub told_fees: Money,
    /// Of the money that paid no order.
    pub unfit: CountedCash,
    /// Of the payments that ended without money.
    pub unpaid: i64,
}

/// A line of the book.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BookLine {
    /// The gateway account.
    pub account: String,
    /// Your name for that account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_name: Option<String>,
    /// How long the payments that paid an order took on average, from being asked for to their money being seen, in
    /// seconds; null where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub average_seconds_to_pay: Option<i64>,
    /// Whether somebody closed the day. The sums above are as the orders make them now all the same.
    pub closed: bool,
    /// What the orders added to the line since its day was closed, or took away: the sums above are those that were closed, and
    /// these. Null where nothing was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correction: Option<BookCorrection>,
    /// ISO 4217 code.
    pub currency: String,
    /// The day in your shop's time zone.
    pub day: String,
    /// What it keeps by what you declare of the account, where it does not say.
    pub declared_fees: Money,
    /// The gateway.
    pub gateway: String,
    /// What came, less the fees, less what went back.
    pub net: Money,
    /// The payments that paid an order, on the day when their money was seen.
    pub paid: CountedCash,
    /// What went back, on the day when that was recorded.
    pub refunds: CountedCash,
    /// What the gateway says that it keeps for itself.
    pub told_fees: Money,
    /// Money that paid no order: it came late, twice, or was another amount.
    pub unfit: CountedCash,
    /// How many payments ended without money.
    pub unpaid: i64,
}

/// The book of some days.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BookPage {
    /// The lines, by day, gateway, account and currency. A line in which nothing stands and nothing was
    /// corrected is left out.
    pub data: Vec<BookLine>,
    /// The first day that is told.
    pub from: String,
    /// The last one.
    pub to: String,
}

/// One of the values of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// What is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Text>,
    /// What is sent.
    pub value: String,
}

/// What is written to a day that is closed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct CloseDayRequest {
    /// What you found, at most 500 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What you decided.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CloseRefundRequest {
    /// `granted`: you pay it back; `declined`: you do not.
    pub outcome: Outcome,
}

/// A day that is closed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClosedDay {
    /// When it was closed.
    pub closed_at: String,
    /// Its lines, as they were closed.
    pub data: Vec<BookLine>,
    /// The day.
    pub day: String,
}

/// How many payments, and how much money.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CountedCash {
    /// How much.
    pub amount: Money,
    /// How many.
    pub count: i64,
}

/// One event on its way to one endpoint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Delivery {
    /// Every try, oldest first.
    pub attempts: Vec<Attempt>,
    /// When it is tried next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<String>,
    /// Its identifier.
    pub id: String,
    /// The order it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
    /// The index of its event in the order's journal.
    pub sequence: i64,
    /// When it arrived or was given up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled_at: Option<String>,
    /// `pending`, `delivered` or `given_up`.
    pub status: DeliveryStatus,
    /// Where it goes: a webhook endpoint (`whe_…`), your client of another vendor (`crd_…`), or the
    /// customer (`mer_…/email`, `mer_…/sms`).
    pub target: String,
}

/// The deliveries about an order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeliveryPage {
    /// Older deliveries that are not listed, because the operator has archived them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archived: Option<Archived>,
    /// The deliveries, in the order of the journal.
    pub data: Vec<Delivery>,
}

/// Something that happened to an order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// The order as it was then; on `order.…` events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Box<Order>>,
    /// Its identifier, also the `webhook-id` of what is sent about it.
    pub id: String,
    /// The state after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new: Option<String>,
    /// The state before, where one changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old: Option<String>,
    /// The order it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
    /// The payment it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment: Option<String>,
    /// Its index in the order's journal, from 1.
    pub sequence: i64,
    /// When.
    pub timestamp: String,
    /// What happened. Take types that you do not know: there will be more.
    #[serde(rename = "type")]
    pub kind: EventKind,
    /// The evidence, as a sentence.
    pub why: String,
}

/// A page of events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EventPage {
    /// Older events that are not in any page, because the operator has archived them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archived: Option<Archived>,
    /// The events, oldest first.
    pub data: Vec<Event>,
    /// Whether there are more.
    pub has_more: bool,
}

/// A field of a form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// Its marker, such as `email_reg`.
    pub marker: String,
    /// The greatest number of characters; 1000 when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_length: Option<i64>,
    /// The least number of characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_length: Option<i64>,
    /// Whether it must be filled in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required: Option<bool>,
    /// What it means to Guichet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Text>,
    /// What may stand in it.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<FieldType>,
    /// What may be chosen, for lists and radio buttons.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<Choice>>,
}

/// What customers fill in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Form {
    /// Its fields.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fields: Option<Vec<Field>>,
    /// Its number; its position in the list, from 1 on, when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<i64>,
    /// Its marker, such as `order`.
    pub identifier: String,
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Text>,
    /// What it is for.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<FormKind>,
}

/// Money that came but does not fit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HeldMoney {
    /// When.
    pub at: String,
    /// `paid_late`, `paid_twice`, `amount_mismatch`, `wrong_environment` or `undecided`.
    pub kind: HeldMoneyKind,
    /// The payment that brought it.
    pub payment: String,
    /// When a person settled the question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved_at: Option<String>,
    /// What the gateway said was paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<Money>,
}

/// One line of an order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// What it is.
    pub name: String,
    /// How many.
    pub quantity: i64,
    /// The price of one, in minor units; less than nothing for what is taken off.
    pub unit_amount: i64,
}

/// One line of an order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct ItemRequest {
    /// What it is: 1 to 200 characters.
    pub name: String,
    /// How many: 1 to 1000000.
    pub quantity: i64,
    /// The price of one, in minor units; may be zero, or less for what is taken off, such as a coupon.
    pub unit_amount: i64,
}

/// A refund, and whose it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListedRefund {
    /// How much went back.
    pub amount: Money,
    /// Its identifier.
    pub id: String,
    /// `gateway_portal`, `cash` or `transfer`.
    pub method: Method,
    /// The payment whose money it was.
    pub payment: String,
    /// The reason, in the words of whoever recorded it.
    pub reason: String,
    /// When it was recorded.
    pub recorded_at: String,
    /// Who recorded it: `by` says what kind of person or program, the field beside it which one.
    pub recorded_by: Map<String, Value>,
    /// The number under which the gateway, the bank or the till finds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// When the record was withdrawn, because no money had gone back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn_at: Option<String>,
    /// The order.
    pub order: String,
    /// The shop's own name for the order.
    pub order_reference: String,
}

/// A language of the front.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Locale {
    /// Such as `en_US`.
    pub code: String,
    /// Its name in English.
    pub name: String,
    /// Its own name for itself; `name` when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub native_name: Option<String>,
}

/// An amount of money.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Money {
    /// Minor units of the currency by ISO 4217: centimes of a dinar, whole CFA francs.
    pub amount: i64,
    /// ISO 4217 code.
    pub currency: String,
    /// The same for people.
    pub decimal: String,
}

/// An order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// What is to be paid, in minor units of the currency by ISO 4217: centimes of a dinar, whole
    /// CFA francs.
    pub amount: i64,
    /// The same amount for people.
    pub amount_decimal: String,
    /// The hosted page where the customer chooses how to pay.
    pub checkout_url: String,
    /// When it was made.
    pub created_at: String,
    /// ISO 4217 code.
    pub currency: String,
    /// What was taken off the lines, in minor units.
    pub discount: i64,
    /// `test` or `live`.
    pub environment: Environment,
    /// When it stops waiting for money.
    pub expires_at: String,
    /// Money that does not fit.
    pub held: Vec<HeldMoney>,
    /// Its identifier.
    pub id: String,
    /// The tax that the lines hold already, in minor units.
    pub included_tax: i64,
    /// The lines that add up to it, less the discount and with the tax.
    pub items: Vec<Item>,
    /// The shop's own notes.
    pub metadata: Map<String, Value>,
    /// Whether some of that waits for a person.
    pub needs_you: bool,
    /// When a check saw the money; of an order that asks for nothing, when it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_at: Option<String>,
    /// Whether the money came after the order had expired or been cancelled.
    pub paid_late: bool,
    /// Who pays.
    pub payer: Payer,
    /// The payment link at which it was made, if it was at one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_link: Option<String>,
    /// Where to send the customer now: the gateway's page of the newest payment that can be paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_url: Option<String>,
    /// The attempts to pay it, oldest first.
    pub payments: Vec<Payment>,
    /// The shop's own name for it.
    pub reference: String,
    /// What went back to the payer, as it was recorded, oldest first.
    pub refunds: Vec<Refund>,
    /// Where the customer goes afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_url: Option<String>,
    /// `pending`, `failed`, `paid`, `fulfilled`, `expired` or `cancelled`.
    pub status: OrderStatus,
    /// The hosted page that tells the customer where the order stands.
    pub status_url: String,
    /// The tax that was added to the lines, in minor units.
    pub tax: i64,
    /// What the customer reads on the gateway's page.
    pub title: String,
    /// Grows by one with every change.
    pub version: i64,
}

/// A page of orders.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrderPage {
    /// The orders, newest first.
    pub data: Vec<Order>,
    /// Whether there are older ones: ask again with `cursor` set to the last identifier.
    pub has_more: bool,
}

/// What a shop asks for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct OrderRequest {
    /// The gateway account to use, by identifier or name, where you have several at one gateway.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// What is to be paid, in minor units (2,500.00 dinars are 250000; 2,500 CFA francs are 2500).
    /// May be left out when there are items: it is what they add up to, less `discount` and with `tax`. An order of
    /// nothing, as with a coupon for the whole price, is paid at once and through no gateway.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<i64>,
    /// The ways to pay that the gateway's page offers, where the gateway can tell them apart; all when
    /// left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channels: Option<Vec<Channel>>,
    /// ISO 4217 code.
    pub currency: String,
    /// More words for the customer, at most 1000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What is taken off the items, in minor units. A discount of one line, or one with a name, may also be an item whose
    /// `unit_amount` is less than nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount: Option<i64>,
    /// After how many seconds the order expires unpaid: 60 to 2592000 (30 days); otherwise 3600, and a week where it is to
    /// be paid in cash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<i64>,
    /// The gateway to open a payment at right away, such as `ocpay` or `cash`; `auto` follows your
    /// routes, and goes on to the next account when one certainly opened nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gateway: Option<String>,
    /// Tax that the amount holds already, in minor units: it is shown, and added to nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub included_tax: Option<i64>,
    /// The lines of the order, at most 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub items: Option<Vec<ItemRequest>>,
    /// The language of the gateway's page and of messages to the customer: `fr`, `ar` or `en`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// Whether the payer cannot change the phone number on the gateway's page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lock_phone: Option<bool>,
    /// Your own notes, given back as they came: an object of at most 50 keys and 8 KiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Map<String, Value>>,
    /// Who pays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payer: Option<PayerRequest>,
    /// Lines for the gateway's receipt by name, at most three, where the gateway prints them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<std::collections::BTreeMap<String, String>>,
    /// Your own name for the order, unique among your orders: 1 to 128 characters. Sending the same
    /// order again answers the order you have.
    pub reference: String,
    /// Where the customer goes afterwards, by themselves once the order is paid or over: an http or https address, or
    /// one of an app's own scheme that the shop file declares.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_url: Option<String>,
    /// Tax that comes on top of the items, in minor units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax: Option<i64>,
    /// What the customer reads: 1 to 200 characters; “Order” and the reference when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// Who pays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Payer {
    /// Street and number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Town.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// ISO 3166-1 alpha-2 code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Family name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family_name: Option<String>,
    /// Given name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_name: Option<String>,
    /// E.164 phone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// State or region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Postal code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zip_code: Option<String>,
}

/// Who pays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct PayerRequest {
    /// Street and number, at most 200 characters. Some gateways need it for cards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Town, at most 100 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// ISO 3166-1 alpha-2 code, such as CI.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Family name, at most 100 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family_name: Option<String>,
    /// Given name, at most 100 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_name: Option<String>,
    /// Phone number in E.164, such as +213551234567. It must be one that can exist in its country: the error says what
    /// a number there looks like.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// State or region, at most 100 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Postal code, at most 20 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zip_code: Option<String>,
}

/// One attempt to pay an order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Payment {
    /// The gateway account.
    pub account: String,
    /// When the gateway was last asked about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked_at: Option<String>,
    /// When it was asked for.
    pub created_at: String,
    /// What it keeps by what you declare of the account, once the money came; null where it says so itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declared_fee: Option<Money>,
    /// Why it failed: a stable code and, where there is more to say, a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<PaymentFailure>,
    /// What the gateway keeps for itself, as it first said it; null where it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee: Option<Money>,
    /// The gateway it goes through.
    pub gateway: String,
    /// Its identifier.
    pub id: String,
    /// Where the customer pays, while they can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_url: Option<String>,
    /// What the gateway told of the money, once it came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Receipt>,
    /// The reference by which the gateway knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// `opening`, `open`, `processing`, `unknown`, `paid`, `failed`, `expired` or `cancelled`.
    pub status: PaymentStatus,
}

/// A way to pay.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PaymentAccount {
    /// The gateway account, by name, that payments go through; `auto` follows the merchant's routes.
    pub gateway_account: String,
    /// Its number; its position in the list, from 1 on, when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<i64>,
    /// Its marker, such as `cash`.
    pub identifier: String,
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Text>,
    /// Whether fronts are told of it and orders may use it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used: Option<bool>,
}

/// Why a payment failed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PaymentFailure {
    /// Stable code.
    pub code: String,
    /// What is known beyond the code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// A payment link.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PaymentLink {
    /// What is to be paid; null where the customer says how much.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// What the customer fills in, by the payer's fields.
    pub asks_for: Vec<PayerField>,
    /// When it was made.
    pub created_at: String,
    /// ISO 4217 code.
    pub currency: String,
    /// More words for the customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// When you ended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<String>,
    /// `test` or `live`, as the key that made it.
    pub environment: Environment,
    /// From when on it makes no orders any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
    /// Its identifier.
    pub id: String,
    /// The language of the page where you wish one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The most, in minor units; null where you say how much.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum: Option<i64>,
    /// Your own notes, which its orders have, too.
    pub metadata: Map<String, Value>,
    /// The least that the customer may say, in minor units; null where you say how much.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<i64>,
    /// Your own name for it. The references of its orders begin with it.
    pub reference: String,
    /// Where the customer goes afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_url: Option<String>,
    /// Whether it is good for one order.
    pub single_use: bool,
    /// `active`, `expired` once its time has run out, or `ended` by you.
    pub status: PaymentLinkStatus,
    /// What the customer reads.
    pub title: String,
    /// The address to hand out, as a link or a QR code.
    pub url: String,
}

/// A page of payment links.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PaymentLinkPage {
    /// The links, newest first.
    pub data: Vec<PaymentLink>,
    /// Whether there are older ones: ask again with `cursor` set to the last identifier.
    pub has_more: bool,
}

/// What a link is to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct PaymentLinkRequest {
    /// What is to be paid, in minor units. Leave it out where the customer says how much.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<i64>,
    /// What the customer fills in, by the payer's fields.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asks_for: Option<Vec<PayerField>>,
    /// ISO 4217 code.
    pub currency: String,
    /// More words for the customer, at most 1000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// After how many seconds it makes no orders any more: 60 to 31622400 (366 days); never when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<i64>,
    /// The language of the page where you wish one: `fr`, `ar` or `en`; otherwise the customer's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// The most that the customer may say, in minor units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum: Option<i64>,
    /// Your own notes, which its orders have, too: an object of at most 50 keys and 8 KiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Map<String, Value>>,
    /// The least that the customer may say, in minor units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<i64>,
    /// Your own name for the link, unique among your links: 1 to 90 characters. Sending the same link again answers the
    /// link you have, so a repetition is always safe. Made up when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Where the customer goes afterwards, as with an order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_url: Option<String>,
    /// Whether the link is good for one order, such as an invoice: whoever opens it goes on with that order. Otherwise each
    /// customer makes one, as at a stall or from a poster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub single_use: Option<bool>,
    /// What the customer reads: 1 to 200 characters.
    pub title: String,
}

/// Where to pay.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct PaymentRequest {
    /// The gateway account, by identifier or name, where you have several at one gateway.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The gateway, such as `ocpay`; `auto` follows your routes, and goes on to the next account when
    /// one certainly opened nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gateway: Option<String>,
}

/// An error.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Problem {
    /// The kind of problem in one word, which programs may rely on.
    pub code: String,
    /// What was wrong and what to do, as a sentence.
    pub detail: String,
    /// The field that was wrong, as a path such as `items[0].quantity`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The HTTP status.
    pub status: i64,
    /// The kind of problem in a few words.
    pub title: String,
    /// A name for this kind of problem.
    #[serde(rename = "type")]
    pub kind: String,
}

/// A product.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Product {
    /// More about it, by marker.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attributes: Option<std::collections::BTreeMap<String, Attribute>>,
    /// Pages of the shop that it is on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub categories: Option<Vec<String>>,
    /// Its number, from 1 on.
    pub id: i64,
    /// Address of a picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// The price of one, in minor units of the project's currency.
    pub price: i64,
    /// The shop's own article number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sku: Option<String>,
    /// A status of the shop's own, such as `in_stock`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// What it is called.
    pub title: Text,
    /// Whether customers see it and can order it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visible: Option<bool>,
}

/// A page of products.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProductPage {
    /// The products by number, hidden ones too.
    pub data: Vec<Product>,
    /// Whether there are more: ask again with `cursor` set to the last number.
    pub has_more: bool,
}

/// What a merchant's shop front is made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Project {
    /// How orders may be paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accounts: Option<Vec<PaymentAccount>>,
    /// ISO 4217 code of the currency in which everything is sold, in the spelling that fronts are shown.
    pub currency: String,
    /// What customers fill in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forms: Option<Vec<Form>>,
    /// The languages of the front, the default one first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locales: Option<Vec<Locale>>,
    /// How customers sign up and sign in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub providers: Option<Vec<Provider>>,
    /// Where customers go after they have paid; the status page of the order when left out. Live orders
    /// only lead back to an origin that the merchant declared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_url: Option<String>,
    /// What orders are put into.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub storages: Option<Vec<Storage>>,
}

/// A way to sign up and sign in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Provider {
    /// How long an access token serves, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_token_ttl: Option<i64>,
    /// Whether a new customer must prove the address by a code before signing in. Without it a stranger
    /// can find out who is registered here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activation: Option<bool>,
    /// How many digits a code has, 4 to 12.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_length: Option<i64>,
    /// How long a code serves, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_ttl: Option<i64>,
    /// The form that customers fill in to sign up.
    pub form: String,
    /// Its number; its position in the list, from 1 on, when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<i64>,
    /// Its marker, such as `email`.
    pub identifier: String,
    /// How long a customer stays signed in without coming back, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token_ttl: Option<i64>,
    /// Whether a call without `x-device-metadata` is refused. Older SDKs never send it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub require_device_metadata: Option<bool>,
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Text>,
}

/// What the gateway told of money that came. What it does not tell is null.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Receipt {
    /// What the payer was charged, fees included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charged: Option<Money>,
    /// What the gateway kept for itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee: Option<Money>,
    /// From when on you can have the money.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub funds_at: Option<String>,
    /// The operator or the means it was paid with, by the gateway's own word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator: Option<String>,
    /// The phone number it was paid from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_from: Option<String>,
    /// The number under which the gateway or its operator finds the transaction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transaction: Option<String>,
}

/// Money that went back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordRefundRequest {
    /// How much, in minor units of the currency that was paid; everything that is left when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<i64>,
    /// How it went back: `gateway_portal`, `cash` or `transfer`.
    pub method: Method,
    /// The payment whose money it was; the one that paid the order when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment: Option<String>,
    /// Why: 1 to 500 characters.
    pub reason: String,
    /// The number under which the gateway, the bank or the till finds it, at most 100 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

/// Money that went back to the payer, as somebody recorded it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Refund {
    /// How much went back.
    pub amount: Money,
    /// Its identifier.
    pub id: String,
    /// `gateway_portal`, `cash` or `transfer`.
    pub method: Method,
    /// The payment whose money it was.
    pub payment: String,
    /// The reason, in the words of whoever recorded it.
    pub reason: String,
    /// When it was recorded.
    pub recorded_at: String,
    /// Who recorded it: `by` says what kind of person or program, the field beside it which one.
    pub recorded_by: Map<String, Value>,
    /// The number under which the gateway, the bank or the till finds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// When the record was withdrawn, because no money had gone back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn_at: Option<String>,
}

/// A page of refunds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RefundPage {
    /// The refunds, newest first.
    pub data: Vec<ListedRefund>,
    /// Whether there are older ones: ask again with `cursor` set to the last identifier.
    pub has_more: bool,
}

/// What a customer asks to have paid back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RefundRequest {
    /// What it cost.
    pub amount: Money,
    /// When it was closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<String>,
    /// When it was made.
    pub created_at: String,
    /// The number by which the shop front knows the customer, if a registered one asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<i64>,
    /// The customer's words.
    pub note: String,
    /// Its number.
    pub number: i64,
    /// The order.
    pub order: String,
    /// The number by which the shop front knows that order, if one made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_number: Option<i64>,
    /// What is given back.
    pub products: Vec<ReturnedMoney>,
    /// `requested`, `cancelled` by the customer, or `granted` or `declined` by you.
    pub status: RefundRequestStatus,
}

/// A page of requests.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RefundRequestPage {
    /// The requests, newest first.
    pub data: Vec<RefundRequest>,
    /// Whether there are older ones: ask again with `cursor` set to the last number.
    pub has_more: bool,
}

/// How long the order is to wait.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct ReopenRequest {
    /// After how many seconds from now the order expires unpaid: 60 to 2592000 (30 days); otherwise 3600, and a week where
    /// it can only be paid in cash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<i64>,
}

/// A decision about held money.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ResolveRequest {
    /// The payment that brought the money.
    pub payment: String,
    /// `honour`: take late money, the order becomes paid. `dismiss`: you have dealt with it elsewhere.
    pub resolution: ResolveRequestResolution,
}

/// A product that is given back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReturnedMoney {
    /// Its number.
    pub product: i64,
    /// How many.
    pub quantity: i64,
}

/// What a storage calls some of the states of an order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Status {
    /// Its marker, such as `inProgress`.
    pub identifier: String,
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Text>,
    /// The states it stands for: `pending`, `failed`, `paid`, `fulfilled`, `expired`, `cancelled`.
    pub when: Vec<OrderStatus>,
}

/// What orders are put into.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Storage {
    /// The ways to pay, by marker.
    pub accounts: Vec<String>,
    /// After how many seconds an unpaid order expires, 60 to 2592000; a day when left out, or as long as its way to
    /// pay takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<i64>,
    /// The form that goes with an order.
    pub form: String,
    /// Its number; its position in the list, from 1 on, when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<i64>,
    /// Its marker, such as `orders`.
    pub identifier: String,
    /// What the states of an order are called here; Guichet's own words when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statuses: Option<Vec<Status>>,
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Text>,
}

/// The same in every language.
pub type Text = Value;

/// The order that the money is for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct TieRequest {
    /// The order's identifier.
    pub order: String,
}

/// What a gateway told of a payment that no order has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UnmatchedNotification {
    /// The gateway account that it came to.
    pub account: String,
    /// How much it said was paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// What came last, shortened, without secrets.
    pub body: String,
    /// When it first came.
    pub first_received_at: String,
    /// The gateway.
    pub gateway: String,
    /// Its identifier.
    pub id: String,
    /// When it last came.
    pub last_received_at: String,
    /// The order that its payment was tied to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
    /// Our identifier of the payment, where the notification tells it; null where the gateway names its own alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment: Option<String>,
    /// What the gateway said when it was asked: `paid`, `pending`, `processing` or `failed`; null where it told nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_status: Option<UnmatchedNotificationPaymentStatus>,
    /// How often it came.
    pub received: i64,
    /// The reference by which the gateway is asked about the payment.
    pub reference: String,
    /// When it was tied or dismissed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled_at: Option<String>,
    /// Whether the gateway signed it. What nobody signed is here because the gateway said, when asked, that it is paid.
    pub signed: bool,
    /// `open`, `tied` or `dismissed`.
    pub status: UnmatchedNotificationStatus,
}

/// A page of notifications.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UnmatchedNotificationPage {
    /// The notifications, newest first.
    pub data: Vec<UnmatchedNotification>,
    /// Whether there are older ones: ask again with `cursor` set to the last identifier.
    pub has_more: bool,
}

/// A webhook endpoint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WebhookEndpoint {
    /// When it was made.
    pub created_at: String,
    /// Whether the operator's shop file declares it; false for one that was made here.
    pub declared: bool,
    /// Which event types: exact, with a `*` at the end, or `*` for all.
    pub events: Vec<String>,
    /// Since when nothing arrives there, while tries fail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failing_since: Option<String>,
    /// Its identifier.
    pub id: String,
    /// The newest signing secret; only shown when it is made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// `in_use`; `failing` when nothing has arrived there for more than ten minutes; or `disabled` after it answered 410 or by the
    /// operator.
    pub status: WebhookEndpointStatus,
    /// Where events are sent.
    pub url: String,
}

/// The endpoints of a merchant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WebhookEndpointPage {
    /// All of them, oldest first.
    pub data: Vec<WebhookEndpoint>,
    /// Always false: they fit on one page.
    pub has_more: bool,
}

/// Where to send what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct WebhookEndpointRequest {
    /// Which event types; `["order.*"]` when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub events: Option<Vec<String>>,
    /// Where events are sent: an https (or http) address on the public Internet.
    pub url: String,
}

/// An event as it is sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WebhookEvent {
    /// The order as it was then, of an event about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Box<Order>>,
    /// Its identifier, also the `webhook-id`. It stays the same at every try: keep the ones that you have handled.
    pub id: String,
    /// The order it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
    /// The payment it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment: Option<String>,
    /// When.
    pub timestamp: String,
    /// What happened. Take types that you do not know: there will be more.
    #[serde(rename = "type")]
    pub kind: WebhookEventKind,
    /// The evidence, as a sentence.
    pub why: String,
}

/// What came of a try of an endpoint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WebhookTest {
    /// The first kilobyte of what it wrote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// Whether it took the event.
    pub arrived: bool,
    /// What came of it, in a few words.
    pub outcome: String,
    /// What it answered, when it answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_code: Option<i64>,
}

/// Why a record is withdrawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct WithdrawRefundRequest {
    /// Why: 1 to 500 characters.
    pub reason: String,
}

/// What `list_events` may be asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct ListEventsQuery {
    /// `true`: those acknowledged already, to read them again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<bool>,
    /// The identifier of the last event of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// How many: 1 to 100, otherwise 20.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
}

/// What `list_orders` may be asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct ListOrdersQuery {
    /// Only this status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<OrderStatus>,
    /// Only orders with money that does not fit and waits for you: `true`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub needs_you: Option<bool>,
    /// Only orders made at or after this moment: RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_after: Option<String>,
    /// Only orders made before this moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_before: Option<String>,
    /// Only orders whose money was seen at or after this moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_after: Option<String>,
    /// Only orders whose money was seen before this moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_before: Option<String>,
    /// Only orders that were paid through this gateway, or else have their newest payment there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gateway: Option<String>,
    /// The same for a gateway account, by your name for it or its identifier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Only orders in this currency: ISO 4217 code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// The order whose reference is exactly this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Only orders that were made at this payment link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_link: Option<String>,
    /// Only orders that ask for this sum, in major units of their currency, such as `2500` or `2500.50`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    /// What somebody knows of an order, 2 to 100 characters: the beginning of your reference or of the gateway's, an
    /// identifier, its amount if it was made in the last 31 days, or the payer's phone number or its last digits, the beginning of the e-mail address, names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// The identifier of the last order of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// How many: 1 to 100, otherwise 20.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
}

/// What `list_payment_links` may be asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct ListPaymentLinksQuery {
    /// The identifier of the last link of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// How many: 1 to 100, otherwise 20.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
}

/// What `list_products` may be asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct ListProductsQuery {
    /// The number of the last product of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<i64>,
    /// How many: 1 to 100, otherwise 20.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
}

/// What `list_refund_requests` may be asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct ListRefundRequestsQuery {
    /// Only this status: `requested`, `cancelled`, `granted` or `declined`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<RefundRequestStatus>,
    /// The number of the last request of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<i64>,
    /// How many: 1 to 100, otherwise 20.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
}

/// What `list_refunds` may be asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct ListRefundsQuery {
    /// The identifier of the last refund of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// How many: 1 to 100, otherwise 20.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
}

/// What `read_days` may be asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct ReadDaysQuery {
    /// The first day, in your shop's time zone, such as `2026-01-01`; 30 days ago when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The last day; today when left out. At most 366 days are told at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

/// What `export_orders` may be asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct ExportOrdersQuery {
    /// Only this status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<OrderStatus>,
    /// Only orders with money that does not fit and waits for you: `true`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub needs_you: Option<bool>,
    /// Only orders made at or after this moment: RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_after: Option<String>,
    /// Only orders made before this moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_before: Option<String>,
    /// Only orders whose money was seen at or after this moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_after: Option<String>,
    /// Only orders whose money was seen before this moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_before: Option<String>,
    /// Only orders that were paid through this gateway, or else have their newest payment there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gateway: Option<String>,
    /// The same for a gateway account, by your name for it or its identifier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Only orders in this currency: ISO 4217 code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// The order whose reference is exactly this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Only orders that were made at this payment link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_link: Option<String>,
    /// Only orders that ask for this sum, in major units of their currency, such as `2500` or `2500.50`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    /// What somebody knows of an order, 2 to 100 characters: the beginning of your reference or of the gateway's, an
    /// identifier, its amount if it was made in the last 31 days, or the payer's phone number or its last digits, the beginning of the e-mail address, names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
}

/// What `list_unmatched` may be asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct ListUnmatchedQuery {
    /// `open`, which wait for you and are what is listed otherwise, `tied` or `dismissed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<UnmatchedNotificationStatus>,
    /// The identifier of the last notification of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// How many: 1 to 100, otherwise 20.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
}

/// One of those words, or one that is newer than this client.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Channel {
    /// `mobile_money`.
    #[serde(rename = "mobile_money")]
    MobileMoney,
    /// `card`.
    #[serde(rename = "card")]
    Card,
    /// `wallet`.
    #[serde(rename = "wallet")]
    Wallet,
    /// A newer word.
    #[serde(untagged)]
    Other(String),
}

/// One of those words, or one that is newer than this client.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum DeliveryStatus {
    /// `pending`.
    #[serde(rename = "pending")]
    Pending,
    /// `delivered`.
    #[serde(rename = "delivered")]
    Delivered,
    /// `given_up`.
    #[serde(rename = "given_up")]
    GivenUp,
    /// A newer word.
    #[serde(untagged)]
    Other(String),
}

/// One of those words, or one that is newer than this client.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Environment {
    /// `test`.
    #[serde(rename = "test")]
    Test,
    /// `live`.
    #[serde(rename = "live")]
    Live,
    /// A newer word.
    #[serde(untagged)]
    Other(String),
}

/// One of those words, or one that is newer than this client.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum EventKind {
    /// `order.created`.
    #[serde(rename = "order.created")]
    OrderCreated,
    /// `order.revised`.
    #[serde(rename = "order.revised")]
    OrderRevised,
    /// `payment.opening`.
    #[serde(rename = "payment.opening")]
    PaymentOpening,
    /// `payment.opened`.
    #[serde(rename = "payment.opened")]
    PaymentOpened,
    /// `payment.tied`.
    #[serde(rename = "payment.tied")]
    PaymentTied,
    /// `payment.unknown`.
    #[serde(rename = "payment.unknown")]
    PaymentUnknown,
    /// `payment.processing`.
    #[serde(rename = "payment.processing")]
    PaymentProcessing,
    /// `payment.called_back`.
    #[serde(rename = "payment.called_back")]
    PaymentCalledBack,
    /// `payment.trouble`.
    #[serde(rename = "payment.trouble")]
    PaymentTrouble,
    /// `payment.paid`.
    #[serde(rename = "payment.paid")]
    PaymentPaid,
    /// `payment.failed`.
    #[serde(rename = "payment.failed")]
    PaymentFailed,
    /// `payment.expired`.
    #[serde(rename = "payment.expired")]
    PaymentExpired,
    /// `payment.cancelled`.
    #[serde(rename = "payment.cancelled")]
    PaymentCancelled,
    /// `order.failed`.
    #[serde(rename = "order.failed")]
    OrderFailed,
    /// `order.reopened`.
    #[serde(rename = "order.reopened")]
    OrderReopened,
    /// `order.paid`.
    #[serde(rename = "order.paid")]
    OrderPaid,
    /// `order.expired`.
    #[serde(rename = "order.expired")]
    OrderExpired,
    /// `order.cancelled`.
    #[serde(rename = "order.cancelled")]
    OrderCancelled,
    /// `order.fulfilled`.
    #[serde(rename = "order.fulfilled")]
    OrderFulfilled,
    /// `order.needs_you`.
    #[serde(rename = "order.needs_you")]
    OrderNeedsYou,
    /// `order.resolved`.
    #[serde(rename = "order.resolved")]
    OrderResolved,
    /// `order.refunded`.
    #[serde(rename = "order.refunded")]
    OrderRefunded,
    /// `order.refund_withdrawn`.
    #[serde(rename = "order.refund_withdrawn")]
    OrderRefundWithdrawn,
    /// A newer word.
    #[serde(untagged)]
    Other(String),
}

/// One of those words, or one that is newer than this client.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum FieldType {
    /// `string`.
    #[serde(rename = "string")]
    String,
    /// `text`.
    #[serde(rename = "text")]
    Text,
    /// `integer`.
    #[serde(rename = "integer")]
    Integer,
    /// `textWithHeader`.
    #[serde(rename = "textWithHeader")]
    TextWithHeader,
    /// `float`.
    #[serde(rename = "float")]
    Float,
    /// `real`.
    #[serde(rename = "real")]
    Real,
    /// `date`.
    #[serde(rename = "date")]
    Date,
    /// `dateTime`.
    #[serde(rename = "dateTime")]
    DateTime,
    /// `time`.
    #[serde(rename = "time")]
    Time,
    /// `list`.
    #[serde(rename = "list")]
    List,
    /// `radioButton`.
    #[serde(rename = "radioButton")]
    RadioButton,
    /// `timeInterval`.
    #[serde(rename = "timeInterval")]
    TimeInterval,
    /// `file`.
    #[serde(rename = "file")]
    File,
    /// `image`.
    #[serde(rename = "image")]
    Image,
    /// `groupOfImages`.
    #[serde(rename = "groupOfImages")]
    GroupOfImages,
    /// `button`.
    #[serde(rename = "button")]
    Button,
    /// `spam`.
    #[serde(rename = "spam")]
    Spam,
    /// `entity`.
    #[serde(rename = "entity")]
    Entity,
    /// A newer word.
    #[serde(untagged)]
    Other(String),
}

/// One of those words, or one that is newer than this client.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum FormKind {
    /// `order`.
    #[serde(rename = "order")]
    Order,
    /// `sign_in_up`.
    #[serde(rename = "sign_in_up")]
    SignInUp,
    /// A newer word.
    #[serde(untagged)]
    Other(String),
}

/// One of those words, or one that is newer than this client.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum HeldMoneyKind {
    /// `paid_late`.
    #[serde(rename = "paid_late")]
    PaidLate,
    /// `paid_twice`.
    #[serde(rename = "paid_twice")]
    PaidTwice,
    /// `amount_mismatch`.
    #[serde(rename = "amount_mismatch")]
    AmountMismatch,
    /// `wrong_environment`.
    #[serde(rename = "wrong_environment")]
    WrongEnvironment,
    /// `undecided`.
    #[serde(rename = "undecided")]
    Undecided,
    /// A newer word.
    #[serde(untagged)]
    Other(String),
}

/// One of those words, or one that is newer than this client.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Language {
    /// `fr`.
    #[serde(rename = "fr")]
    Fr,
    /// `ar`.
    #[serde(rename = "ar")]
    Ar,
    /// `en`.
    #[serde(rename = "en")]
    En,
    /// A newer word.
    #[serde(untagged)]
    Other(String),
}

/// One of those words, or one that is newer than this client.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Method {
    /// `gateway_portal`.
    #[serde(rename = "gateway_portal")]
    GatewayPortal,
    /// `cash`.
    #[serde(rename = "cash")]
    Cash,
    /// `transfer`.
    #[serde(rename = "transfer")]
    Transfer,
    /// A newer word.
    #[serde(untagged)]
    Other(String),
}

/// One of those words, or one that is newer than this client.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum OrderStatus {
    /// `pending`.
    #[serde(rename = "pending")]
    Pending,
    /// `failed`.
    #[serde(rename = "failed")]
    Failed,
    /// `paid`.
    #[serde(rename = "paid")]
    Paid,
    /// `fulfilled`.
    #[serde(rename = "fulfilled")]
    Fulfilled,
    /// `expired`.
    #[serde(rename = "expired")]
    Expired,
    /// `cancelled`.
    #[serde(rename = "cancelled")]
    Cancelled,
    /// A newer word.
    #[serde(untagged)]
    Other(String),
}

/// One of those words, or one that is newer than this client.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Outcome {
    /// `granted`.
    #[serde(rename = "granted")]
    Granted,
    /// `declined`.
    #[serde(rename = "declined")]
    Declined,
    /// A newer word.
    #[serde(untagged)]
    Other(String),
}

/// One of those words, or one that is newer than this client.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum PayerField {
    /// `family_name`.
    #[serde(rename = "family_name")]
    FamilyName,
    /// `given_name`.
    #[serde(rename = "given_name")]
    GivenName,
    /// `email`.
    #[serde(rename = "email")]
    Email,
    /// `phone`.
    #[serde(rename = "phone")]
    Phone,
    /// `address`.
    #[serde(rename = "address")]
    Address,
    /// `city`.
    #[serde(rename = "city")]
    City,
    /// `state`.
    #[serde(rename = "state")]
    State,
    /// `zip_code`.
    #[serde(rename = "zip_code")]
    ZipCode,
    /// `country`.
    #[serde(rename = "country")]
    Country,
    /// A newer word.
    #[serde(untagged)]
    Other(String),
}

/// One of those words, or one that is newer than this client.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum PaymentLinkStatus {
    /// `active`.
    #[serde(rename = "active")]
    Active,
    /// `expired`.
    #[serde(rename = "expired")]
    Expired,
    /// `ended`.
    #[serde(rename = "ended")]
    Ended,
    /// A newer word.
    #[serde(untagged)]
    Other(String),
}

/// One of those words, or one that is newer than this client.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum PaymentStatus {
    /// `opening`.
    #[serde(rename = "opening")]
    Opening,
    /// `open`.
    #[serde(rename = "open")]
    Open,
    /// `processing`.
    #[serde(rename = "processing")]
    Processing,
    /// `unknown`.
    #[serde(rename = "unknown")]
    Unknown,
    /// `paid`.
    #[serde(rename = "paid")]
    Paid,
    /// `failed`.
    #[serde(rename = "failed")]
    Failed,
    /// `expired`.
    #[serde(rename = "expired")]
    Expired,
    /// `cancelled`.
    #[serde(rename = "cancelled")]
    Cancelled,
    /// A newer word.
    #[serde(untagged)]
    Other(String),
}

/// One of those words, or one that is newer than this client.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum RefundRequestStatus {
    /// `requested`.
    #[serde(rename = "requested")]
    Requested,
    /// `cancelled`.
    #[serde(rename = "cancelled")]
    Cancelled,
    /// `granted`.
    #[serde(rename = "granted")]
    Granted,
    /// `declined`.
    #[serde(rename = "declined")]
    Declined,
    /// A newer word.
    #[serde(untagged)]
    Other(String),
}

/// One of those words, or one that is newer than this client.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum ResolveRequestResolution {
    /// `honour`.
    #[serde(rename = "honour")]
    Honour,
    /// `dismiss`.
    #[serde(rename = "dismiss")]
    Dismiss,
    /// A newer word.
    #[serde(untagged)]
    Other(String),
}

/// One of those words, or one that is newer than this client.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Role {
    /// `identifier`.
    #[serde(rename = "identifier")]
    Identifier,
    /// `password`.
    #[serde(rename = "password")]
    Password,
    /// `email`.
    #[serde(rename = "email")]
    Email,
    /// `phone`.
    #[serde(rename = "phone")]
    Phone,
    /// `family_name`.
    #[serde(rename = "family_name")]
    FamilyName,
    /// `given_name`.
    #[serde(rename = "given_name")]
    GivenName,
    /// `address`.
    #[serde(rename = "address")]
    Address,
    /// `city`.
    #[serde(rename = "city")]
    City,
    /// `state`.
    #[serde(rename = "state")]
    State,
    /// `zip_code`.
    #[serde(rename = "zip_code")]
    ZipCode,
    /// `country`.
    #[serde(rename = "country")]
    Country,
    /// A newer word.
    #[serde(untagged)]
    Other(String),
}

/// One of those words, or one that is newer than this client.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum UnmatchedNotificationPaymentStatus {
    /// `paid`.
    #[serde(rename = "paid")]
    Paid,
    /// `pending`.
    #[serde(rename = "pending")]
    Pending,
    /// `processing`.
    #[serde(rename = "processing")]
    Processing,
    /// `failed`.
    #[serde(rename = "failed")]
    Failed,
    /// A newer word.
    #[serde(untagged)]
    Other(String),
}

/// One of those words, or one that is newer than this client.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum UnmatchedNotificationStatus {
    /// `open`.
    #[serde(rename = "open")]
    Open,
    /// `tied`.
    #[serde(rename = "tied")]
    Tied,
    /// `dismissed`.
    #[serde(rename = "dismissed")]
    Dismissed,
    /// A newer word.
    #[serde(untagged)]
    Other(String),
}

/// One of those words, or one that is newer than this client.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum WebhookEndpointStatus {
    /// `in_use`.
    #[serde(rename = "in_use")]
    InUse,
    /// `failing`.
    #[serde(rename = "failing")]
    Failing,
    /// `disabled`.
    #[serde(rename = "disabled")]
    Disabled,
    /// A newer word.
    #[serde(untagged)]
    Other(String),
}

/// One of those words, or one that is newer than this client.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum WebhookEventKind {
    /// `order.created`.
    #[serde(rename = "order.created")]
    OrderCreated,
    /// `order.revised`.
    #[serde(rename = "order.revised")]
    OrderRevised,
    /// `payment.opening`.
    #[serde(rename = "payment.opening")]
    PaymentOpening,
    /// `payment.opened`.
    #[serde(rename = "payment.opened")]
    PaymentOpened,
    /// `payment.tied`.
    #[serde(rename = "payment.tied")]
    PaymentTied,
    /// `payment.unknown`.
    #[serde(rename = "payment.unknown")]
    PaymentUnknown,
    /// `payment.processing`.
    #[serde(rename = "payment.processing")]
    PaymentProcessing,
    /// `payment.called_back`.
    #[serde(rename = "payment.called_back")]
    PaymentCalledBack,
    /// `payment.trouble`.
    #[serde(rename = "payment.trouble")]
    PaymentTrouble,
    /// `payment.paid`.
    #[serde(rename = "payment.paid")]
    PaymentPaid,
    /// `payment.failed`.
    #[serde(rename = "payment.failed")]
    PaymentFailed,
    /// `payment.expired`.
    #[serde(rename = "payment.expired")]
    PaymentExpired,
    /// `payment.cancelled`.
    #[serde(rename = "payment.cancelled")]
    PaymentCancelled,
    /// `order.failed`.
    #[serde(rename = "order.failed")]
    OrderFailed,
    /// `order.reopened`.
    #[serde(rename = "order.reopened")]
    OrderReopened,
    /// `order.paid`.
    #[serde(rename = "order.paid")]
    OrderPaid,
    /// `order.expired`.
    #[serde(rename = "order.expired")]
    OrderExpired,
    /// `order.cancelled`.
    #[serde(rename = "order.cancelled")]
    OrderCancelled,
    /// `order.fulfilled`.
    #[serde(rename = "order.fulfilled")]
    OrderFulfilled,
    /// `order.needs_you`.
    #[serde(rename = "order.needs_you")]
    OrderNeedsYou,
    /// `order.resolved`.
    #[serde(rename = "order.resolved")]
    OrderResolved,
    /// `order.refunded`.
    #[serde(rename = "order.refunded")]
    OrderRefunded,
    /// `order.refund_withdrawn`.
    #[serde(rename = "order.refund_withdrawn")]
    OrderRefundWithdrawn,
    /// `endpoint.test`.
    #[serde(rename = "endpoint.test")]
    EndpointTest,
    /// A newer word.
    #[serde(untagged)]
    Other(String),
}
