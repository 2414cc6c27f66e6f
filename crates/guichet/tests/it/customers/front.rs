//! A shop front: a server whose two shops have a project, and what a front's calls look like.

use guichet_core::Environment;
use serde_json::{Value, json};

use crate::front::documented;
use crate::support::call::{Answer, Caller, text};
use crate::support::patience::Patience;
use crate::support::shop_file::two_shops;
use crate::support::test_server::TestServer;

/// What everybody here has chosen.
pub(crate) const PASSWORD: &str = "123456";

/// The project of both shops; `email` asks new customers for a code, `open` does not.
pub(crate) fn project() -> Value {
    json!({
        "currency": "DZD",
        "locales": [{ "code": "en_US", "name": "English" }, { "code": "fr_FR", "name": "French" }],
        "forms": [
            {
                "identifier": "reg",
                "type": "sign_in_up",
                "fields": [
                    { "marker": "email_reg", "role": "identifier", "required": true },
                    { "marker": "password_reg", "role": "password", "required": true },
                    { "marker": "last_name", "role": "family_name", "required": true, "max_length": 20 },
                ],
            },
        ],
        "providers": [
            {
                "identifier": "email",
                "title": { "en_US": "By e-mail", "fr_FR": "Par courriel" },
                "form": "reg",
            },
            { "identifier": "open", "form": "reg", "activation": false },
            {
                "identifier": "strict",
                "form": "reg",
                "activation": false,
                "require_device_metadata": true,
            },
        ],
    })
}

/// A server with the fronts of its two shops.
pub(crate) struct Shops {
    pub(crate) server: TestServer,
    pub(crate) alger: Front,
    pub(crate) oran: Front,
}

impl Shops {
    /// Messages about play orders go to the sandbox's outbox.
    pub(crate) async fn open(name: &str) -> Shops {
        let server = TestServer::start(name).await;
        let outbox = format!("{}/sandbox/outbox", server.sandbox_url);
        Shops::open_on(server, json!({ "outbox": outbox })).await
    }

    /// The same on that server, with these messages.
    pub(crate) async fn open_on(server: TestServer, messages: Value) -> Shops {
        let shops = two_shops(&server.sandbox_url);
        server.declare(shops.map(|shop| shop.messages(messages.clone()).project(project()))).await;
        let alger = Front::of(&server, "alger", Environment::Test).await;
        let oran = Front::of(&server, "oran", Environment::Test).await;
        Shops { server, alger, oran }
    }
}

/// A front of one shop, as somebody's browser has it.
#[derive(Clone)]
pub(crate) struct Front {
    caller: Caller,
    headers: Vec<(&'static str, String)>,
}

impl Front {
    pub(crate) async fn of(server: &TestServer, merchant: &str, environment: Environment) -> Front {
        let token = server.node().create_publishable_key(merchant, environment).await.expect("a key");
        Front::new(&server.base_url, &token)
    }

    /// A front with that key.
    pub(crate) fn new(base_url: &str, app_token: &str) -> Front {
        Front { caller: Caller::new(base_url, None), headers: vec![("x-app-token", app_token.to_owned())] }
    }

    fn with(&self, name: &'static str, value: &str) -> Front {
        let mut headers: Vec<_> = self.headers.iter().filter(|(known, _)| *known != name).cloned().collect();
        headers.push((name, value.to_owned()));
        Front { caller: self.caller.clone(), headers }
    }

    /// The same front, called from that address.
    pub(crate) fn from(&self, address: &str) -> Front {
        self.with("x-forwarded-for", address)
    }

    /// The same front on that device.
    pub(crate) fn on(&self, fingerprint: &str) -> Front {
        let device = json!({
            "fingerprint": fingerprint,
            "deviceInfo": { "os": "Linux", "browser": fingerprint, "location": "fr-DZ" },
        });
        self.metadata(&device.to_string())
    }

    /// The same front with that header.
    pub(crate) fn metadata(&self, header: &str) -> Front {
        self.with("x-device-metadata", header)
    }

    /// The same front with that access token.
    pub(crate) fn bearing(&self, access_token: &str) -> Front {
        self.with("authorization", &format!("Bearer {access_token}"))
    }

    pub(crate) async fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let headers: Vec<_> = self.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let body = body.map(|body| body.to_string().into_bytes()).unwrap_or_default();
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

    /// A call of one of the provider's methods for users, such as `auth`.
    pub(crate) async fn at(&self, provider: &str, method: &str, body: &Value) -> Answer {
        self.post(&format!("/users-auth-providers/marker/{provider}/users/{method}"), body).await
    }

