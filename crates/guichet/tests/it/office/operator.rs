//! An operator as a browser has one: invited, signed in, with a cookie and the token that forms hold.

use std::sync::atomic::{AtomicUsize, Ordering};

use guichet_core::MerchantId;
use guichet_server::operators::{NewOperator, invite};
use guichet_server::store::Role;
use totp_rs::{Algorithm, Builder, Secret};
use url::form_urlencoded;

use crate::support::call::{Answer, Caller};
use crate::support::test_server::TestServer;

/// The password that everybody here has.
pub(super) const PASSWORD: &str = "une phrase de passe";

/// A browser, which may have a cookie.
#[derive(Clone)]
pub(super) struct Browser {
    pub(super) caller: Caller,
    pub(super) cookie: String,
}

impl Browser {
    pub(super) fn new(server: &TestServer) -> Browser {
        Browser { caller: Caller::new(&server.base_url, None), cookie: String::new() }
    }

    /// Any request of a page of the office's own.
    pub(super) async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        fields: &[(&str, &str)],
    ) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let mut all = vec![("content-type", "application/x-www-form-urlencoded"), ("accept-language", "en")];
        let cookie = format!("other=1; guichet_office={}", self.cookie);
        if !self.cookie.is_empty() {
            all.push(("cookie", &cookie));
        }
        all.extend(headers);
        self.caller.send(method, path, &all, body.into_bytes()).await
    }

    pub(super) async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], &[]).await
    }

    pub(super) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.send("POST", path, &[], fields).await
    }

    /// Keeps the cookie that an answer sets.
    pub(super) fn keep(&mut self, answer: &Answer) {
        let set = answer.header("set-cookie");
        let value = set.strip_prefix("guichet_office=").unwrap_or_else(|| panic!("no cookie: {set}"));
        self.cookie = value.split(';').next().expect("a value").to_owned();
    }
}

/// What stands between two texts of a page.
pub(super) fn between<'a>(page: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = page.split_once(before).unwrap_or_else(|| panic!("no {before} in {page}"));
    rest.split_once(after).expect("an end").0
}

/// An operator in a browser.
pub(super) struct Operator {
    pub(super) browser: Browser,
    pub(super) login: String,
    pub(super) secret: String,
    /// The code by which they came in.
    pub(super) first_code: String,
    /// The codes that serve in the stead of one-time codes.
    pub(super) recovery: Vec<String>,
}

/// A shop's identifier.
pub(super) fn shop(server: &TestServer, name: &str) -> MerchantId {
    let snapshot = server.node().app().registry().snapshot();
    snapshot.merchants.values().find(|row| row.name == name).expect("a shop").id
}

/// The link of somebody who is invited to be that in a shop, or in all.
pub(super) async fn invited(
    server: &TestServer,
    login: &str,
    role: Role,
    at: Option<&str>,
    live: bool,
) -> String {
    let merchant = at.map(|name| shop(server, name));
    let new = NewOperator { login, name: "", merchant, role, live };
    let invited = invite(server.node().app(), new, "root", "").await.expect("invited");
    invited.link.strip_prefix(&server.base_url).expect("a link of this server").to_owned()
}

/// The code that an application shows now.
pub(super) fn code(server: &TestServer, secret: &str) -> String {
    let secret = Secret::try_from_base32(secret.replace(' ', "")).expect("a secret");
    let codes = Builder::new().with_algorithm(Algorithm::SHA1).with_secret(secret).build_noncompliant();
    let now_s = u64::try_from(server.clock.now_ms() / 1000).expect("a time");
    codes.generate(now_s).to_string()
}

impl Operator {
    /// Somebody who was invited, chose a password and is signed in.
    pub(super) async fn come(server: &TestServer, role: Role, at: Option<&str>) -> Operator {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let login = format!("{}-{}", role.as_str(), COUNT.fetch_add(1, Ordering::Relaxed));
        let link = invited(server, &login, role, at, true).await;
        Operator::by(server, &login, &link).await
    }

    /// The same by a link.
    pub(super) async fn by(server: &TestServer, login: &str, link: &str) -> Operator {
        let mut browser = Browser::new(server);
        let page = browser.get(link).await.expect(200).text();
        let secret = between(&page, "class=\"mono\" dir=\"ltr\">", "<").to_owned();
        let code = code(server, &secret);
        let fields = [("name", "Somebody"), ("password", PASSWORD), ("again", PASSWORD), ("code", &code)];
        let answer = browser.post(link, &fields).await.expect(200);
        browser.keep(&answer);
        let page = answer.text();
        let codes = page.split("<li class=\"mono\" dir=\"ltr\">").skip(1);
        let recovery = codes.map(|rest| rest.split('<').next().expect("a code").to_owned()).collect();
        Operator { browser, login: login.to_owned(), secret, first_code: code, recovery }
    }

    /// What forms of this session hold.
    pub(super) async fn form_token(&self) -> String {
        let page = self.browser.get("/office/account").await.expect(200).text();
        between(&page, "name=\"form_token\" value=\"", "\"").to_owned()
    }

    pub(super) async fn get(&self, path: &str) -> Answer {
        self.browser.get(path).await
    }

    /// Posts a form of the office's own.
    pub(super) async fn act(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.form_token().await;
        let mut all = vec![("form_token", token.as_str())];
        all.extend(fields);
        self.browser.post(path, &all).await
    }

    /// Looks at play money from now on.
    pub(super) async fn look_at_test(&self) {
        let fields = [("shop", ""), ("environment", "test"), ("next", "/today")];
        self.act("/office/scope", &fields).await.expect(303);
    }
}
