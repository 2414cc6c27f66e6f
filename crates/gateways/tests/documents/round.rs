//! A round with each dialect: a payment is opened, and asked about however it may stand; what is wrong is refused; the shop is
//! notified. Every answer is of a status that its document has, fits the schema there, and none that is documented is left out.

use std::collections::BTreeSet;

use guichet_core::Code;
use guichet_gateways::{
    BackendRefusal, DIALECTS, Dialect, Notification, Notifies, PayinFailure, PayinStatus, RuleViolation,
    VendorRequest, VendorResponse,
};
use guichet_testing::openapi::Document;
use secrecy::SecretString;
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::clients::{Call, Client, client};
use super::document;
use super::shop::{Shop, Standing};

/// However a payment may stand; what came may be no whole number of units, or unknown.
const STATES: [(PayinStatus, Option<i64>); 8] = [
    (PayinStatus::Open, None),
    (PayinStatus::Processing, None),
    (PayinStatus::Paid, Some(500_000)),
    (PayinStatus::Paid, Some(490_001)),
    (PayinStatus::Paid, None),
    (PayinStatus::Failed(PayinFailure::Declined), None),
    (PayinStatus::Failed(PayinFailure::Cancelled), None),
    (PayinStatus::Failed(PayinFailure::Expired), None),
];

/// What a backend may say to that call of the client.
fn refusals(client: &Client, call: Call) -> Vec<BackendRefusal> {
    let mut refusals = vec![
        BackendRefusal::UnknownKey,
        BackendRefusal::WrongAccount,
        BackendRefusal::MerchantNotValidated,
        BackendRefusal::AddressBlocked,
        BackendRefusal::TooManyRequests,
        BackendRefusal::Unavailable,
    ];
    if call == Call::Check {
        refusals.push(BackendRefusal::NoSuchPayment);
        return refusals;
    }
    let sentence = "It needs less than that {amount}.".to_owned();
    let rule = RuleViolation { code: Code::AmountOutOfRange, field: "amount", sentence };
    refusals.push(BackendRefusal::AgainstARule(rule));
    refusals.push(no_route());
    refusals.extend(client.has_reference.then_some(BackendRefusal::DuplicateReference));
    if client.has_idempotency_key {
        refusals.extend([BackendRefusal::KeyReused, BackendRefusal::InProgress]);
    }
    refusals
}

fn no_route() -> BackendRefusal {
    BackendRefusal::Refused { code: Code::NoRoute.word(), message: "No route leads there.".to_owned() }
}

/// The documented answers that were given.
struct Round {
    dialect: &'static dyn Dialect,
    document: Document,
    shop: Shop,
    given: BTreeSet<(Call, String)>,
    notified: BTreeSet<String>,
}

impl Round {
    fn of(dialect: &'static dyn Dialect) -> Self {
        let (document, shop) = (document(dialect), Shop::of(dialect));
        Round { dialect, document, shop, given: BTreeSet::new(), notified: BTreeSet::new() }
    }

    /// The answers of an endpoint by status.
    fn answers(&self, call: Call) -> &Map<String, Value> {
        let (method, path, _) = self.dialect.profile().endpoints[usize::from(call == Call::Check)];
        let operation = self.document.operation(method, path).expect("the endpoint is documented");
        operation["responses"].as_object().expect("answers")
    }

    async fn call(&mut self, call: Call, request: VendorRequest) {
        let response = self.dialect.answer(&self.shop, request).await;
        self.is_documented(call, &response);
    }

    fn is_documented(&mut self, call: Call, response: &VendorResponse) {
        let status = response.status.as_u16().to_string();
        let said = String::from_utf8_lossy(&response.body).into_owned();
        let what = format!("{} {call:?} {status}: {said}", self.dialect.name());
        let answer =
            self.answers(call).get(&status).unwrap_or_else(|| panic!("{what}: it is not documented"));
        let schema = &answer["content"][response.content_type]["schema"];
        assert!(schema.is_object(), "{what}: {} is not documented", response.content_type);
        let body: Value = serde_json::from_str(&said).expect("JSON");
        assert_eq!(self.document.complaints(schema, &body), Vec::<String>::new(), "{what}");
        let comes_back = answer["headers"].get("Retry-After").is_some();
        assert_eq!(response.retry_after_s.is_some(), comes_back, "{what}: Retry-After");
        self.given.insert((call, status));
    }

