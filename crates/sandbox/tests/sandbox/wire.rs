//! What a shop says to each vendor and how it reads the answers: the one file of these tests that
//! knows the vendors' formats. It is written by their documentation, without our own clients.

use data_encoding::BASE64;
use guichet_gateways::{DIALECTS, VendorProfile};
use reqwest::Method;
use serde_json::{Value, json};

/// Who sells, at which vendor.
#[derive(Clone)]
pub(crate) struct Seller {
    pub(crate) dialect: &'static str,
    pub(crate) key: String,
    pub(crate) account: String,
}

/// What is sold: 2,500 dinars or francs.
#[derive(Clone)]
pub(crate) struct Sale {
    /// What the customer reads, or, at vendors without such a field, the beginning of the reference.
    pub(crate) title: String,
    /// The shop's own name for it.
    pub(crate) reference: String,
    /// Makes a repetition the same sale, where the vendor has that.
    pub(crate) idempotency_key: String,
    pub(crate) notify_url: String,
    pub(crate) return_url: String,
    pub(crate) failure_url: Option<String>,
    /// More members of the request.
    pub(crate) more: Value,
}

/// A call, ready to be sent.
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
}

/// A seller with new keys at every vendor.
pub(crate) fn sellers() -> Vec<Seller> {
    DIALECTS.iter().map(|dialect| seller(dialect.name(), 7)).collect()
}

/// The seller of that number at that vendor.
pub(crate) fn seller(dialect: &str, number: u8) -> Seller {
    let dialect = guichet_gateways::dialect(dialect).expect("a dialect");
    let issued = dialect.issue([number; 64]);
    Seller { dialect: dialect.name(), key: issued.key, account: issued.account }
}

