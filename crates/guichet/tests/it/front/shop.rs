//! Two shops with the same front, and what a customer's browser does there.

use guichet_core::Environment;
use guichet_sandbox::Action;
use serde_json::{Value, json};

use crate::front::documented;
use crate::support::call::{Answer, Caller, text};
use crate::support::shop_file::{Account, Merchant, two_shops};
use crate::support::test_server::TestServer;

/// How both shops sell at their fronts.
fn project() -> Value {
    json!({
        "currency": "DZD",
        "return_url": "https://shop.example/thanks",
        "locales": [
            { "code": "en_US", "name": "English" },
            { "code": "fr_FR", "name": "French", "native_name": "Français" },
        ],
        "accounts": [
            {
                "identifier": "cash",
                "gateway_account": "door",
                "title": { "en_US": "Cash", "fr_FR": "Espèces" },
            },
            { "identifier": "card", "gateway_account": "card" },
            { "identifier": "auto", "gateway_account": "auto" },
            { "identifier": "old", "gateway_account": "card", "used": false },
            { "identifier": "wire", "gateway_account": "wire" },
            { "identifier": "elsewhere", "gateway_account": "door" },
        ],
        "forms": [
            {
                "identifier": "reg",
                "type": "sign_in_up",
                "fields": [
                    { "marker": "email_reg", "role": "identifier", "required": true },
                    { "marker": "password_reg", "role": "password", "required": true },
                    { "marker": "last_name", "role": "family_name" },
                ],
            },
            {
                "identifier": "order",
                "title": { "en_US": "Order", "fr_FR": "Commande" },
                "fields": [
                    { "marker": "name", "role": "given_name", "required": true, "max_length": 40 },
                    { "marker": "mail", "role": "email" },
                    { "marker": "phone", "role": "phone" },
                    { "marker": "floor", "type": "integer" },
                    {
                        "marker": "when",
                        "type": "list",
                        "values": [
                            { "value": "am", "title": { "en_US": "Morning", "fr_FR": "Matin" } },
                            { "value": "pm" },
                        ],
                    },
                ],
            },
        ],
        "providers": [
            { "identifier": "email", "form": "reg", "activation": false, "access_token_ttl": 86_400 },
        ],
        "storages": [
            {
                "identifier": "orders",
                "title": { "en_US": "Orders", "fr_FR": "Commandes" },
                "form": "order",
                "accounts": ["cash", "card", "auto", "old", "wire"],
                "expires_in": 3_600,
                "statuses": [
                    {
                        "identifier": "inProgress",
                        "title": { "en_US": "In progress", "fr_FR": "En cours" },
                        "when": ["pending", "failed"],
                    },
                    { "identifier": "done", "title": "Done", "when": ["paid", "fulfilled"] },
                ],
            },
            { "identifier": "pickup", "form": "order", "accounts": ["cash"] },
        ],
    })
}

/// What both shops sell.
fn products() -> Value {
    json!([
        {
            "id": 14,
            "title": { "en_US": "Book", "fr_FR": "Livre" },
            "price": 34_000,
            "sku": "B-14",
            "image": "https://cdn.example/book.png?v=2",
            "status": "in_stock",
            "categories": ["books", "new"],
            "attributes": {
                "color": { "type": "string", "value": { "en_US": "Blue", "fr_FR": "Bleu" } },
                "weight": { "type": "float", "value": "1.250" },
            },
        },
        {
            "id": 15,
            "title": "Atlas",
            "price": 250_000,
            "categories": ["books"],
            "attributes": { "weight": { "type": "float", "value": "3" } },
        },
        { "id": 16, "title": "Pen", "price": 50 },
        { "id": 17, "title": "Half a globe", "price": 60_050 },
        { "id": 18, "title": "Everything", "price": 1_000_000_000_000_000_i64 },
        { "id": 19, "title": "Bookmark", "price": 0 },
        { "id": 20, "title": "Secret", "price": 34_000, "visible": false },
    ])
}

/// A shop with a front, and with a gateway account that only real money goes through.
pub(crate) fn selling(shop: Merchant) -> Merchant {
    let wire = Account::at("cash", "wire", Environment::Live);
    shop.account(wire).project(project()).products(products())
}

/// A server with the fronts of its two shops.
pub(crate) struct Shops {
    pub(crate) server: TestServer,
    pub(crate) alger: Front,
    pub(crate) oran: Front,
}

impl Shops {
    pub(crate) async fn open(name: &str) -> Shops {
        let server = TestServer::start(name).await;
        server.declare(two_shops(&server.sandbox_url).map(selling)).await;
        let alger = Front::of(&server, "alger", Environment::Test).await;
        let oran = Front::of(&server, "oran", Environment::Test).await;
        Shops { server, alger, oran }
    }

    /// Applies the shop file once more.
    pub(crate) async fn declare_again(&self) {
        self.server.declare(two_shops(&self.server.sandbox_url).map(selling)).await;
    }

    /// The only payment at the sandbox that was made for so much.
    #[track_caller]
    pub(crate) fn reference(&self, amount_minor: i64) -> String {
        let payments = self.server.sandbox.payments();
        let mut found = payments.iter().filter(|payment| payment.amount_minor == amount_minor);
        let payment = found.next().expect("a payment at the sandbox");
        assert!(found.next().is_none(), "several payments: {payments:?}");
        payment.reference.clone()
    }

    /// The customer, or the bank, does that with the payment of so much.
    #[track_caller]
    pub(crate) fn act(&self, amount_minor: i64, action: Action) {
        self.server.sandbox.act(&self.reference(amount_minor), action).expect("it can be done");
    }