    fn is_notified(&mut self, notification: &Notification) {
        let what = String::from_utf8_lossy(&notification.body).into_owned();
        let body = match notification.content_type {
            "application/json" => serde_json::from_str(&what).expect("JSON"),
            _ => {
                let fields = form_urlencoded::parse(&notification.body).into_owned();
                fields.map(|(name, value)| (name, Value::from(value))).collect::<Map<_, _>>().into()
            }
        };
        let webhooks = self.document.0["webhooks"].as_object().into_iter().flatten();
        let fitting: Vec<_> = webhooks.filter(|(_, item)| has_headers(&item["post"], notification)).collect();
        let [(name, item)] = fitting.as_slice() else { panic!("{what}: {} webhooks", fitting.len()) };
        let schema = &item["post"]["requestBody"]["content"][notification.content_type]["schema"];
        assert!(schema.is_object(), "{what}: {} is not documented", notification.content_type);
        assert_eq!(self.document.complaints(schema, &body), Vec::<String>::new(), "{what}");
        self.notified.insert((*name).clone());
    }
}

/// Whether a webhook has the headers of the notification, and no other.
fn has_headers(webhook: &Value, notification: &Notification) -> bool {
    let documented = webhook["parameters"].as_array().expect("headers");
    let sent = |header: &Value| {
        let found = notification.headers.iter().find(|(name, _)| header["name"] == *name);
        found.is_some_and(|(_, value)| header["schema"].get("const").is_none_or(|only| only == value))
    };
    documented.len() == notification.headers.len() && documented.iter().all(sent)
}

#[tokio::test]
async fn every_answer_and_every_notification_is_as_documented() {
    for dialect in DIALECTS {
        let (mut round, client) = (Round::of(*dialect), client(dialect.name()));
        let secret = SecretString::from("a secret");
        for (call, request) in &client.bad {
            round.call(*call, request.clone()).await;
        }
        let check = (client.check)(&round.shop.reference());
        for open in &client.opens {
            round.shop.now_stands(Standing::OPEN);
            round.call(Call::Open, open.clone()).await;
            for (status, paid_minor) in STATES {
                for is_told in [false, true] {
                    round.shop.now_stands(Standing { refusal: None, status, paid_minor, is_told });
                    round.call(Call::Check, check.clone()).await;
                    if let Some(notification) = dialect.notification(&round.shop.payment(), &secret) {
                        round.is_notified(&notification);
                    }
                }
            }
        }
        round.call(Call::Check, (client.check)(&dialect.reference(8))).await;
        let [open, _] = &client.opens;
        for (call, request) in [(Call::Open, open), (Call::Check, &check)] {
            for refusal in refusals(&client, call) {
                round.shop.now_stands(Standing::refusing(refusal));
                round.call(call, request.clone()).await;
            }
        }
        // What cannot even be read, such as a body that is too long.
        let unread = dialect.refuse(open, no_route(), 0);
        round.is_documented(Call::Open, &unread);

        let name = dialect.name();
        for call in [Call::Open, Call::Check] {
            let documented = round.answers(call).keys().map(|status| (call, status.clone()));
            let never: Vec<_> = documented.filter(|answer| !round.given.contains(answer)).collect();
            assert!(never.is_empty(), "{name}: never answered: {never:?}");
        }
        let webhooks = round.document.0["webhooks"].as_object().into_iter().flatten();
        assert!(webhooks.map(|(name, _)| name).eq(&round.notified), "{name}: {:?}", round.notified);
        assert_eq!(round.notified.is_empty(), dialect.profile().notifies == Notifies::Never, "{name}");
    }
}
