//! Published clients of a vendor, unmodified, pointed at Guichet by a setting that they have themselves:
//! at the sandbox, and at a server that is paid through another gateway than the client knows. Each row
//! is what one of them says in its own words, and in the end the order is paid once or not at all.

mod shop;
pub(crate) mod target;

use guichet_sandbox::Action;
use serde_json::{Value, json};

use shop::{Shop, ShopSettings};
use target::{Answers, Payments, TARGETS, Target};

/// What a client is told, by the vendor's code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    Opened,
    Waiting,
    Begun,
    Paid,
    Declined,
    Cancelled,
    Unknown,
    WrongKey,
    WrongSite,
    UsedBefore,
    BadField,
    TooLittle,
}

impl Told {
    fn code(self) -> &'static str {
        match self {
            Told::Opened => "201",
            Told::Waiting => "662",
            Told::Begun => "623",
            Told::Paid => "00",
            Told::Declined => "600",
            Told::Cancelled => "627",
            Told::Unknown | Told::BadField => "608",
            Told::WrongKey => "609",
            Told::WrongSite => "613",
            Told::UsedBefore => "620",
            Told::TooLittle => "641",
        }
    }
}

/// A published client: its name in `client.py`, and what it says, with these words first.
struct Client {
    library: &'static str,
    says: fn(Told) -> &'static str,
    /// Whether it can ask by the token as well.
    has_tokens: bool,
}

/// It takes everything that is not paid for failed, also what waits: so it does with the vendor itself.
const PAYGATE_AFRICA: Client = Client {
    library: "paygate-africa",
    says: |told| match told {
        Told::Opened => "http://127.0.0.1:",
        Told::Paid => "SUCCESS ",
        Told::Waiting | Told::Begun | Told::Declined | Told::Cancelled => "FAILED ",
        Told::Unknown
        | Told::WrongKey
        | Told::WrongSite
        | Told::UsedBefore
        | Told::BadField
        | Told::TooLittle => "RuntimeError CinetPay API Error: ",
    },
    has_tokens: false,
};

const CINETPAY: Client = Client {
    library: "cinetpay",
    says: |told| match told {
        Told::Opened | Told::Waiting | Told::Begun | Told::Paid | Told::Declined | Told::Cancelled => {
            "<Response [200]> "
        }
        Told::Unknown
        | Told::WrongKey
        | Told::WrongSite
        | Told::UsedBefore
        | Told::BadField
        | Told::TooLittle => "ResponseError ",
    },
    has_tokens: true,
};

/// The same one, told to return errors: it explains the codes that it knows.
const CINETPAY_RETURNING: Client = Client {
    library: "cinetpay, errors returned",
    says: |told| match told {
        Told::Opened | Told::Waiting | Told::Begun | Told::Paid | Told::Declined | Told::Cancelled => {
            "<Response [200]> "
        }
        Told::Unknown => "<ErrorResponse [404]> Minimum required field ",
        Told::BadField => "<ErrorResponse [400]> Minimum required field ",
        Told::WrongKey => "<ErrorResponse [400]> AUTH_NOT_FOUND ",
        Told::WrongSite | Told::UsedBefore | Told::TooLittle => "<ErrorResponse [400]> ",
    },
    has_tokens: true,
};

