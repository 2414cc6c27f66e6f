//! No password, token or code is written anywhere: not into the database or its journal, and not into
//! the log at its most talkative. Only where play money is used without an outbox the log shows the
//! code, because that is where it is looked for.

use serde_json::{Value, json};

use crate::customers::front::{Front, Tokens, auth_data, code_in, project, registration};
use crate::support::call::text;
use crate::support::database::everything_kept;
use crate::support::inbox::Inbox;
use crate::support::program::{ServerProcess, succeed};
use crate::support::scratch::scratch;
use crate::support::shop_file::{NOWHERE, ShopFile, alger};

const AMEL: &str = "amel@example.com";
const PASSWORDS: [&str; 3] = ["canary-password-one", "canary-password-two", "canary-password-guess"];

/// How a server logs that is at its most talkative.
const TALKATIVE: &str = "debug,guichet=trace,guichet_core=trace,guichet_gateways=trace";

/// The real binary with the shop `alger`, logging like that, and its front in that environment.
pub(crate) fn serve(name: &str, messages: Value, environment: &str, log: &str) -> (ServerProcess, Front) {
    let directory = scratch(name);
    let alger = alger(NOWHERE).messages(messages).project(project());
    ShopFile::from(alger).write_to(&directory);
    succeed(&directory, &["apply", "shop.toml", "--allow-network", "127.0.0.0/8"]);
    let key =
        ["key", "create", "--merchant", "alger", "--environment", environment, "--publishable", "--json"];
    let key: Value = serde_json::from_str(&succeed(&directory, &key)).expect("JSON");
    let server = ServerProcess::start(&directory, |command| {
        command.env("RUST_LOG", log).args(["--trusted-proxy", "127.0.0.1"]);
    });
    let front = Front::new(&server.base_url, &text(&key, "/secret"));
    (server, front)
}

#[tokio::test(flavor = "multi_thread")]
async fn no_password_token_or_code_is_written_anywhere() {
    let outbox = Inbox::open().await;
    let (server, front) = serve("customers-secrets", json!({ "outbox": outbox.url }), "test", TALKATIVE);
    let mut secrets: Vec<String> = PASSWORDS.map(str::to_owned).into();

    front.at("email", "sign-up", &registration(AMEL, PASSWORDS[0])).await.expect(201);
    let code = code_in(&text(&outbox.wait_for(1).await[0].json(), "/text"));
    let activation = json!({ "userIdentifier": AMEL, "code": code });
    front.at("email", "activate", &activation).await.expect(200);
    secrets.push(code);
    front.auth("email", AMEL, PASSWORDS[2]).await.expect(401);
    front.at("email", "auth", &json!({ "authData": PASSWORDS[2] })).await.expect(400);
    front.at("email", "sign-up", &json!({ "formIdentifier": [PASSWORDS[2]] })).await.expect(400);
    let one = front.on("phone").signed_in("email", AMEL, PASSWORDS[0]).await;
    let two = Tokens::of(&front.refresh(&one.refresh).await.expect(200).json());
    let me = front.bearing(&two.access);
    let change = json!({ "authData": auth_data(AMEL, PASSWORDS[1]) });
    me.call("PUT", "/users/me", Some(&change)).await.expect(200);
    front.bearing(&format!("{}x", two.access)).get("/users/me").await.expect(401);
    front.refresh(&format!("{}x", two.refresh)).await.expect(401);
    secrets.extend([one.access, one.refresh, two.access, two.refresh]);
    let said = me.get("/users/me").await.expect(200).text();

    let directory = server.directory.clone();
    server.terminate();
    let (_, log) = server.ended();
    assert!(log.contains("serving") && log.contains("DEBUG"), "it was talkative");
    let mut places = vec![("the log".to_owned(), log), ("the answer".to_owned(), said)];
    for file in std::fs::read_dir(&directory).expect("the directory") {
        let path = file.expect("a file").path();
        let bytes = std::fs::read(&path).expect("its bytes");
        places.push((path.display().to_string(), String::from_utf8_lossy(&bytes).into_owned()));
    }
    places.extend(everything_kept(&directory));
    assert!(places.iter().any(|(_, text)| text.contains("$argon2id$v=19$")), "the hash is there");
    for (place, text) in &places {
        for secret in &secrets {
            // The digits of a code alone may well stand in a time or a number.
            let found = if secret.len() > 6 { text.contains(secret) } else { has_word(text, secret) };
            assert!(!found, "{secret} stands in {place}");
        }
    }
}

/// Whether a text has those digits, and not as a part of more.
fn has_word(text: &str, digits: &str) -> bool {
    text.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == digits)
}

#[tokio::test(flavor = "multi_thread")]
async fn with_play_money_and_no_outbox_the_code_stands_in_the_log() {
    let (server, front) = serve("customers-sandbox-mode", json!({}), "test", TALKATIVE);
    front.sign_up("email", AMEL).await.expect(201);
    let line = server.logged("the code is logged", |line| line.contains("a code for")).await;
    let (before, after) = line.split_once("a code for a…@example.com: ").expect("the masked address");
    let (code, rest) = after.split_once(' ').expect("a code");
    assert!(before.contains("INFO") && rest.starts_with("(test environment)"), "{line}");
    let activation = json!({ "userIdentifier": AMEL, "code": code });
    front.at("email", "activate", &activation).await.expect(200);
    assert!(!server.log().contains(AMEL), "the address is nowhere in full");
}

#[tokio::test(flavor = "multi_thread")]
async fn with_real_money_a_code_that_cannot_leave_is_not_shown() {
    let (server, front) = serve("customers-no-mail", json!({}), "live", TALKATIVE);
    front.sign_up("email", AMEL).await.expect(201);
    let line = server.logged("the server says so", |line| line.contains("cannot leave")).await;
    assert!(line.contains("a…@example.com") && line.contains("WARN"), "{line}");
    assert!(!server.log().contains("a code for"));
}
