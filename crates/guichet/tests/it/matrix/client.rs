//! The clients: a shop with our own API, and shops written for OCPay, CinetPay and Novasend, each of
//! which sends what its vendor documents and reads the answers by its vendor's words.

use std::collections::HashMap;

use data_encoding::BASE64;
use guichet_core::Environment;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Builder;

use super::market::{MERCHANT, Market};
use super::notices;
use crate::support::call::{Answer, Caller, text};

/// Who asks to be paid; the native client in either currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Client {
    NativeDzd,
    NativeXof,
    OcPay,
    CinetPay,
    Novasend,
}

/// Where a payment stands, in nobody's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Word {
    Open,
    Processing,
    Paid,
    Declined,
    Cancelled,
    Expired,
}

/// What opening gave.
#[derive(Debug, Clone)]
pub(crate) struct Opened {
    /// Where the customer is sent.
    pub(crate) link: String,
    /// By what the client asks.
    name: String,
    /// The order's reference in our own API.
    pub(crate) reference: String,
}

/// A refusal: the HTTP status, the API's own code, and the sentence.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) code: String,
    pub(crate) said: String,
}

/// A client with its credential.
pub(crate) struct Seat {
    pub(crate) client: Client,
    native: Caller,
    anybody: Caller,
    parts: HashMap<&'static str, String>,
    notify_url: String,
}

/// 2,500 dinars or francs.
const WHOLE: i64 = 2_500;

impl Client {
    /// How it is called in the table.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Client::NativeDzd => "native, DZD",
            Client::NativeXof => "native, XOF",
            Client::OcPay => "OCPay",
            Client::CinetPay => "CinetPay",
            Client::Novasend => "Novasend",
        }
    }

    /// After how many seconds its orders expire.
    pub(crate) fn expires_in_s(self) -> i64 {
        match self {
            Client::NativeDzd | Client::NativeXof => 3_600,
            Client::OcPay => 20 * 60,
            Client::CinetPay => 24 * 3_600,
            Client::Novasend => 15 * 60,
        }
    }

    pub(crate) fn currency(self) -> &'static str {
        match self {
            Client::NativeDzd | Client::OcPay => "DZD",
            Client::NativeXof | Client::CinetPay | Client::Novasend => "XOF",
        }
    }

    fn dialect(self) -> Option<&'static str> {
        match self {
            Client::NativeDzd | Client::NativeXof => None,
            Client::OcPay => Some("ocpay"),
            Client::CinetPay => Some("cinetpay"),
            Client::Novasend => Some("novasend"),
        }
    }

    /// What it hears when it asks, for the table.
    pub(crate) fn says(self, word: Word) -> Option<&'static str> {
        match self {
            Client::NativeDzd | Client::NativeXof => None,
            Client::OcPay => Some(match word {
                Word::Open | Word::Processing => "PENDING",
                Word::Paid => "CONFIRMED",
                Word::Declined | Word::Cancelled | Word::Expired => "FAILED",
            }),
            Client::CinetPay => Some(match word {
                Word::Open => "662",
                Word::Processing => "623",
                Word::Paid => "00",
                Word::Declined => "600",
                Word::Cancelled | Word::Expired => "627",
            }),
            Client::Novasend => Some(match word {
                Word::Open => "processing",
                Word::Processing => "pending",
                Word::Paid => "completed",
                Word::Declined | Word::Cancelled => "failed",
                Word::Expired => "expired",
            }),
        }
    }

    /// What its notifications say of a payment that stands so; `None` where there are none.
    pub(crate) fn told(self, word: Word) -> Option<&'static str> {
        match self {
            Client::NativeDzd | Client::NativeXof | Client::OcPay => None,
            Client::CinetPay => match word {
                Word::Open => None,
                Word::Processing => Some("WAITING_FOR_CUSTOMER"),
                Word::Paid => Some("SUCCES"),
                Word::Declined => Some("PAYMENT_FAILED"),
                Word::Cancelled | Word::Expired => Some("TRANSACTION_CANCEL"),
            },
            Client::Novasend => match word {
                Word::Open | Word::Processing => None,
                Word::Paid => Some("payin.confirmed processed accepted"),
                Word::Declined | Word::Cancelled => Some("payin.declined failed declined"),
                Word::Expired => Some("payin.declined expired expired"),
            },
        }
    }
}

