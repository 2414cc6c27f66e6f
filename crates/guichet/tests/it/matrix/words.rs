//! Refusals in the caller's own vocabulary: a vendor's client reads its vendor's field names and its vendor's shape, by
//! the reason of the account that comes nearest, and learns of a wrong key before anything else.

use serde_json::{Value, json};

use super::client::{Client, Seat};
use super::market::{Market, at};
use crate::support::call::{Answer, Caller, text};

/// A call of a vendor's client with that credential.
struct Vendor<'a> {
    seat: &'a Seat,
    anybody: Caller,
}

impl Vendor<'_> {
    async fn novasend(&self, body: &Value) -> Answer {
        let basic = self.seat.basic();
        let headers = [
            ("authorization", basic.as_str()),
            ("x-idempotency-key", "ef76fb64-af0b-4c37-8729-bf61d85721fd"),
        ];
        self.anybody.send("POST", "/v1/payin/sessions", &headers, body.to_string().into_bytes()).await
    }

    async fn cinetpay(&self, more: Value) -> Answer {
        let mut body = json!({
            "amount": 2500, "apikey": self.seat.part("apikey"), "site_id": self.seat.part("site_id"),
            "currency": "XOF", "transaction_id": "T1", "description": "Lamps",
            "notify_url": "http://localhost/n", "return_url": "https://shop.example/r",
        });
        for (name, value) in more.as_object().expect("fields") {
            body[name] = value.clone();
        }
        self.anybody.post("/v2/payment", &body).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_are_told_by_the_clients_own_field_names() {
    let market = Market::through("novasend").await;
    let seat = Seat::take(&market, Client::Novasend).await;
    let vendor = Vendor { seat: &seat, anybody: market.anybody.clone() };
    let asked = json!({ "reference": "basket-1", "amount": 2500, "country": "CI" });
    let json = vendor.novasend(&asked).await.expect(400).json();
    let said = text(&json, "/message");
    assert_eq!(json["code"], "validation_error");
    assert!(said.contains("give msisdn") && !said.contains("payer."), "{said}");

    let seat = Seat::take(&market, Client::CinetPay).await;
    let vendor = Vendor { seat: &seat, anybody: market.anybody.clone() };
    let abroad = json!({ "customer_phone_number": "+2250702968786", "customer_country": "CM" });
    let json = vendor.cinetpay(abroad).await.expect(400).json();
    let said = text(&json, "/description");
    assert_eq!(json["code"], "608");
    assert!(said.starts_with("customer_country: ") && !said.contains("payer."), "{said}");
    assert!(market.at_gateway().is_empty());
}

/// The first account in the file takes another currency; the reason that helps is the second one's.
#[tokio::test(flavor = "multi_thread")]
async fn the_reason_is_that_of_the_account_that_fits_best() {
    let market = Market::open("nearest", &[at("ocpay"), at("cinetpay")], &[]).await;
    let seat = Seat::take(&market, Client::Novasend).await;
    let refusal = seat.open_for("basket-1", 2_502).await.expect_err("it is no multiple of five");
    assert_eq!((refusal.status, refusal.code.as_str()), (400, "invalid_amount"));
    assert_eq!(refusal.said, "CinetPay takes multiples of 5 in XOF; this is 2502 XOF.");
    let seat = Seat::take(&market, Client::NativeXof).await;
    let refusal = seat.open_for("basket-2", 2_502).await.expect_err("it is no multiple of five");
    assert_eq!((refusal.status, refusal.code.as_str()), (422, "amount_not_multiple"));
    // The merchant itself is told of the other account too.
    let said = "CinetPay takes multiples of 5 in XOF; this is 2502 XOF. No other account of yours takes it either. “ocpay” at OCPay: ";
    assert!(refusal.said.starts_with(said), "{}", refusal.said);
}

/// On the server and on the sandbox alike.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_vendor_has_and_we_do_not_is_refused_in_the_vendors_shape() {
    let market = Market::through("novasend").await;
    let sandbox = Caller::new(&market.server.sandbox_url, None);
    for caller in [&market.anybody, &sandbox] {
        for path in ["/v1/direct/payin", "/v1/direct/payout", "/v1/payout", "/v1/payin/tr_1/refund"] {
            let json = caller.post(path, &json!({})).await.expect(404).json();
            assert_eq!((&json["code"], &json["statusCode"]), (&json!("not_found"), &json!(404)), "{path}");
            assert!(json["message"].is_string(), "{path}: {json}");
        }
        for path in ["/v2/payment/refund", "/v2/transfer/money/send/contact"] {
            let json = caller.post(path, &json!({})).await.expect(404).json();
            assert_eq!((&json["code"], &json["message"]), (&json!("608"), &json!("MINIMUM_REQUIRED_FIELDS")));
            assert!(json["api_response_id"].is_string(), "{path}: {json}");
        }
        for path in ["/v3/ocpay/refund", "/v3/account/balance"] {
            let json = caller.post(path, &json!({})).await.expect(404).json();
            assert_eq!(
                (&json["success"], &json["error"]["code"]),
                (&json!(false), &json!("NOT_FOUND")),
                "{path}"
            );
        }
    }
    // Nor what is too long to be read.
    for (caller, bytes) in [(&market.anybody, 70_000), (&sandbox, 1_100_000)] {
        let answer = caller.send("POST", "/v1/payin/sessions", &[], vec![b' '; bytes]).await.expect(400);
        assert_eq!(answer.json()["statusCode"], 400);
        let answer = caller.send("POST", "/v2/payment", &[], vec![b' '; bytes]).await.expect(400);
        assert_eq!(answer.json()["code"], "608");
        let answer = caller.send("POST", "/v3/ocpay/createLink", &[], vec![b' '; bytes]).await.expect(400);
        assert_eq!(answer.json()["error"]["code"], "REQUEST_REFUSED");
    }
    // What is nobody's stays ours.
    let json = market.anybody.post("/v1/ordres", &json!({})).await.expect(404).json();
    assert_eq!(json["code"], "no_such_route");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_key_is_told_before_a_wrong_body() {
    let market = Market::through("novasend").await;
    let sandbox = Caller::new(&market.server.sandbox_url, None);
    for (caller, api_key) in [(&market.anybody, "any"), (&sandbox, "")] {
        let send = async |path: &str, headers: &[(&str, &str)], body: &str| {
            caller.send("POST", path, headers, body.as_bytes().to_vec()).await
        };
        let token = [("x-access-token", "no key of anybody's")];
        let answer = send("/v3/ocpay/createLink", &token, "{").await.expect(401).json();
        assert_eq!(answer["error"]["code"], "INVALID_ACCESS_TOKEN");
        let answer = send("/v2/payment", &[], r#"{"apikey":"no key!","site_id":"1","amount":{}}"#).await;
        assert_eq!(answer.expect(400).json()["code"], "609");
        let basic = data_encoding::BASE64.encode(format!("{api_key}:").as_bytes());
        let basic = format!("Basic {basic}");
        let answer = send("/v1/payin/sessions", &[("authorization", &basic)], "{").await;
        assert!(matches!(answer.status, 401 | 403), "{}", answer.text());
    }
    // Our own API too.
    let wrong = market.native.with_key("sk_test_nobody");
    let answer = wrong.send("POST", "/v1/orders", &[], b"{".to_vec()).await.expect(401).json();
    assert_eq!(answer["code"], "key_unknown");
}

/// The sandbox is as strict as the server: the same dialect reads for both.
#[tokio::test(flavor = "multi_thread")]
async fn the_sandbox_is_as_strict_as_the_server() {
    let market = Market::through("novasend").await;
    let seat = Seat::take(&market, Client::Novasend).await;
    let sandbox = Caller::new(&market.server.sandbox_url, None);
    for msisdn in ["abc", "0702968786", "+225"] {
        for anybody in [market.anybody.clone(), sandbox.clone()] {
            let asked = json!({ "reference": "basket-1", "amount": 2500, "country": "CI", "msisdn": msisdn });
            let json = Vendor { seat: &seat, anybody }.novasend(&asked).await.expect(400).json();
            assert_eq!(json["code"], "validation_error", "{msisdn}");
            assert!(text(&json, "/message").starts_with("msisdn must be a phone number"), "{json}");
        }
    }
}

/// A byte order mark before a body, and numbers whose fraction is zero, at everything that reads JSON.
#[tokio::test(flavor = "multi_thread")]
async fn a_byte_order_mark_and_a_zero_fraction_are_harmless_everywhere() {
    let market = Market::open("marks", &[at("ocpay"), at("cinetpay"), at("novasend")], &[]).await;
    let marked = |body: &str| format!("\u{feff}{body}").into_bytes();

    let order = r#"{"reference":"native-1","amount":2500.0,"currency":"XOF","expires_in":600.00,"items":[{"name":"A","quantity":2.0,"unit_amount":1250.0}]}"#;
    let made = market.native.send("POST", "/v1/orders", &[], marked(order)).await.expect(201).json();
    assert_eq!(made["amount"], 2500);
    let half = r#"{"reference":"native-2","amount":2500.5,"currency":"XOF"}"#;
    let refused =
        market.native.send("POST", "/v1/orders", &[], half.as_bytes().to_vec()).await.expect(422).json();
    assert_eq!((&refused["code"], &refused["field"]), (&json!("field_invalid"), &json!("amount")));

    let seat = Seat::take(&market, Client::OcPay).await;
    let token = [("x-access-token", seat.part("access_token"))];
    let body = r#"{"productInfo":{"title":"A","amount":5000.0}}"#;
    let answer =
        market.anybody.send("POST", "/v3/ocpay/createLink", &token, marked(body)).await.expect(200).json();
    assert_eq!(answer["data"]["paymentLink"]["productInfo"]["amount"], 5000);

    let seat = Seat::take(&market, Client::CinetPay).await;
    for (number, amount) in ["2500.0", "\"2500.00\"", "2500"].into_iter().enumerate() {
        let body = format!(
            r#"{{"apikey":"{}","site_id":"{}","transaction_id":"T{number}","amount":{amount},"currency":"XOF","description":"A","notify_url":"http://localhost/n","return_url":"https://shop.example/r"}}"#,
            seat.part("apikey"),
            seat.part("site_id")
        );
        let answer = market.anybody.send("POST", "/v2/payment", &[], marked(&body)).await.expect(200).json();
        assert_eq!(answer["code"], "201", "{amount}");
    }

    let seat = Seat::take(&market, Client::Novasend).await;
    let basic = seat.basic();
    let headers =
        [("authorization", basic.as_str()), ("x-idempotency-key", "ef76fb64-af0b-4c37-8729-bf61d85721fd")];
    let body = r#"{"reference":"N1","amount":2500.0,"country":"CI","msisdn":"+2250702968786"}"#;
    let answer =
        market.anybody.send("POST", "/v1/payin/sessions", &headers, marked(body)).await.expect(201).json();
    assert_eq!(answer["amount"], 2500);
}

/// A notification with a byte order mark names its payment as any other does.
#[tokio::test(flavor = "multi_thread")]
async fn a_notification_with_a_byte_order_mark_is_a_hint_too() {
    for (client, gateway) in
        [(Client::NativeXof, "cinetpay"), (Client::NativeXof, "novasend"), (Client::NativeDzd, "ocpay")]
    {
        let market = Market::through(gateway).await;
        let seat = Seat::take(&market, client).await;
        let opened = seat.open("basket-1").await.expect("it is opened");
        let newest = market.at_gateway()[0].clone();
        let ours = newest.merchant_reference.clone().unwrap_or_default();
        let body = match gateway {
            "cinetpay" => format!("\u{feff}{{\"cpm_trans_id\":\"{ours}\"}}"),
            "novasend" => format!("\u{feff}{{\"id\":\"{}\"}}", newest.reference),
            _ => format!("\u{feff}{{\"paymentRef\":\"{}\"}}", newest.reference),
        };
        let signature = super::notices::hmac_hex(super::market::NOVASEND_SECRET, body.as_bytes());
        let headers = [("content-type", "application/json"), ("x-signature-value", signature.as_str())];
        let headers = if gateway == "novasend" { &headers[..] } else { &headers[..1] };
        let url = market.callback_url(gateway);
        market.anybody.send("POST", &url, headers, body.into_bytes()).await.expect(200);
        let order = market.order(&opened.reference).await;
        assert_eq!(market.events(&order, "payment.called_back").await, 1, "{gateway}");
    }
}
