//! Hostile requests against a real server over real sockets: each has its refusal, by status, code
//! and field, as problem+json; none is a server error; and after each nothing in the database is
//! different. One table for each part of a request.

mod bodies;
mod heads;
mod orders;
mod pages;
mod sockets;
mod tenants;

use crate::support::call::{Answer, Caller};
use crate::support::test_server::TestServer;
use guichet_core::Environment;

/// A request and how it is refused; an empty field means that none is named, `*` any.
struct Row {
    what: String,
    method: &'static str,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
    expected: Refused,
}

/// Status, code and field of a refusal.
#[derive(Clone, Copy)]
struct Refused(u16, &'static str, &'static str);

impl Row {
    fn get(path: impl Into<String>, expected: Refused) -> Row {
        let path = path.into();
        let what = format!("GET {}", path.chars().take(80).collect::<String>());
        Row { what, method: "GET", path, headers: Vec::new(), body: Vec::new(), expected }
    }

    fn post(what: impl Into<String>, path: impl Into<String>, body: Vec<u8>, expected: Refused) -> Row {
        let (what, path) = (what.into(), path.into());
        Row { what, method: "POST", path, headers: Vec::new(), body, expected }
    }

    fn header(mut self, name: &'static str, value: impl Into<String>) -> Row {
        self.headers.push((name, value.into()));
        self
    }
}

/// Sends every row; each must be refused as it says and leave everything as it was.
async fn check(server: &TestServer, caller: &Caller, rows: Vec<Row>) {
    let before = server.census();
    for row in rows {
        let headers: Vec<_> = row.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = caller.send(row.method, &row.path, &headers, row.body).await;
        refused(&row.what, row.method, &answer, row.expected);
        assert_eq!(server.census(), before, "{}: something was written", row.what);
    }
}

/// An answer is that refusal, with everything a client may rely on.
fn refused(what: &str, method: &str, answer: &Answer, Refused(status, code, field): Refused) {
    assert_eq!(answer.status, status, "{what}: {}", answer.text());
    assert!(answer.header("request-id").starts_with("req_"), "{what}: {:?}", answer.headers);
    assert_eq!(answer.header("content-type"), "application/problem+json", "{what}: {}", answer.text());
    if status == 401 {
        assert_eq!(answer.header("www-authenticate"), "Bearer", "{what}");
    }
    if method == "HEAD" {
        return;
    }
    let problem = answer.json();
    assert_eq!(problem["code"], code, "{what}: {problem}");
    assert_eq!(problem["status"], status, "{what}: {problem}");
    assert_eq!(problem["type"], format!("urn:guichet:problem:{code}"), "{what}");
    if field != "*" {
        assert_eq!(problem["field"].as_str().unwrap_or_default(), field, "{what}: {problem}");
    }
    for name in ["title", "detail"] {
        assert!(problem[name].as_str().is_some_and(|text| !text.is_empty()), "{what}: {problem}");
    }
    let detail = problem["detail"].as_str().unwrap_or_default();
    assert!(detail.chars().count() < 600, "{what}: it repeats what was sent: {detail}");
}

/// A server with a shop in it.
async fn shop(name: &str) -> (TestServer, Caller) {
    let server = TestServer::start(name).await;
    let shop = server.caller("alger", Environment::Test).await;
    (server, shop)
}