impl Seat {
    /// The client on that market, with a credential of the merchant's where it needs one.
    pub(crate) async fn take(market: &Market, client: Client) -> Seat {
        let parts = match client.dialect() {
            Some(vendor) => {
                let notify_url = Some(market.inbox.url.as_str()).filter(|_| client == Client::Novasend);
                let made =
                    market.server.node().create_credential(MERCHANT, Environment::Test, vendor, notify_url);
                made.await.expect("a credential").into_iter().collect()
            }
            None => HashMap::new(),
        };
        let (native, anybody) = (market.native.clone(), market.anybody.clone());
        Seat { client, native, anybody, parts, notify_url: market.inbox.url.clone() }
    }

    /// A part of the credential by the vendor's name for it.
    pub(crate) fn part(&self, name: &str) -> &str {
        &self.parts[name]
    }

    /// Asks for a payment of 2,500.
    pub(crate) async fn open(&self, reference: &str) -> Result<Opened, Refusal> {
        self.open_for(reference, WHOLE).await
    }

    /// Asks for a payment of so many whole dinars or francs.
    pub(crate) async fn open_for(&self, reference: &str, whole: i64) -> Result<Opened, Refusal> {
        match self.client {
            Client::NativeDzd | Client::NativeXof => self.open_native(reference, whole).await,
            Client::OcPay => self.open_ocpay(reference, whole).await,
            Client::CinetPay => self.open_cinetpay(reference, whole).await,
            Client::Novasend => self.open_novasend(reference, whole).await,
        }
    }

    async fn open_native(&self, reference: &str, whole: i64) -> Result<Opened, Refusal> {
        let minor = if self.client == Client::NativeDzd { whole * 100 } else { whole };
        let body = json!({
            "reference": reference, "amount": minor, "currency": self.client.currency(), "gateway": "auto",
            "title": "Semolina", "payer": { "phone": "+2250702968786", "country": "CI" },
        });
        let answer = self.native.post("/v1/orders", &body).await;
        if answer.status != 201 {
            assert_eq!(answer.header("content-type"), "application/problem+json");
            let json = answer.json();
            let (code, said) = (text(&json, "/code"), text(&json, "/detail"));
            return Err(Refusal { status: answer.status, code, said });
        }
        let order = answer.json();
        let link =
            order["payment_url"].as_str().unwrap_or_else(|| match order["payments"][0]["status"].as_str() {
                // As with cash: nothing to click at the gateway.
                Some("open") => order["status_url"].as_str().expect("a status page"),
                Some(_) | None => order["checkout_url"].as_str().expect("a checkout page"),
            });
        Ok(Opened { link: link.to_owned(), name: text(&order, "/id"), reference: reference.to_owned() })
    }

    async fn open_ocpay(&self, reference: &str, whole: i64) -> Result<Opened, Refusal> {
        let body = json!({
            "productInfo": { "title": format!("Order {reference}"), "amount": whole },
            "redirectUrl": format!("https://yoursite.com/orders/{reference}"),
        });
        let headers = [("x-access-token", self.part("access_token"))];
        let answer = self.send("POST", "/v3/ocpay/createLink", &headers, &body).await;
        let json = answer.json();
        if answer.status != 200 {
            assert_eq!(json["success"], false, "{json}");
            let (code, said) = (text(&json, "/error/code"), text(&json, "/error/message"));
            return Err(Refusal { status: answer.status, code, said });
        }
        assert_eq!(json["success"], true);
        assert_eq!(json["data"]["paymentLink"]["productInfo"], body["productInfo"]);
        assert_eq!(json["data"]["paymentLink"]["isSandbox"], true);
        let name = text(&json, "/data/paymentRef");
        Ok(Opened { link: text(&json, "/data/paymentUrl"), name: name.clone(), reference: name })
    }

    async fn open_cinetpay(&self, reference: &str, whole: i64) -> Result<Opened, Refusal> {
        let body = json!({
            "amount": whole.to_string(), "apikey": self.part("apikey"), "site_id": self.part("site_id"),
            "currency": "XOF", "transaction_id": reference, "description": "TRANSACTION DESCRIPTION",
            "return_url": "https://www.exemple.com/return", "notify_url": self.notify_url,
            "customer_name": "Dje Bi", "customer_surname": "Jean-Marc",
            "customer_phone_number": "+2250702968786", "customer_country": "CI", "metadata": "user1",
        });
        let answer = self.send("POST", "/v2/payment", &[], &body).await;
        let json = answer.json();
        if answer.status != 200 {
            let (code, said) = (text(&json, "/code"), text(&json, "/description"));
            return Err(Refusal { status: answer.status, code, said });
        }
        assert_eq!((&json["code"], &json["message"]), (&json!("201"), &json!("CREATED")));
        assert!(!text(&json, "/data/payment_token").is_empty());
        let link = text(&json, "/data/payment_url");
        Ok(Opened { link, name: reference.to_owned(), reference: reference.to_owned() })
    }

