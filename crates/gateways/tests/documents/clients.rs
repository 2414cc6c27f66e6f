//! A client of each vendor: the calls that it makes, well and badly.

use bytes::Bytes;
use guichet_gateways::VendorRequest;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::{Value, json};

/// Which of the two endpoints is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Call {
    /// The first: it opens a payment.
    Open,
    /// The second: it asks how the payment stands.
    Check,
}

/// The calls of a client.
pub(crate) struct Client {
    /// Opens a payment: with everything that can be said, and with no more than must be.
    pub(crate) opens: [VendorRequest; 2],
    /// Asks about the payment of that reference.
    pub(crate) check: fn(&str) -> VendorRequest,
    /// What is refused for what stands in it.
    pub(crate) bad: Vec<(Call, VendorRequest)>,
    /// Whether a repeated request is known by a key of its own.
    pub(crate) has_idempotency_key: bool,
    /// Whether the shop gives the payment a reference of its own.
    pub(crate) has_reference: bool,
}

/// The client of that vendor.
pub(crate) fn client(dialect: &str) -> Client {
    match dialect {
        "ocpay" => ocpay(),
        "cinetpay" => cinetpay(),
        "novasend" => novasend(),
        other => panic!("{other} has no client here"),
    }
}

fn request(method: Method, path: &str, headers: &[(&'static str, &str)], body: &Value) -> VendorRequest {
    let value = |text: &str| HeaderValue::from_str(text).expect("a header");
    let headers: HeaderMap =
        headers.iter().map(|(name, text)| (HeaderName::from_static(name), value(text))).collect();
    let body = if body.is_null() { Bytes::new() } else { Bytes::from(body.to_string()) };
    VendorRequest { method, path: path.to_owned(), headers, body }
}

fn ocpay() -> Client {
    const KEY: &[(&str, &str)] = &[("x-access-token", "sk_sandbox_1")];
    let create = |headers: &[(&'static str, &str)], body: &Value| {
        request(Method::POST, "/v3/ocpay/createLink", headers, body)
    };
    let check = |reference: &str| {
        request(Method::GET, &format!("/v3/ocpay/checkPayment/{reference}"), KEY, &Value::Null)
    };
    let order = json!({
        "productInfo": { "title": "Order 7", "description": "Two lamps", "amount": 5000 },
        "feeMode": "SPLIT_FEE", "successMessage": "Thank you", "redirectUrl": "https://shop.example/thanks",
    });
    let nobody = VendorRequest { headers: HeaderMap::new(), ..check("OCPL-A1B2C3-D4E5") };
    Client {
        opens: [
            create(KEY, &order),
            create(KEY, &json!({ "productInfo": { "title": "Order 8", "amount": 500 } })),
        ],
        check,
        bad: vec![
            (Call::Open, create(&[], &order)),
            (Call::Open, create(KEY, &Value::Null)),
            (Call::Open, create(KEY, &json!({ "productInfo": { "title": "", "amount": 1 }, "feeMode": 7 }))),
            (Call::Check, nobody),
            (Call::Check, check("..")),
        ],
        has_idempotency_key: false,
        has_reference: false,
    }
}

fn cinetpay() -> Client {
    let post = |path: &str, body: &Value| request(Method::POST, path, &[], body);
    let check = |reference: &str| {
        let body = json!({ "apikey": "key-1", "site_id": "445160", "token": reference });
        request(Method::POST, "/v2/payment/check", &[], &body)
    };
    let bare = json!({
        "apikey": "key-1", "site_id": 445_160, "transaction_id": "ORDER2", "amount": "100", "currency": "XOF",
        "description": "Paiement abonnement", "notify_url": "https://shop.example/n",
    });
    let order = json!({
        "apikey": "key-1", "site_id": "445160", "transaction_id": "ORDER1", "amount": 100, "currency": "XOF",
        "description": "Paiement abonnement", "metadata": "user=7", "lang": "en", "channels": "ALL",
        "customer_phone_number": "+2250707000001", "notify_url": "https://shop.example/n",
        "return_url": "https://shop.example/r",
    });
    let with = |name: &str, value: Value| {
        let mut changed = order.clone();
        changed[name] = value;
        (Call::Open, post("/v2/payment", &changed))
    };
    Client {
        opens: [post("/v2/payment", &order), post("/v2/payment", &bare)],
        check,
        bad: vec![
            (Call::Open, post("/v2/payment", &Value::Null)),
            with("apikey", Value::Null),
            with("amount", json!(5)),
            with("amount", json!(5_000_000)),
            with("amount", json!(101)),
            with("channels", json!("CREDIT_CARD")),
            (Call::Check, post("/v2/payment/check", &json!({ "apikey": "key-1", "site_id": "445160" }))),
        ],
        has_idempotency_key: false,
        has_reference: true,
    }
}

fn novasend() -> Client {
    const BASIC: (&str, &str) = ("authorization", "Basic a2V5XzE6Y2xpZW50XzE=");
    const KEY: (&str, &str) = ("x-idempotency-key", "ef76fb64-af0b-4c37-8729-bf61d85721fd");
    let create = |headers: &[(&'static str, &str)], body: &Value| {
        request(Method::POST, "/v1/payin/sessions", headers, body)
    };
    let check =
        |reference: &str| request(Method::GET, &format!("/v1/payin/{reference}"), &[BASIC], &Value::Null);
    let order = json!({
        "reference": "order-7", "amount": 300, "country": "CI", "msisdn": "+2250702968786", "customerName": "Awa",
    });
    let bare = json!({ "reference": "order-8", "amount": "300.00", "country": "CM" });
    let nowhere = json!({ "reference": "order-7", "amount": 300, "country": "FR" });
    Client {
        opens: [create(&[BASIC, KEY], &order), create(&[BASIC, KEY], &bare)],
        check,
        bad: vec![
            (Call::Open, create(&[KEY], &order)),
            (Call::Open, create(&[BASIC], &order)),
            (Call::Open, create(&[BASIC, ("x-idempotency-key", "order-7")], &order)),
            (Call::Open, create(&[BASIC, KEY], &Value::Null)),
            (
                Call::Open,
                create(&[BASIC, KEY], &json!({ "reference": "order-7", "amount": 1, "country": "CI" })),
            ),
            (Call::Open, create(&[BASIC, KEY], &nowhere)),
            (Call::Check, VendorRequest { headers: HeaderMap::new(), ..check("tr_1") }),
        ],
        has_idempotency_key: true,
        has_reference: true,
    }
}
