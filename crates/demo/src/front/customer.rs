//! A registered customer at the front, as OneEntry's SDK would speak for them: the key in one header,
//! the access token in another, and fresh tokens when the server says 401.

use anyhow::{Context, ensure};
use http::{Method, StatusCode, header};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Front, ORDER_FORM, STORAGE};

const PROVIDER: &str = "/users-auth-providers/marker/email/users";
const SIGN_UP_FORM: &str = "inscription";
const LANGUAGE: &str = "fr_FR";
const DEVICE: &str =
    r#"{"fingerprint":"UQ_demo","deviceInfo":{"os":"Linux","browser":"Demo","location":"fr-DZ"}}"#;

/// A customer who is signed in.
#[derive(Debug)]
pub(crate) struct Customer {
    front: Front,
    tokens: Tokens,
    refreshed: usize,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Tokens {
    access_token: String,
    refresh_token: String,
}

/// A payment session, as the front is shown it.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Session {
    pub(crate) id: i64,
    /// `waiting`, `completed`, `canceled` or `expired`.
    pub(crate) status: String,
    pub(crate) payment_url: Option<String>,
}

/// What the customer reads of an order.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReadOrder {
    /// As a decimal number.
    pub(crate) total_sum: String,
    pub(crate) status_identifier: String,
    pub(crate) is_completed: Option<bool>,
}

#[derive(Deserialize)]
struct Numbered {
    id: i64,
}

impl Front {
    /// A new customer signs up by that address, and signs in.
    pub(crate) async fn sign_up(&self, email: &str) -> anyhow::Result<Customer> {
        let auth_data = json!([
            { "marker": "email", "value": email },
            { "marker": "password", "value": "sous le grand figuier" },
        ]);
        let form_data = json!([
            { "marker": "surname", "type": "string", "value": "Amel" },
            { "marker": "name", "type": "string", "value": "Benali" },
        ]);
        let body = json!({
            "formIdentifier": SIGN_UP_FORM,
            "authData": auth_data,
            "formData": { LANGUAGE: form_data },
            "notificationData": { "email": email, "phonePush": [] },
            "langCode": LANGUAGE,
        });
        let sign_up = format!("{PROVIDER}/sign-up");
        let _: Value = self.call(Method::POST, &sign_up, Some(body), None).await?.read()?;
        let body = json!({ "authData": auth_data });
        let answer = self.call(Method::POST, &format!("{PROVIDER}/auth"), Some(body), None).await?;
        Ok(Customer { front: self.clone(), tokens: answer.read()?, refreshed: 0 })
    }

    async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
        access_token: Option<&str>,
    ) -> anyhow::Result<Answer> {
        let what = format!("{method} {path}");
        let mut request = self
            .client
            .request(method.clone(), format!("{}/api/content{path}", self.server_url))
            .header("x-app-token", &self.app_token)
            .header(header::CONTENT_TYPE, "application/json");
        if method == Method::POST {
            request = request.header("x-device-metadata", DEVICE);
        }
        if let Some(token) = access_token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        if let Some(body) = body {
            request = request.body(body.to_string());
        }
        let answer = request.send().await.with_context(|| what.clone())?;
        let status = answer.status();
        let body = answer.text().await.with_context(|| what.clone())?;
        Ok(Answer { what, status, body })
    }
}

struct Answer {
    what: String,
    status: StatusCode,
    body: String,
}

impl Answer {
    fn read<T: serde::de::DeserializeOwned>(&self) -> anyhow::Result<T> {
        let Answer { what, status, body } = self;
        ensure!(status.is_success(), "{what} was answered {status}: {body}");
        serde_json::from_str(body).with_context(|| format!("{what} was answered something unknown: {body}"))
    }
}

impl Customer {
    /// Orders one of each of these products, to be paid in that way; the order's number.
    pub(crate) async fn order(&mut self, products: &[i64], account: &str) -> anyhow::Result<i64> {
        let of_one = |id: &i64| json!({ "productId": id, "quantity": 1 });
        let body = json!({
            "formIdentifier": ORDER_FORM,
            "paymentAccountIdentifier": account,
            "formData": { LANGUAGE: [
                { "marker": "name", "type": "string", "value": "Amel Benali" },
                { "marker": "phone", "type": "string", "value": "+213550000001" },
                { "marker": "address", "type": "string", "value": "12 rue des Frères Bouadou" },
                { "marker": "city", "type": "string", "value": "Alger" },
            ] },
            "products": products.iter().map(of_one).collect::<Vec<_>>(),
        });
        let made: Numbered = self.post(&format!("/orders-storage/marker/{STORAGE}/orders"), body).await?;
        Ok(made.id)
    }

    /// Opens a payment session for an order; the one that waits, when there is one.
    pub(crate) async fn open_session(&mut self, order: i64) -> anyhow::Result<Session> {
        let body = json!({ "orderId": order, "type": "session", "automaticTaxEnabled": false });
        self.post("/payments/sessions", body).await
    }

    /// How a session stands.
    pub(crate) async fn session(&mut self, id: i64) -> anyhow::Result<Session> {
        self.get(&format!("/payments/sessions/{id}")).await
    }

    /// How an order stands.
    pub(crate) async fn read(&mut self, order: i64) -> anyhow::Result<ReadOrder> {
        self.get(&format!("/orders-storage/marker/{STORAGE}/orders/{order}?langCode={LANGUAGE}")).await
    }

    /// How often the tokens had to be renewed.
    pub(crate) fn refreshed(&self) -> usize {
        self.refreshed
    }

    async fn get<T: serde::de::DeserializeOwned>(&mut self, path: &str) -> anyhow::Result<T> {
        self.call(Method::GET, path, None).await
    }

    async fn post<T: serde::de::DeserializeOwned>(&mut self, path: &str, body: Value) -> anyhow::Result<T> {
        self.call(Method::POST, path, Some(body)).await
    }

    /// One call; when the access token has expired, one more with a fresh one.
    async fn call<T: serde::de::DeserializeOwned>(
        &mut self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> anyhow::Result<T> {
        let token = Some(self.tokens.access_token.as_str());
        let answer = self.front.call(method.clone(), path, body.clone(), token).await?;
        if answer.status != StatusCode::UNAUTHORIZED {
            return answer.read();
        }
        let refresh = json!({ "refreshToken": self.tokens.refresh_token });
        let renewed =
            self.front.call(Method::POST, &format!("{PROVIDER}/refresh"), Some(refresh), None).await?;
        self.tokens = renewed.read()?;
        self.refreshed += 1;
        let token = Some(self.tokens.access_token.as_str());
        self.front.call(method, path, body, token).await?.read()
    }
}