    async fn open_novasend(&self, reference: &str, whole: i64) -> Result<Opened, Refusal> {
        let body = json!({
            "reference": reference, "accountId": "merchant_9923lkdz", "amount": whole,
            "msisdn": "+2250702968786", "customerName": "John Doe", "country": "CI",
        });
        let (basic, key) = (self.basic(), uuid(reference));
        let headers = [("authorization", basic.as_str()), ("x-idempotency-key", key.as_str())];
        let answer = self.send("POST", "/v1/payin/sessions", &headers, &body).await;
        let json = answer.json();
        if answer.status != 201 {
            assert_eq!(json["statusCode"], answer.status, "{json}");
            let (code, said) = (text(&json, "/code"), text(&json, "/message"));
            return Err(Refusal { status: answer.status, code, said });
        }
        assert_eq!((&json["type"], &json["status"]), (&json!("payin"), &json!("processing")));
        assert_eq!((&json["amount"], &json["currency"]), (&json!(whole), &json!("XOF")));
        let charged = json["fee"].as_i64().map(|fee| whole + fee);
        assert_eq!(json["chargedAmount"], json!(charged), "{json}");
        assert_eq!(json["customerReference"], reference);
        let name = text(&json, "/reference");
        assert_eq!(json["id"], json!(name), "by this the shop finds its row when the webhook comes");
        Ok(Opened { link: text(&json, "/paymentUrl"), name, reference: reference.to_owned() })
    }

