//! Where a page leads once its order is decided, and when it goes there by itself: by what stands in the HTML,
//! with and without JavaScript. Real browsers follow it in `browser`.

use std::collections::HashMap;
use std::time::Duration;

use data_encoding::BASE64;
use guichet_core::Environment;
use serde_json::{Value, json};

use super::{between, page};
use crate::support::call::{Caller, text};
use crate::support::shop_file::{Account, Merchant};
use crate::support::test_server::TestServer;

/// A page's way back: where a click leads, what the browser posts there, where it goes without JavaScript and
/// after how many seconds.
#[derive(Debug, PartialEq, Eq)]
struct Shown {
    address: String,
    posts: bool,
    by_itself: Option<(u32, String)>,
}

fn unescaped(text: &str) -> String {
    text.replace("&#38;", "&").replace("&amp;", "&").replace("&#39;", "'")
}

fn shown(html: &str) -> Option<Shown> {
    if !html.contains("id=\"back\"") {
        return None;
    }
    let tag = between(html, "id=\"back\"", ">");
    let posts = tag.contains("action=");
    let address = between(&tag, if posts { "action=\"" } else { "href=\"" }, "\"");
    let by_itself = html.contains("id=\"after\"").then(|| {
        let refresh = between(html, "<noscript><meta http-equiv=\"refresh\" content=\"", "\"");
        let (seconds, address) = refresh.split_once(";url=").expect("an address");
        assert_eq!(between(html, "id=\"after\">", "<"), seconds, "with and without JavaScript alike");
        (seconds.parse().expect("seconds"), unescaped(address))
    });
    assert_eq!(by_itself.is_some(), html.contains("href=\"?stay\""), "it can be stopped where it goes");
    Some(Shown { address: unescaped(&address), posts, by_itself })
}

/// A merchant paid in dinars and in francs whose customers may return to an app.
fn merchant(sandbox_url: &str) -> Merchant {
    let novasend = json!({ "api_key": "ns", "api_client": "client", "webhook_secret": "whk" });
    Merchant::named("market")
        .title("Market")
        .return_origin("shopapp://")
        .account(
            Account::at("ocpay", "card", Environment::Test)
                .url(sandbox_url)
                .secret(json!({ "access_token": "sk_sandbox_market" })),
        )
        .account(Account::at("novasend", "mobile", Environment::Test).url(sandbox_url).secret(novasend))
        .account(Account::at("cash", "door", Environment::Test))
}

struct Shop {
    server: TestServer,
    native: Caller,
    anybody: Caller,
    parts: HashMap<&'static str, HashMap<&'static str, String>>,
}

impl Shop {
    async fn open(name: &str) -> Shop {
        let server = TestServer::start(name).await;
        server.declare(merchant(&server.sandbox_url)).await;
        let mut parts = HashMap::new();
        for dialect in ["ocpay", "cinetpay", "novasend"] {
            let made = server.node().create_credential("market", Environment::Test, dialect, None).await;
            parts.insert(dialect, made.expect("a credential").into_iter().collect());
        }
        let native = server.caller("market", Environment::Test).await;
        let anybody = native.without_key();
        Shop { server, native, anybody, parts }
    }

    /// Makes an order by that vendor's API; where its customer pays, and its reference here.
    async fn order(&self, dialect: &str, reference: &str, addresses: [&str; 2]) -> (String, String) {
        let [success, failure] = addresses;
        let part = |name: &str| self.parts[dialect][name].clone();
        let json = [("content-type", "application/json")];
        let send = async |path: &str, more: &[(&str, &str)], body: Value| {
            let answer =
                self.anybody.send("POST", path, &[&json, more].concat(), body.to_string().into_bytes()).await;
            assert!(answer.status < 300, "{}", answer.text());
            answer.json()
        };
        match dialect {
            "ocpay" => {
                let body =
                    json!({ "productInfo": { "title": "Semolina", "amount": 2500 }, "redirectUrl": success });
                let key = part("access_token");
                let made = send("/v3/ocpay/createLink", &[("x-access-token", &key)], body).await;
                (text(&made, "/data/paymentUrl"), text(&made, "/data/paymentRef"))
            }
            "cinetpay" => {
                let body = json!({
                    "amount": 2500, "apikey": part("apikey"), "site_id": part("site_id"), "currency": "XOF",
                    "transaction_id": reference, "description": "Semolina", "return_url": success,
                    "notify_url": "http://127.0.0.1:9/n", "customer_phone_number": "+2250702968786",
                    "customer_country": "CI",
                });
                let made = send("/v2/payment", &[], body).await;
                (text(&made, "/data/payment_url"), reference.to_owned())
            }
            _ => {
                let basic = format!("{}:{}", part("api_key"), part("api_client"));
                let basic = format!("Basic {}", BASE64.encode(basic.as_bytes()));
                let mut body = json!({
                    "reference": reference, "amount": 2500, "msisdn": "+2250702968786", "country": "CI",
                    "action": { "successUrl": success },
                });
                if !failure.is_empty() {
                    body["action"]["failureUrl"] = json!(failure);
                }
                let key = format!("00000000-0000-4000-8000-{:012}", reference.len());
                let headers = [("authorization", basic.as_str()), ("x-idempotency-key", key.as_str())];
                let made = send("/v1/payin/sessions", &headers, body).await;
                (text(&made, "/paymentUrl"), reference.to_owned())
            }
        }
    }