    /// Lets so many seconds pass and does what is due by then.
    pub(crate) async fn pass_s(&self, seconds: i64) {
        self.server.node().pass_time(seconds * 1000).await.expect("what is due is done");
    }
}

/// A front of one shop, as somebody's browser has it.
#[derive(Clone)]
pub(crate) struct Front {
    pub(crate) caller: Caller,
    pub(crate) token: String,
    pub(crate) access: Option<String>,
}

impl Front {
    pub(crate) async fn of(server: &TestServer, merchant: &str, environment: Environment) -> Front {
        let token = server.node().create_publishable_key(merchant, environment).await.expect("a key");
        Front { caller: Caller::new(&server.base_url, None), token, access: None }
    }

    /// The same front with somebody signed in who signs up for it.
    pub(crate) async fn customer(&self, identifier: &str) -> Front {
        let auth_data = json!([
            { "marker": "email_reg", "value": identifier },
            { "marker": "password_reg", "value": "123456" },
        ]);
        let registration = json!({
            "formIdentifier": "reg",
            "authData": auth_data,
            "formData": { "en_US": [{ "marker": "last_name", "type": "string", "value": "Kaci" }] },
            "notificationData": { "email": identifier, "phonePush": [], "phoneSMS": "+213665983439" },
        });
        let users = "/users-auth-providers/marker/email/users";
        self.post(&format!("{users}/sign-up"), &registration).await.expect(201);
        let entity = self.post(&format!("{users}/auth"), &json!({ "authData": auth_data })).await;
        Front { access: Some(text(&entity.expect(200).json(), "/accessToken")), ..self.clone() }
    }

    pub(crate) async fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let bytes = body.map(|body| body.to_string().into_bytes()).unwrap_or_default();
        self.send(method, path, bytes).await
    }

    pub(crate) async fn send(&self, method: &str, path: &str, body: Vec<u8>) -> Answer {
        let bearer = self.access.as_ref().map(|access| format!("Bearer {access}"));
        let mut headers = vec![("x-app-token", self.token.as_str())];
        headers.extend(bearer.iter().map(|bearer| ("authorization", bearer.as_str())));
        let path = format!("/api/content{path}");
        let answer = self.caller.send(method, &path, &headers, body).await;
        documented::holds(method, &path, &answer);
        answer
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call("GET", path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.call("POST", path, Some(body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Answer {
        self.call("PUT", path, Some(body)).await
    }

    /// Orders one of a product, to be paid that way; the order's number.
    pub(crate) async fn orders(&self, way: &str, product: i64) -> i64 {
        let answer = self.post("/orders-storage/marker/orders/orders", &order(way, product, 1)).await;
        answer.expect(201).json()["id"].as_i64().expect("a number")
    }

    /// Opens a session.
    pub(crate) async fn opens(&self, order: i64) -> Value {
        self.post("/payments/sessions", &session(order)).await.expect(201).json()
    }

    pub(crate) async fn order(&self, order: i64) -> Value {
        self.get(&format!("/orders-storage/marker/orders/orders/{order}")).await.expect(200).json()
    }

    pub(crate) async fn session(&self, order: i64) -> Value {
        self.get(&format!("/payments/sessions/order/{order}")).await.expect(200).json()
    }

    /// Order and session, once it is sure that they agree and that every list says the same.
    #[track_caller]
    pub(crate) fn agreed(
        &self,
        order: i64,
        status: &'static str,
    ) -> impl Future<Output = (Value, Value)> + use<> {
        let front = self.clone();
        async move {
            let (read, session) = (front.order(order).await, front.session(order).await);
            assert_eq!(session["status"], status, "{session}\n{read}");
            assert_eq!(session["orderId"], order);
            assert_eq!(read["isCompleted"], status == "completed", "{read}");
            assert_eq!(read["paymentUrl"], session["paymentUrl"], "{read}\n{session}");
            assert!(status == "waiting" || session["paymentUrl"].is_null(), "{session}");
            let by_id = front.get(&format!("/payments/sessions/{}", session["id"])).await.expect(200);
            assert_eq!(by_id.json(), session);
            let sessions = front.get("/payments/sessions/?offset=0&limit=30").await.expect(200).json();
            assert!(sessions["items"].as_array().expect("items").contains(&session), "{sessions}");
            let orders = front.get("/orders-storage/marker/orders/orders").await.expect(200).json();
            assert!(orders["items"].as_array().expect("items").contains(&read), "{orders}");
            (read, session)
        }
    }
}

/// A body for an order, as the SDK sends it.
pub(crate) fn order(way: &str, product: i64, quantity: i64) -> Value {
    json!({
        "formIdentifier": "order",
        "paymentAccountIdentifier": way,
        "formData": { "en_US": [{ "marker": "name", "type": "string", "value": "Christina" }] },
        "products": [{ "productId": product, "quantity": quantity }],
    })
}

/// A body for a session, as the SDK sends it.
pub(crate) fn session(order: i64) -> Value {
    json!({ "orderId": order, "type": "session", "automaticTaxEnabled": false })
}

/// An error of that status in OneEntry's shape; its message.
#[track_caller]
pub(crate) fn refused(answer: &Answer, status: u16) -> String {
    assert_eq!(answer.status, status, "{}", answer.text());
    assert_eq!(answer.header("content-type"), "application/json", "{}", answer.text());
    let body = answer.json();
    assert_eq!(body["statusCode"], status, "{body}");
    assert!(body["timestamp"].is_string() && body["pageData"].is_null(), "{body}");
    let message = text(&body, "/message");
    assert!(!message.is_empty() && message.chars().count() < 600, "{message}");
    message
}