    pub(crate) async fn sign_up(&self, provider: &str, identifier: &str) -> Answer {
        self.at(provider, "sign-up", &registration(identifier, PASSWORD)).await
    }

    pub(crate) async fn auth(&self, provider: &str, identifier: &str, password: &str) -> Answer {
        self.at(provider, "auth", &json!({ "authData": auth_data(identifier, password) })).await
    }

    pub(crate) async fn refresh(&self, token: &str) -> Answer {
        self.at("email", "refresh", &json!({ "refreshToken": token })).await
    }

    /// Makes a customer who needs no code, and signs them in.
    pub(crate) async fn customer(&self, identifier: &str) -> Tokens {
        self.sign_up("open", identifier).await.expect(201);
        self.signed_in("open", identifier, PASSWORD).await
    }

    pub(crate) async fn signed_in(&self, provider: &str, identifier: &str, password: &str) -> Tokens {
        Tokens::of(&self.auth(provider, identifier, password).await.expect(200).json())
    }

    /// Whether that access token opens anything.
    pub(crate) async fn lets_in(&self, access_token: &str) -> bool {
        let answer = self.bearing(access_token).get("/users/me").await;
        match answer.status {
            200 => true,
            401 => {
                assert_eq!(answer.json()["message"], "Unauthorized");
                false
            }
            other => panic!("{other}: {}", answer.text()),
        }
    }
}

/// The tokens of somebody who is signed in.
#[derive(Debug, Clone)]
pub(crate) struct Tokens {
    pub(crate) access: String,
    pub(crate) refresh: String,
}

impl Tokens {
    pub(crate) fn of(entity: &Value) -> Tokens {
        Tokens { access: text(entity, "/accessToken"), refresh: text(entity, "/refreshToken") }
    }
}

pub(crate) fn auth_data(identifier: &str, password: &str) -> Value {
    json!([
        { "marker": "email_reg", "value": identifier },
        { "marker": "password_reg", "value": password },
    ])
}

/// A sign-up as the SDK sends it.
pub(crate) fn registration(identifier: &str, password: &str) -> Value {
    json!({
        "formIdentifier": "reg",
        "langCode": "en_US",
        "authData": auth_data(identifier, password),
        "formData": { "en_US": [{ "marker": "last_name", "type": "string", "value": "Kaci" }] },
        "notificationData": { "email": identifier, "phonePush": [] },
    })
}

/// An error without what differs from call to call.
#[track_caller]
pub(crate) fn error_of(answer: &Answer) -> Value {
    let mut body = answer.json();
    let said = body.as_object_mut().expect("an object");
    assert!(said.remove("timestamp").is_some_and(|at| at.is_string()), "{}", answer.text());
    assert_eq!(said["statusCode"], answer.status);
    body
}

impl Shops {
    /// The newest message to that address, once so many have come in all.
    pub(crate) async fn mail(&self, to: &str, count: usize) -> String {
        let mut patience = Patience::that("the messages came");
        loop {
            let mut theirs = self.server.sandbox.messages();
            theirs.retain(|message| message.to == to);
            assert!(theirs.len() <= count, "{} messages to {to}", theirs.len());
            if theirs.len() == count {
                return theirs.swap_remove(0).text;
            }
            patience.again().await;
        }
    }

    /// The code in the newest message to that address, once so many have come in all.
    pub(crate) async fn code(&self, to: &str, count: usize) -> String {
        code_in(&self.mail(to, count).await)
    }

    /// A customer who proved the address.
    pub(crate) async fn proven(&self, identifier: &str) -> Tokens {
        self.alger.sign_up("email", identifier).await.expect(201);
        let code = self.code(identifier, 1).await;
        let activation = json!({ "userIdentifier": identifier, "code": code });
        assert_eq!(self.alger.at("email", "activate", &activation).await.expect(200).json(), true);
        self.alger.signed_in("email", identifier, PASSWORD).await
    }
}

/// The line of a message that is all digits.
#[track_caller]
pub(crate) fn code_in(text: &str) -> String {
    let digits = |line: &&str| !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit());
    text.lines().map(str::trim).find(digits).unwrap_or_else(|| panic!("no code in {text}")).to_owned()
}

/// A code that is not that one.
pub(crate) fn another(code: &str) -> String {
    code.chars().map(|digit| if digit == '0' { '1' } else { '0' }).collect()
}