impl Seller {
    /// What there is to know of the vendor.
    pub(crate) fn profile(&self) -> &'static VendorProfile {
        guichet_gateways::dialect(self.dialect).expect("a dialect").profile()
    }

    /// The same seller with another key.
    pub(crate) fn with_key(&self, key: &str) -> Seller {
        Seller { key: key.to_owned(), ..self.clone() }
    }

    pub(crate) fn open(&self, sale: &Sale) -> Call {
        let (path, headers, mut body) = match self.dialect {
            "ocpay" => (
                "/v3/ocpay/createLink",
                vec![("X-Access-Token", self.key.clone())],
                json!({
                    "productInfo": { "title": sale.title, "amount": 2500 },
                    "redirectUrl": sale.return_url,
                }),
            ),
            "cinetpay" => (
                "/v2/payment",
                vec![("User-Agent", "Shop/1".to_owned())],
                json!({
                    "apikey": self.key, "site_id": self.account, "transaction_id": sale.reference,
                    "amount": 2500, "currency": "XOF", "description": sale.title, "channels": "ALL",
                    "notify_url": sale.notify_url, "return_url": sale.return_url, "metadata": "order 7",
                    "customer_name": "Doe", "customer_surname": "John",
                    "customer_phone_number": "+2250707000001",
                }),
            ),
            "novasend" => {
                let reference = self.merchant_reference(sale);
                let basic = BASE64.encode(format!("{}:{}", self.key, self.account).as_bytes());
                (
                    "/v1/payin/sessions",
                    vec![
                        ("Authorization", format!("Basic {basic}")),
                        ("X-Idempotency-Key", sale.idempotency_key.clone()),
                    ],
                    json!({
                        "reference": reference, "accountId": "a", "amount": 2500, "country": "CI",
                        "msisdn": "+2250707000001", "customerName": "John Doe",
                        "action": { "successUrl": sale.return_url, "failureUrl": sale.failure_url },
                    }),
                )
            }
            other => panic!("teach this file how a shop opens a payment at {other}"),
        };
        if let (Some(body), Value::Object(more)) = (body.as_object_mut(), sale.more.clone()) {
            body.extend(more);
        }
        Call { method: Method::POST, path: path.to_owned(), headers, body: body.to_string() }
    }

    pub(crate) fn check(&self, reference: &str) -> Call {
        match self.dialect {
            "ocpay" => Call {
                method: Method::GET,
                path: format!("/v3/ocpay/checkPayment/{reference}"),
                headers: vec![("X-Access-Token", self.key.clone())],
                body: String::new(),
            },
            "cinetpay" => {
                let named =
                    json!({ "apikey": self.key, "site_id": self.account, "payment_token": reference });
                Call { path: "/v2/payment/check".to_owned(), body: named.to_string(), ..self.open_nothing() }
            }
            "novasend" => {
                let headers = self.open_nothing().headers;
                let path = format!("/v1/payin/{}", reference.replace(' ', "%20").replace('[', "%5B"));
                Call { method: Method::GET, path, headers, body: String::new() }
            }
            other => panic!("teach this file how a shop asks {other}"),
        }
    }

    fn open_nothing(&self) -> Call {
        let nothing = Sale {
            title: String::new(),
            reference: String::new(),
            idempotency_key: String::new(),
            notify_url: String::new(),
            return_url: String::new(),
            failure_url: None,
            more: Value::Null,
        };
        self.open(&nothing)
    }

    /// What the vendor knows of the shop's own reference; nothing, where it has no field for it.
    pub(crate) fn merchant_reference(&self, sale: &Sale) -> Option<String> {
        match self.dialect {
            "ocpay" => None,
            // Nothing that the shop says is shown to the customer: what it wants to say of the
            // outcome goes into the reference.
            "novasend" => Some(format!("{} {}", sale.title, sale.reference)),
            _ => Some(sale.reference.clone()),
        }
    }

    /// The vendor's reference and the page's address, from the answer to opening.
    pub(crate) fn opened(&self, answer: &Value) -> (String, String) {
        let (reference, url) = match self.dialect {
            "ocpay" => ("/data/paymentRef", "/data/paymentUrl"),
            "cinetpay" => ("/data/payment_token", "/data/payment_url"),
            _ => ("/reference", "/paymentUrl"),
        };
        let text = |pointer: &str| {
            let text = answer.pointer(pointer).and_then(Value::as_str);
            text.unwrap_or_else(|| panic!("no {pointer} in {answer}")).to_owned()
        };
        (text(reference), text(url))
    }

    /// `pending`, `paid` or `failed`, from the answer to a check.
    pub(crate) fn outcome(&self, answer: &Value) -> &'static str {
        let text = |pointer: &str| answer.pointer(pointer).and_then(Value::as_str).unwrap_or("");
        match self.dialect {
            "ocpay" => match text("/data/status") {
                "CONFIRMED" => "paid",
                "FAILED" => "failed",
                "PENDING" => "pending",
                other => panic!("{other} in {answer}"),
            },
            "cinetpay" => match (text("/code"), text("/data/status")) {
                ("00", "ACCEPTED") => "paid",
                ("600" | "627", "REFUSED") => "failed",
                ("623" | "662" | "663", status) if status.starts_with("WAITING") => "pending",
                other => panic!("{other:?} in {answer}"),
            },
            _ => match (text("/transaction/status"), text("/status")) {
                ("completed", "processed") => "paid",
                ("failed", "failed") | ("", "expired") => "failed",
                ("pending" | "", "processing") => "pending",
                other => panic!("{other:?} in {answer}"),
            },
        }
    }

    /// What was paid, in whole units, from the answer to the check of a paid payment.
    pub(crate) fn paid(&self, answer: &Value) -> i64 {
        let pointer = match self.dialect {
            "ocpay" => "/data/transactionDetails/amount",
            "cinetpay" => "/data/amount",
            _ => "/transaction/amount",
        };
        let amount = answer.pointer(pointer).unwrap_or_else(|| panic!("no {pointer} in {answer}"));
        let text = amount.as_str().map_or_else(|| amount.to_string(), str::to_owned);
        let whole = text.split('.').next().and_then(|whole| whole.parse().ok());
        whole.unwrap_or_else(|| panic!("{amount} in {answer}"))
    }
}
