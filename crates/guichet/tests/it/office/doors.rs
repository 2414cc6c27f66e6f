//! Who comes in, and how: links, passwords, codes and sessions, and what keeps everybody else out.

use std::time::Duration;

use guichet_server::operators::{disable, reset};
use guichet_server::store::Role;

use super::operator::{Browser, Operator, PASSWORD, code, invited};
use crate::support::test_server::TestServer;

async fn sign_in(server: &TestServer, login: &str, password: &str, code: &str) -> (Browser, u16, String) {
    let mut browser = Browser::new(server);
    let fields = [("login", login), ("password", password), ("code", code), ("next", "")];
    let answer = browser.post("/office/sign-in", &fields).await;
    if answer.status == 303 {
        browser.keep(&answer);
    }
    (browser, answer.status, answer.text())
}

/// The next one-time code of somebody whose present one was used.
async fn next_code(server: &TestServer, operator: &Operator) -> String {
    server.pass(Duration::from_secs(30)).await;
    code(server, &operator.secret)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_leads_in_once() {
    let server = TestServer::start("office-invitation").await;
    let link = invited(&server, "Nadia", Role::Owner, None, true).await;
    let nadia = Operator::by(&server, "nadia", &link).await;
    let page = nadia.get("/office/today").await.expect(200);
    for (name, value) in [
        ("x-frame-options", "DENY"),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
    ] {
        assert_eq!(page.header(name), value);
    }
    let policy = page.header("content-security-policy");
    for part in ["default-src 'none'", "frame-ancestors 'none'", "form-action 'self'", "script-src 'self'"] {
        assert!(policy.contains(part) && !policy.contains("unsafe"), "{policy}");
    }
    Browser::new(&server).get(&link).await.expect(404);
    let fields = [("name", "x"), ("password", PASSWORD), ("again", PASSWORD), ("code", "000000")];
    Browser::new(&server).post(&link, &fields).await.expect(404);

    let late = invited(&server, "late", Role::Clerk, Some("alger"), true).await;
    server.pass(Duration::from_secs(48 * 3600)).await;
    Browser::new(&server).get(&late).await.expect(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_chosen_wrong_is_said_and_the_link_still_serves() {
    let server = TestServer::start("office-choice").await;
    let link = invited(&server, "samir", Role::Clerk, Some("alger"), true).await;
    for (password, again, code, said) in [
        ("short", "short", "123456", "at least 10 characters"),
        (PASSWORD, "another one", "123456", "not the same"),
        (PASSWORD, PASSWORD, "000000", "not the code of now"),
    ] {
        let fields = [("name", "<b>Samir"), ("password", password), ("again", again), ("code", code)];
        let page = Browser::new(&server).post(&link, &fields).await.expect(422).text();
        assert!(page.contains(said), "{said}: {page}");
        assert!(
            !page.contains("<b>Samir") && !page.contains(PASSWORD),
            "escaped, and no password comes back"
        );
    }
    Operator::by(&server, "samir", &link).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_tells_who_there_is_and_what_was_wrong() {
    let server = TestServer::start("office-enumeration").await;
    let nadia = Operator::come(&server, Role::Owner, None).await;
    let right = next_code(&server, &nadia).await;
    let wrong_code = sign_in(&server, &nadia.login, PASSWORD, "000000").await;
    let wrong_password = sign_in(&server, &nadia.login, "not the password", &right).await;
    let (_, status, nobody) = sign_in(&server, "nobody", PASSWORD, &right).await;
    assert_eq!((wrong_code.1, wrong_password.1, status), (422, 422, 422));
    let without_login = |page: &str| page.replace(&nadia.login, "").replace("nobody", "");
    assert_eq!(without_login(&wrong_code.2), without_login(&nobody));
    assert_eq!(without_login(&wrong_password.2), without_login(&nobody));
    assert_eq!(sign_in(&server, &nadia.login.to_uppercase(), PASSWORD, &right).await.1, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_serves_once() {
    let server = TestServer::start("office-codes").await;
    let nadia = Operator::come(&server, Role::Owner, None).await;
    assert_eq!(
        sign_in(&server, &nadia.login, PASSWORD, &nadia.first_code).await.1,
        422,
        "it was used to come in first"
    );
    let next = next_code(&server, &nadia).await;
    assert_eq!(sign_in(&server, &nadia.login, PASSWORD, &next).await.1, 303);
    assert_eq!(sign_in(&server, &nadia.login, PASSWORD, &next).await.1, 422);
    assert_eq!(nadia.recovery.len(), 8);
    let spare = nadia.recovery[0].to_uppercase().replace('-', " ");
    assert_eq!(sign_in(&server, &nadia.login, PASSWORD, &spare).await.1, 303);
    assert_eq!(sign_in(&server, &nadia.login, PASSWORD, &spare).await.1, 422);
    assert_eq!(sign_in(&server, &nadia.login, "wrong password", &nadia.recovery[1]).await.1, 422);
    assert_eq!(
        sign_in(&server, &nadia.login, PASSWORD, &nadia.recovery[1]).await.1,
        303,
        "it was not used up"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_ends_and_keeps_nobody_out_for_long() {
    let server = TestServer::start("office-guessing").await;
    let nadia = Operator::come(&server, Role::Owner, None).await;
    let mut statuses = Vec::new();
    for _ in 0..40 {
        statuses.push(sign_in(&server, &nadia.login, "a guess at it", "000000").await.1);
        if statuses.last() == Some(&429) {
            break;
        }
    }
    assert_eq!(statuses.last(), Some(&429), "{statuses:?}");
    server.pass(Duration::from_secs(90)).await;
    let code = code(&server, &nadia.secret);
    assert_eq!(sign_in(&server, &nadia.login, PASSWORD, &code).await.1, 303);
    // Whoever is signed in already is not kept out by it.
    nadia.get("/office/today").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_new_with_every_sign_in_and_ends() {
    let server = TestServer::start("office-sessions").await;
    let nadia = Operator::come(&server, Role::Owner, None).await;
    let planted = Browser { cookie: "gos_planted".to_owned(), ..nadia.browser.clone() };
    planted.get("/office/today").await.expect(303);
    let code = next_code(&server, &nadia).await;
    let fields = [("login", nadia.login.as_str()), ("password", PASSWORD), ("code", &code), ("next", "")];
    let answer = planted.post("/office/sign-in", &fields).await.expect(303);
    let set = answer.header("set-cookie");
    assert!(set.starts_with("guichet_office=gos_") && !set.contains("planted"), "{set}");
    for part in ["HttpOnly", "SameSite=Lax", "Path=/office"] {
        assert!(set.contains(part), "{set}");
    }
    planted.get("/office/today").await.expect(303);

    nadia.act("/office/sign-out", &[]).await.expect(303);
    nadia.get("/office/today").await.expect(303);
    let (idle, ..) = sign_in(&server, &nadia.login, PASSWORD, &nadia.recovery[0]).await;
    idle.get("/office/today").await.expect(200);
    server.pass(Duration::from_secs(12 * 3600)).await;
    idle.get("/office/today").await.expect(303);
    let (mut used, ..) = sign_in(&server, &nadia.login, PASSWORD, &nadia.recovery[1]).await;
    for _ in 0..28 {
        server.pass(Duration::from_secs(12 * 3600 - 60)).await;
        used.get("/office/today").await.expect(200);
    }
    server.pass(Duration::from_secs(3600)).await;
    used.get("/office/today").await.expect(303);
    used.cookie.clear();
    let answer = used.get("/office/orders?status=paid").await.expect(303);
    assert_eq!(answer.header("location"), "/office/sign-in?next=%2Forders%3Fstatus%3Dpaid");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_left_open_does_not_keep_its_session() {
    let server = TestServer::start("office-left-open").await;
    let nadia = Operator::come(&server, Role::Owner, None).await;
    let anew = [("office-fetched-anew", "1")];
    for _ in 0..3 {
        server.pass(Duration::from_secs(3 * 3600)).await;
        nadia.browser.send("GET", "/office/today", &anew, &[]).await.expect(200);
        let listens = [("accept", "text/event-stream")];
        nadia.browser.send("HEAD", "/office/live", &listens, &[]).await.expect(200);
    }
    server.pass(Duration::from_secs(3 * 3600)).await;
    nadia.browser.send("GET", "/office/today", &anew, &[]).await.expect(303);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_disabled_or_reset_is_out_at_once() {
    let server = TestServer::start("office-disabled").await;
    let app = server.node().app();
    let (nadia, samir) =
        (Operator::come(&server, Role::Owner, None).await, Operator::come(&server, Role::Clerk, None).await);
    let row = app.store().operator_called(&samir.login).await.expect("read").expect("there");
    disable(app, &row, true, "root", "").await.expect("disabled");
    samir.get("/office/orders").await.expect(303);
    assert_eq!(sign_in(&server, &samir.login, PASSWORD, &samir.recovery[0]).await.1, 422);
    disable(app, &row, false, "root", "").await.expect("enabled");
    assert_eq!(sign_in(&server, &samir.login, PASSWORD, &samir.recovery[1]).await.1, 303);

    let row = app.store().operator_called(&nadia.login).await.expect("read").expect("there");
    let link = reset(app, &row, "root", "").await.expect("reset").link;
    nadia.get("/office/today").await.expect(303);
    let old = next_code(&server, &nadia).await;
    assert_eq!(sign_in(&server, &nadia.login, PASSWORD, &old).await.1, 422);
    let link = link.strip_prefix(&server.base_url).expect("a link of this server");
    let again = Operator::by(&server, &nadia.login, link).await;
    assert_ne!(again.secret, nadia.secret, "another secret of one-time codes");
    again.get("/office/today").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_elses_page_posts_a_form() {
    let server = TestServer::start("office-forgery").await;
    let nadia = Operator::come(&server, Role::Owner, None).await;
    let samir = Operator::come(&server, Role::Owner, None).await;
    let (token, theirs) = (nadia.form_token().await, samir.form_token().await);
    let scope = |token: &str| {
        vec![
            ("form_token".to_owned(), token.to_owned()),
            ("shop".to_owned(), String::new()),
            ("environment".to_owned(), "test".to_owned()),
            ("next".to_owned(), "/today".to_owned()),
        ]
    };
    let post = async |headers: &[(&str, &str)], token: &str| {
        let fields = scope(token);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        nadia.browser.send("POST", "/office/scope", headers, &fields).await.status
    };
    let own = server.base_url.clone();
    for (headers, token, status) in [
        (vec![], token.as_str(), 303),
        (vec![("sec-fetch-site", "same-origin")], &token, 303),
        (vec![("origin", own.as_str())], &token, 303),
        (vec![], "", 403),
        (vec![], theirs.as_str(), 403),
        (vec![("sec-fetch-site", "cross-site")], &token, 403),
        (vec![("sec-fetch-site", "same-site")], &token, 403),
        (vec![("sec-fetch-site", "none")], &token, 403),
        (vec![("origin", "https://evil.example")], &token, 403),
        (vec![("origin", "null")], &token, 403),
    ] {
        assert_eq!(post(&headers, token).await, status, "{headers:?}");
    }
    // A form to sign in is not taken from elsewhere either, so that nobody works in another's account.
    let fields = [("login", "x"), ("password", "x"), ("code", "x"), ("next", "")];
    let evil = [("sec-fetch-site", "cross-site")];
    Browser::new(&server).send("POST", "/office/sign-in", &evil, &fields).await.expect(403);
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_leads_nowhere_else() {
    let server = TestServer::start("office-redirects").await;
    let nadia = Operator::come(&server, Role::Owner, None).await;
    for (index, (next, leads)) in [
        ("/orders?status=paid", "/office/orders?status=paid"),
        ("//evil.example", "/office/today"),
        ("https://evil.example", "/office/today"),
        ("/\\evil.example", "/office/today"),
        ("\\\\evil.example", "/office/today"),
        ("/sign-in", "/office/today"),
        ("", "/office/today"),
    ]
    .into_iter()
    .enumerate()
    {
        let code = &nadia.recovery[index];
        let fields =
            [("login", nadia.login.as_str()), ("password", PASSWORD), ("code", code), ("next", next)];
        let answer = Browser::new(&server).post("/office/sign-in", &fields).await.expect(303);
        assert_eq!(answer.header("location"), leads, "{next}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_moves_money_asks_for_the_password_again_and_loses_nothing() {
    let server = TestServer::start("office-proof").await;
    let caller = server.caller("alger", guichet_core::Environment::Test).await;
    let order =
        serde_json::json!({ "reference": "R-1", "amount": 250_000, "currency": "DZD", "gateway": "cash" });
    let made = caller.order(&order).await;
    let id = crate::support::call::text(&made, "/id");
    let clerk = Operator::come(&server, Role::Clerk, Some("alger")).await;
    clerk.look_at_test().await;
    server.pass(Duration::from_secs(601)).await;
    let path = format!("/office/orders/{id}/cash");
    let page = clerk.act(&path, &[("next", "/cash\"><b>")]).await.expect(200).text();
    assert!(page.contains("Is it you?") && page.contains("/cash&#34;&#62;&#60;b&#62;"), "{page}");
    assert_eq!(caller.get(&format!("/v1/orders/{id}")).await.json()["status"], "pending");
    let wrong = clerk.act(&path, &[("password", "not the password")]).await.expect(200).text();
    assert!(wrong.contains("not your password"), "{wrong}");
    assert_eq!(caller.get(&format!("/v1/orders/{id}")).await.json()["status"], "pending");
    clerk.act(&path, &[("password", PASSWORD)]).await.expect(303);
    assert_eq!(caller.get(&format!("/v1/orders/{id}")).await.json()["status"], "paid");
}