    /// The status page of the order of that reference, as it stands half a minute later.
    async fn status(&self, reference: &str, query: &str) -> String {
        self.server.pass(Duration::from_secs(30)).await;
        let found = self.native.get(&format!("/v1/orders?reference={reference}")).await.expect(200).json();
        let url = text(&found, "/data/0/status_url");
        page(&self.anybody, &format!("{url}{query}"), "en").await.expect(200).text()
    }
}

const THANKS: &str = "https://shop.example/thanks?order=7";
const SORRY: &str = "https://shop.example/sorry";

/// For each vendor's client, and each outcome: the address, whether the browser posts, and after how many
/// seconds it goes by itself.
#[tokio::test(flavor = "multi_thread")]
async fn each_vendors_customers_return_as_theirs_would() {
    let shop = Shop::open("ways-back").await;
    let home = "https://shop.example/";
    let table = [
        ("ocpay", "", "pay", THANKS, false, Some(5)),
        // Shops take whoever comes to OCPay's redirectUrl for somebody who has paid.
        ("ocpay", "", "decline", home, false, Some(8)),
        ("ocpay", "", "", home, false, None),
        ("cinetpay", "", "pay", THANKS, true, Some(5)),
        ("cinetpay", "", "decline", THANKS, true, Some(8)),
        ("cinetpay", "", "", THANKS, true, None),
        ("novasend", SORRY, "pay", THANKS, false, Some(5)),
        ("novasend", SORRY, "decline", SORRY, false, Some(8)),
        ("novasend", SORRY, "cancel", SORRY, false, Some(8)),
        ("novasend", SORRY, "", SORRY, false, None),
        ("novasend", "", "decline", home, false, Some(8)),
    ];
    for (number, (dialect, failure, button, address, posts, seconds)) in table.into_iter().enumerate() {
        let case = format!("{dialect} {button} {failure}");
        // As long as its number, for the idempotency key.
        let reference = format!("R{}", "0".repeat(number + 1));
        let (link, reference) = shop.order(dialect, &reference, [THANKS, failure]).await;
        if !button.is_empty() {
            let pressed = shop.anybody.press(&format!("{link}/{button}")).await;
            assert!(pressed.status < 400, "{case}: {}", pressed.text());
        }
        let html = shop.status(&reference, "").await;
        let found = shown(&html).unwrap_or_else(|| panic!("{case}: no way back: {html}"));
        assert_eq!((found.address.as_str(), found.posts), (address, posts), "{case}");
        let (after, plain) = found.by_itself.clone().unzip();
        assert_eq!(after, seconds, "{case}");
        if let Some(plain) = plain {
            match posts {
                // What cannot be posted without JavaScript stands in the query.
                true => {
                    assert!(
                        plain.starts_with(&format!("{THANKS}&transaction_id={reference}&token=")),
                        "{plain}"
                    );
                }
                false => assert_eq!(plain, address, "{case}"),
            }
            let stays = shown(&shop.status(&reference, "?stay").await).expect("a way back");
            assert_eq!((stays.address.as_str(), stays.by_itself), (address, None), "{case}: who stays");
        }
    }
}