/// What happens in a flow.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// The shop asks for a payment of so many francs in that currency.
    Opens(i64, &'static str, Told),
    /// The customer presses that button of the page.
    Customer(&'static str),
    /// The acquirer does something that is on no button.
    Acquirer(Action),
    /// So many seconds pass.
    Passes(u64),
    /// The shop asks by its own reference.
    Asks(Told),
    /// The shop asks by the token, where its library can.
    AsksByToken(Told),
}

use Step::{Acquirer, Asks, AsksByToken, Customer, Opens, Passes};
use Told::*;

/// One story.
struct Flow {
    what: &'static str,
    steps: &'static [Step],
    /// Where the order ends here, and how often it was settled; `None` where there is to be none.
    ending: Option<(&'static str, usize)>,
    /// How often the shop is notified.
    notices: usize,
}

const fn flow(
    what: &'static str,
    steps: &'static [Step],
    ending: Option<(&'static str, usize)>,
    notices: usize,
) -> Flow {
    Flow { what, steps, ending, notices }
}

const OPENS: Step = Opens(5000, "XOF", Opened);

/// What goes the same everywhere.
const FLOWS: [Flow; 12] = [
    flow("paid", &[OPENS, Asks(Waiting), Customer("pay"), Asks(Paid), Asks(Paid)], Some(("paid", 1)), 1),
    flow(
        "asked by token, then by token and reference",
        &[Opens(100, "XOF", Opened), AsksByToken(Waiting), Customer("pay"), AsksByToken(Paid), Asks(Paid)],
        Some(("paid", 1)),
        1,
    ),
    flow(
        "taken now and confirmed later",
        &[OPENS, Customer("pay_late"), Asks(Begun), Passes(200), Asks(Paid)],
        Some(("paid", 1)),
        2,
    ),
    flow("declined", &[OPENS, Customer("decline"), Asks(Declined), Asks(Declined)], Some(("failed", 0)), 1),
    flow(
        "declined, and a day later",
        &[OPENS, Customer("decline"), Asks(Declined), Passes(90_000), Asks(Declined)],
        Some(("expired", 0)),
        1,
    ),
    flow("cancelled", &[OPENS, Customer("cancel"), Asks(Cancelled)], Some(("failed", 0)), 1),
    flow("nobody paid yet", &[OPENS, Asks(Waiting), Asks(Waiting)], Some(("pending", 0)), 0),
    flow("nobody knows it", &[Asks(Unknown)], None, 0),
    flow(
        "the same reference again",
        &[OPENS, Opens(5000, "XOF", UsedBefore), Customer("pay"), Asks(Paid)],
        Some(("paid", 1)),
        1,
    ),
    flow("no multiple of five", &[Opens(5001, "XOF", BadField), Asks(Unknown)], None, 0),
    flow("too little", &[Opens(95, "XOF", TooLittle), Asks(Unknown)], None, 0),
    flow("a currency of nobody's", &[Opens(5000, "EUR", BadField), Asks(Unknown)], None, 0),
];

/// Where Guichet knows better than the gateway: money that does not fit is never told as paid.
const GUARDED: Flow = flow(
    "another amount",
    &[OPENS, Acquirer(Action::PayOther), Asks(Begun), Passes(3600), Asks(Begun)],
    Some(("pending", 0)),
    0,
);

/// Asks the client, and insists on its own words and the vendor's code in them.
#[track_caller]
fn ask(client: &Client, shop: &mut Shop, question: &Value, told: Told, place: &str) -> Value {
    let answer = shop.ask(question);
    let said = answer["said"].as_str().unwrap_or_else(|| panic!("{place}: {answer}"));
    let words = (client.says)(told);
    assert!(said.starts_with(words), "{place}, {question}: “{words}” was expected of {told:?}, not: {said}");
    // What was opened is for some of them the address and nothing else.
    let code = format!("\"code\":\"{}\"", told.code());
    let has_code = said.replace("\": \"", "\":\"").contains(&code);
    let is_address = told == Opened && answer["url"] == said;
    assert!(has_code || is_address, "{place}, {question}: no {code} in: {said}");
    answer
}

/// One flow of one client, on one target.
async fn check(client: &Client, target: &Target, flow: &Flow, reference: &str) {
    let place = format!("{}, {:?}, {}", client.library, target.answers, flow.what);
    let before = target.payments();
    let mut shop = Shop::open(client.library, &target.settings);
    let (mut page, mut token, mut paid) = (String::new(), Value::Null, 0);
    for step in flow.steps {
        match *step {
            Opens(amount, currency, told) => {
                let question =
                    json!({ "do": "open", "id": reference, "amount": amount, "currency": currency });
                let answer = ask(client, &mut shop, &question, told, &place);
                if told == Opened {
                    page = answer["url"].as_str().unwrap_or_else(|| panic!("{place}: {answer}")).to_owned();
                    token = answer["token"].clone();
                }
            }
            Customer(button) => {
                paid += usize::from(button.starts_with("pay"));
                target.customer(&page, button).await;
            }
            Acquirer(action) => {
                paid += 1;
                target.acquirer(&page, action);
            }
            Passes(seconds) => target.pass(seconds).await,
            AsksByToken(told) if client.has_tokens => {
                ask(client, &mut shop, &json!({ "do": "check_by_token", "token": token }), told, &place);
            }
            Asks(told) | AsksByToken(told) => {
                ask(client, &mut shop, &json!({ "do": "check", "id": reference }), told, &place);
            }
        }
    }
    let made = usize::from(flow.ending.is_some());
    let wanted = Payments { made: before.made + made, paid: before.paid + paid };
    assert_eq!(target.payments(), wanted, "{place}");
    let kept = target.order(reference).await;
    let kept = kept.as_ref().map(|(status, settled)| (status.as_str(), *settled));
    match target.answers {
        Answers::Sandbox => assert_eq!(kept, None, "{place}"),
        Answers::Server(_) => assert_eq!(kept, flow.ending, "{place}"),
    }
    let told = target.told(reference, flow.notices).await;
    assert_eq!(told.len(), flow.notices, "{place}: {told:?}");
}

async fn every_flow(client: &Client) {
    for answers in TARGETS {
        let target = Target::open(answers).await;
        for (number, flow) in FLOWS.iter().enumerate() {
            check(client, &target, flow, &format!("COMMANDE{number}")).await;
        }
        if answers != Answers::Sandbox {
            check(client, &target, &GUARDED, "GUARDED").await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn paygate_africa_is_content() {
    every_flow(&PAYGATE_AFRICA).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cinetpay_is_content() {
    every_flow(&CINETPAY).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cinetpay_is_content_without_raising() {
    every_flow(&CINETPAY_RETURNING).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_let_in_with_wrong_credentials() {
    for answers in TARGETS {
        let target = Target::open(answers).await;
        let good = &target.settings;
        // The sandbox lets in every site that is a number.
        let strangers_site = match answers {
            Answers::Sandbox => ("not-a-number", WrongKey),
            Answers::Server(_) => ("999999999", WrongSite),
        };
        let wrong = [
            (ShopSettings { apikey: "of a stranger".to_owned(), ..good.clone() }, WrongKey),
            (ShopSettings { site_id: strangers_site.0.to_owned(), ..good.clone() }, strangers_site.1),
        ];
        for client in [PAYGATE_AFRICA, CINETPAY, CINETPAY_RETURNING] {
            for (settings, told) in &wrong {
                let place = format!("{}, {answers:?}", client.library);
                let mut shop = Shop::open(client.library, settings);
                let open = json!({ "do": "open", "id": "COMMANDE", "amount": 5000, "currency": "XOF" });
                ask(&client, &mut shop, &open, *told, &place);
                ask(&client, &mut shop, &json!({ "do": "check", "id": "COMMANDE" }), *told, &place);
            }
        }
        assert_eq!(target.payments(), Payments { made: 0, paid: 0 });
        assert_eq!(target.order("COMMANDE").await, None);
    }
}