    /// The vendor's code for a request that breaks a rule; `None` in our own API, which has one for each rule.
    pub(crate) fn code_of_broken_rules(&self) -> Option<&'static str> {
        match self.client {
            Client::NativeDzd | Client::NativeXof => None,
            Client::OcPay => Some("VALIDATION_ERROR"),
            Client::CinetPay => Some("608"),
            Client::Novasend => Some("validation_error"),
        }
    }

    /// The answer to a check, as the vendor's client gets it.
    pub(crate) async fn asks(&self, opened: &Opened) -> Value {
        match self.client {
            Client::NativeDzd | Client::NativeXof => panic!("our own API is read by its own tests"),
            Client::OcPay => {
                let headers = [("x-access-token", self.part("access_token"))];
                let path = format!("/v3/ocpay/checkPayment/{}", opened.name);
                self.anybody.send("GET", &path, &headers, Vec::new()).await.expect(200).json()
            }
            Client::CinetPay => {
                let body = json!({
                    "apikey": self.part("apikey"), "site_id": self.part("site_id"),
                    "transaction_id": opened.name,
                });
                self.send("POST", "/v2/payment/check", &[], &body).await.expect(200).json()
            }
            Client::Novasend => {
                let basic = self.basic();
                let path = format!("/v1/payin/{}", opened.name);
                let headers = [("authorization", basic.as_str())];
                self.anybody.send("GET", &path, &headers, Vec::new()).await.expect(200).json()
            }
        }
    }

    /// Asks how it stands and insists on that word, in the vendor's own. `fee` is what the gateway says that it keeps.
    pub(crate) async fn hears(&self, opened: &Opened, word: Word, fee: Option<i64>) {
        match self.client {
            Client::NativeDzd | Client::NativeXof => {}
            Client::OcPay => self.hears_ocpay(opened, word).await,
            Client::CinetPay => self.hears_cinetpay(opened, word).await,
            Client::Novasend => self.hears_novasend(opened, word, fee).await,
        }
    }

    async fn hears_ocpay(&self, opened: &Opened, word: Word) {
        let json = self.asks(opened).await;
        let status = match word {
            Word::Open | Word::Processing => "PENDING",
            Word::Paid => "CONFIRMED",
            Word::Declined | Word::Cancelled | Word::Expired => "FAILED",
        };
        let data = &json["data"];
        assert_eq!((&json["success"], &data["status"]), (&json!(true), &json!(status)), "{word:?}: {json}");
        assert_eq!(data["paymentRef"], opened.name);
        let details = &data["transactionDetails"];
        if word == Word::Paid {
            assert_eq!((&details["amount"], &details["currency"]), (&json!(WHOLE), &json!("DZD")));
            assert_eq!(details["isSandbox"], true);
        } else {
            assert!(details.is_null(), "{json}");
        }
    }

    async fn hears_cinetpay(&self, opened: &Opened, word: Word) {
        let json = self.asks(opened).await;
        let (code, message, status) = match word {
            Word::Open => ("662", "WAITING_CUSTOMER_PAYMENT", "WAITING_FOR_CUSTOMER"),
            Word::Processing => ("623", "WAITING_CUSTOMER_TO_VALIDATE", "WAITING_FOR_CUSTOMER"),
            Word::Paid => ("00", "SUCCES", "ACCEPTED"),
            Word::Declined => ("600", "PAYMENT_FAILED", "REFUSED"),
            Word::Cancelled | Word::Expired => ("627", "TRANSACTION_CANCEL", "REFUSED"),
        };
        let data = &json["data"];
        assert_eq!((&json["code"], &json["message"]), (&json!(code), &json!(message)), "{word:?}: {json}");
        assert_eq!(data["status"], status, "{json}");
        assert_eq!((&data["amount"], &data["currency"]), (&json!(WHOLE.to_string()), &json!("XOF")));
        assert_eq!(data["metadata"], "user1");
    }

    async fn hears_novasend(&self, opened: &Opened, word: Word, fee: Option<i64>) {
        let json = self.asks(opened).await;
        let (status, confirmation, transaction, failure) = match word {
            Word::Open => ("processing", "none", None, None),
            Word::Processing => ("processing", "pending", Some("pending"), None),
            Word::Paid => ("processed", "accepted", Some("completed"), None),
            Word::Declined => ("failed", "declined", Some("failed"), Some("payment_declined")),
            Word::Cancelled => ("failed", "declined", Some("failed"), Some("confirmation_declined")),
            Word::Expired => ("expired", "expired", None, None),
        };
        assert_eq!((&json["status"], &json["confirmationStatus"]), (&json!(status), &json!(confirmation)));
        assert_eq!(json["transaction"]["status"], json!(transaction), "{word:?}: {json}");
        assert_eq!(json["failure"]["code"], json!(failure), "{json}");
        assert_eq!((&json["amount"], &json["currency"]), (&json!(WHOLE), &json!("XOF")));
        assert_eq!(
            (&json["fee"], &json["chargedAmount"]),
            (&json!(fee), &json!(fee.map(|fee| WHOLE + fee))),
            "{json}"
        );
        if word == Word::Paid {
            let transaction = &json["transaction"];
            assert_eq!(transaction["amount"], format!("{WHOLE}.00"));
            assert_eq!(transaction["currency"], "XOF");
        }
    }

    /// What it was told so far, signatures and amounts verified; the same thing told twice counts once.
    pub(crate) fn was_told(&self, market: &Market, opened: &Opened) -> Vec<String> {
        let read = |letter| match self.client {
            Client::NativeDzd | Client::NativeXof | Client::OcPay => panic!("it is told nothing"),
            Client::CinetPay => {
                let field = notices::cinetpay(letter, self.part("secret_key"));
                assert_eq!(field("cpm_trans_id"), opened.reference);
                assert_eq!(field("cpm_site_id"), self.part("site_id"));
                assert_eq!(
                    (field("cpm_amount"), field("cpm_currency")),
                    (WHOLE.to_string(), "XOF".to_owned())
                );
                assert_eq!(field("cpm_custom"), "user1");
                field("cpm_error_message")
            }
            Client::Novasend => {
                let body = notices::novasend(letter, self.part("webhook_secret"));
                assert_eq!(
                    (&body["reference"], &body["id"]),
                    (&json!(opened.reference), &json!(opened.name))
                );
                assert_eq!((&body["amount"], &body["currency"]), (&json!(WHOLE), &json!("XOF")));
                assert_eq!(body["customerReference"], json!(opened.reference));
                let decided = body["transaction"]["status"].as_str();
                assert_eq!(decided == Some("completed"), body["status"] == "processed", "{body}");
                let event = letter.header("x-novasend-event");
                format!("{event} {} {}", text(&body, "/status"), text(&body, "/confirmationStatus"))
            }
        };
        let mut told: Vec<String> = market.inbox.letters().iter().map(read).collect();
        told.dedup();
        told
    }

    /// The credential as Basic authentication has it.
    pub(crate) fn basic(&self) -> String {
        let pair = format!("{}:{}", self.part("api_key"), self.part("api_client"));
        format!("Basic {}", BASE64.encode(pair.as_bytes()))
    }

    async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        self.anybody.send(method, path, headers, body.to_string().into_bytes()).await
    }
}

/// A UUID for a text: the same text, the same UUID.
fn uuid(text: &str) -> String {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&Sha256::digest(text)[..16]);
    Builder::from_custom_bytes(bytes).into_uuid().to_string()
}