/// Native orders go on by themselves once nothing more can be paid, and soon after.
#[tokio::test(flavor = "multi_thread")]
async fn native_orders_go_on_when_nothing_can_be_paid_any_more() {
    let shop = Shop::open("ways-back-native").await;
    for (reference, title, act, expected) in [
        ("paid", "Livre [paid]", "", Some(5)),
        ("open", "Livre", "", None),
        // The customer may try again.
        ("declined", "Livre [declined]", "", None),
        ("cancelled", "Livre", "cancel", Some(8)),
        ("held", "Livre [wrong-amount]", "", None),
    ] {
        let made = shop.native.order(&json!({
            "reference": reference, "amount": 250_000, "currency": "DZD", "title": title, "gateway": "ocpay",
            "return_url": THANKS,
        })).await;
        if !act.is_empty() {
            shop.native.press(&format!("/v1/orders/{}/{act}", text(&made, "/id"))).await.expect(200);
        }
        let found = shown(&shop.status(reference, "").await).expect("a way back");
        assert_eq!((found.address.as_str(), found.posts), (THANKS, false), "{reference}");
        assert_eq!(found.by_itself.map(|(seconds, _)| seconds), expected, "{reference}");
    }
    for hours in [1, 3] {
        shop.server.pass(Duration::from_secs(hours * 3600)).await;
    }
    for (reference, expected) in [("paid", None), ("open", None), ("declined", None)] {
        let found = shown(&shop.status(reference, "").await).expect("a way back");
        assert_eq!(found.by_itself.map(|(seconds, _)| seconds), expected, "{reference}: hours later");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_expires_goes_on() {
    let shop = Shop::open("ways-back-expired").await;
    shop.native
        .order(&json!({
            "reference": "late", "amount": 250_000, "currency": "DZD", "expires_in": 60, "return_url": THANKS,
        }))
        .await;
    shop.server.pass(Duration::from_secs(60)).await;
    let found = shown(&shop.status("late", "").await).expect("a way back");
    assert_eq!(found.by_itself, Some((8, THANKS.to_owned())));
}

/// An app's own scheme leads back where it is declared, and nowhere else does.
#[tokio::test(flavor = "multi_thread")]
async fn an_app_is_returned_to_by_its_own_scheme() {
    let shop = Shop::open("ways-back-app").await;
    let asked = |reference: &str, url: &str| {
        json!({
            "reference": reference, "amount": 250_000, "currency": "DZD", "title": "Livre [paid]",
            "gateway": "ocpay", "return_url": url,
        })
    };
    for (url, code) in [
        ("otherapp://paid", "return_url_origin"),
        ("javascript://x/%0aalert(1)", "return_url_invalid"),
        ("javascript:alert(1)", "return_url_invalid"),
        ("data:text/html,x", "return_url_invalid"),
        ("shopapp:paid", "return_url_invalid"),
        ("file:///etc/passwd", "return_url_invalid"),
        ("thanks", "return_url_invalid"),
    ] {
        let refused = shop.native.post("/v1/orders", &asked("refused", url)).await.expect(422).json();
        assert_eq!(refused["code"], code, "{url}: {refused}");
        assert_eq!(refused["field"], "return_url", "{refused}");
    }
    shop.native.order(&asked("native", "shopapp://paid?order=7")).await;
    let html = shop.status("native", "").await;
    let found = shown(&html).expect("a way back");
    assert_eq!(found.by_itself, Some((5, "shopapp://paid?order=7".to_owned())));
    // Both dialects whose vendors name no scheme take it too; a form may be posted there, and no policy forbids it.
    for (dialect, posts) in [("novasend", false), ("cinetpay", true)] {
        let addresses = ["shopapp://paid", "shopapp://unpaid"];
        let (link, reference) = shop.order(dialect, &format!("app-{dialect}"), addresses).await;
        shop.anybody.press(&format!("{link}/pay")).await;
        let found = shown(&shop.status(&reference, "").await).expect("a way back");
        assert_eq!((found.address.as_str(), found.posts), ("shopapp://paid", posts), "{dialect}");
        assert!(found.by_itself.is_some_and(|(_, plain)| plain.starts_with("shopapp://paid")), "{dialect}");
    }
    let status = text(&shop.native.get("/v1/orders?reference=native").await.json(), "/data/0/status_url");
    let policy = page(&shop.anybody, &status, "en").await.header("content-security-policy").to_owned();
    assert!(!policy.contains("form-action") && !policy.contains("navigate-to"), "{policy}");
    let error =
        shop.server.try_declare(Merchant::named("x").return_origin("javascript://")).await.unwrap_err();
    assert!(format!("{error:#}").contains("a return origin is"), "{error:#}");
}
