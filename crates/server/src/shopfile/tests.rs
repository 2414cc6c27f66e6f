//! What applying one shop file after another says and does.

use std::time::Duration;

use super::{Action, Plan, ShopFile};
use crate::app::App;
use crate::clock::Clock;
use crate::node::assemble;
use crate::outbound::Reach;
use crate::sealing;
use crate::store::{
    MadeBy, Opening, Store, Switched, move_revision, put_product, put_project, switch_account,
    switch_endpoint,
};
use crate::vault::{KeyPlaces, VaultKey};

/// An application on a database of its own, which goes with the test.
struct Scene {
    app: App,
    path: std::path::PathBuf,
}

impl Scene {
    async fn open(name: &str) -> Scene {
        let path = std::env::temp_dir().join(format!("guichet-shopfile-{name}-{}.db", std::process::id()));
        let store = Store::open(path.to_str().expect("UTF-8"), Opening::MakeOrMigrate).await.expect("opened");
        let url = "https://pay.example".parse().expect("an address");
        let places = KeyPlaces::Given(VaultKey::random());
        let vault = sealing::unlock_to_seal(&store, &places).await.expect("a vault");
        let (clock, reach) = (Clock::default(), Reach::default());
        let app =
            assemble(store, Ok(vault), clock, url, reach, Duration::from_secs(1)).await.expect("assembled");
        Scene { app, path }
    }

    async fn plan(&self, text: &str) -> anyhow::Result<Plan> {
        ShopFile::parse(text)?.plan(&self.app).await
    }

    /// What applying a file says, without identifiers and what stays as it is.
    async fn apply(&self, text: &str) -> Vec<String> {
        let plan = ShopFile::parse(text).expect("a file").apply(&self.app).await.expect("applied");
        plan.lines().iter().map(|line| without_id(line)).collect()
    }

    async fn close(self) {
        self.app.store().close().await.expect("closed");
        std::fs::remove_file(self.path).expect("removed");
    }
}

fn without_id(line: &str) -> String {
    match line.rsplit_once(" (") {
        Some((before, id)) if id.ends_with(')') && id.contains('_') => before.to_owned(),
        Some(_) | None => line.to_owned(),
    }
}

const SHOP: &str = "[[merchants]]\nname = \"shop\"\n";

fn account(name: &str, rest: &str) -> String {
    format!(
        "[[merchants.accounts]]\nname = \"{name}\"\ngateway = \"ocpay\"\nenvironment = \"test\"\n\
         secret = {{ access_token = \"canary-one\" }}\n{rest}"
    )
}

fn endpoint(host: &str, rest: &str) -> String {
    format!(
        "[[merchants.webhook_endpoints]]\nurl = \"https://{host}.example/\"\nenvironment = \"test\"\n{rest}"
    )
}

fn product(id: i64, price: i64) -> String {
    format!("[[merchants.products]]\nid = {id}\ntitle = \"Lamp\"\nprice = {price}\n")
}

const PROJECT: &str = "[merchants.project]\ncurrency = \"DZD\"\n";
const MAIL: &str = "[merchants.messages]\nemail = { smtp = \"smtps://u@m.example\", from = \"a@b.example\", password = \"canary-mail\" }\n";
const MADE_SHOP: &str = "made merchant shop";
const ENDED_ACCOUNT: &str = "    it takes no new payments; those it has are looked after as before";
const SECRET_A: &str = "signing_secret = \"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\"\n";
const SECRET_B: &str = "signing_secret = \"whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD\"\n";

/// Files that are applied one after the other, each with what it says.
type Sequence = (&'static str, Vec<(String, Vec<&'static str>)>);

#[expect(clippy::too_many_lines, reason = "it is one table")]
fn sequences() -> Vec<Sequence> {
    vec![
        (
            "twice",
            vec![
                (
                    SHOP.to_owned() + &account("card", "") + &endpoint("a", ""),
                    vec![
                        MADE_SHOP,
                        "made test account card at ocpay of shop",
                        "made test webhook endpoint https://a.example/ of shop",
                    ],
                ),
                (SHOP.to_owned() + &account("card", "") + &endpoint("a", ""), vec![]),
            ],
        ),
        (
            "title",
            vec![
                (SHOP.to_owned() + "title = \"A\"\n", vec![MADE_SHOP]),
                (
                    SHOP.to_owned() + "title = \"B\"\npages = { phone = \"+213550000001\" }\n",
                    vec![
                        "changed merchant shop",
                        "    pages.phone: nothing → \"+213550000001\"",
                        "    title: \"A\" → \"B\"",
                    ],
                ),
            ],
        ),
        (
            "account",
            vec![
                (
                    SHOP.to_owned() + &account("card", ""),
                    vec![MADE_SHOP, "made test account card at ocpay of shop"],
                ),
                (
                    SHOP.to_owned() + &account("card", "checks_per_second = 3\n"),
                    vec!["changed test account card at ocpay of shop", "    checks_per_second: nothing → 3"],
                ),
                (
                    SHOP.to_owned()
                        + &account("card", "checks_per_second = 3\n").replace("canary-one", "canary-two"),
                    vec!["changed test account card at ocpay of shop", "    secret.access_token: changed"],
                ),
                (SHOP.to_owned(), vec!["ended test account card at ocpay of shop", ENDED_ACCOUNT]),
                (SHOP.to_owned(), vec![]),
                (
                    SHOP.to_owned()
                        + &account("card", "checks_per_second = 3\n").replace("canary-one", "canary-two"),
                    vec!["taken up again test account card at ocpay of shop"],
                ),
            ],
        ),
        (
            "moved",
            vec![
                (
                    SHOP.to_owned() + &endpoint("a", ""),
                    vec![MADE_SHOP, "made test webhook endpoint https://a.example/ of shop"],
                ),
                (
                    SHOP.to_owned() + &endpoint("b", ""),
                    vec![
                        "changed test webhook endpoint https://b.example/ of shop",
                        "    url: \"https://a.example/\" → \"https://b.example/\"",
                        "    what waits for it goes to the new address, signed with the same secret",
                    ],
                ),
                (
                    SHOP.to_owned() + &endpoint("c", SECRET_A),
                    vec![
                        "changed test webhook endpoint https://c.example/ of shop",
                        "    url: \"https://b.example/\" → \"https://c.example/\"",
                        "    signing_secret: changed",
                        "    what waits for it goes to the new address, signed with the new secret",
                    ],
                ),
            ],
        ),
        (
            "two of three",
            vec![
                (
                    SHOP.to_owned() + &endpoint("a", SECRET_A) + &endpoint("b", SECRET_B),
                    vec![
                        MADE_SHOP,
                        "made test webhook endpoint https://a.example/ of shop",
                        "made test webhook endpoint https://b.example/ of shop",
                    ],
                ),
                // The signing secret tells which of the two that leave has moved.
                (
                    SHOP.to_owned() + &endpoint("c", SECRET_B),
                    vec![
                        "changed test webhook endpoint https://c.example/ of shop",
                        "    url: \"https://b.example/\" → \"https://c.example/\"",
                        "    what waits for it goes to the new address, signed with the same secret",
                        "ended test webhook endpoint https://a.example/ of shop",
                        "    nothing more is sent there",
                    ],
                ),
                (
                    SHOP.to_owned() + &endpoint("c", "") + &endpoint("a", ""),
                    vec!["taken up again test webhook endpoint https://a.example/ of shop"],
                ),
                // Nothing tells which has moved where.
                (
                    SHOP.to_owned() + &endpoint("d", "") + &endpoint("e", "events = [\"order.paid\"]\n"),
                    vec![
                        "made test webhook endpoint https://d.example/ of shop",
                        "made test webhook endpoint https://e.example/ of shop",
                        "ended test webhook endpoint https://a.example/ of shop",
                        "    nothing more is sent there",
                        "ended test webhook endpoint https://c.example/ of shop",
                        "    nothing more is sent there",
                    ],
                ),
                (
                    SHOP.to_owned() + &endpoint("d", "") + &endpoint("e", ""),
                    vec![
                        "changed test webhook endpoint https://e.example/ of shop",
                        "    events: [\"order.paid\"] → [\"order.*\"]",
                    ],
                ),
            ],
        ),
        (
            "two moves",
            vec![
                (
                    SHOP.to_owned() + &endpoint("a", SECRET_A) + &endpoint("b", SECRET_B),
                    vec![
                        MADE_SHOP,
                        "made test webhook endpoint https://a.example/ of shop",
                        "made test webhook endpoint https://b.example/ of shop",
                    ],
                ),
                // Once the secret has told of one, there is only one other.
                (
                    SHOP.to_owned() + &endpoint("c", "") + &endpoint("d", SECRET_B),
                    vec![
                        "changed test webhook endpoint https://c.example/ of shop",
                        "    url: \"https://a.example/\" → \"https://c.example/\"",
                        "    what waits for it goes to the new address, signed with the same secret",
                        "changed test webhook endpoint https://d.example/ of shop",
                        "    url: \"https://b.example/\" → \"https://d.example/\"",
                        "    what waits for it goes to the new address, signed with the same secret",
                    ],
                ),
            ],
        ),
        (
            "front",
            vec![
                (
                    SHOP.to_owned() + PROJECT + &product(1, 500) + &product(2, 900),
                    vec![MADE_SHOP, "made project of shop", "made 2 products"],
                ),
                (
                    SHOP.to_owned() + &PROJECT.replace("DZD", "XOF") + &product(2, 950),
                    vec![
                        "changed project of shop",
                        "    currency: \"DZD\" → \"XOF\"",
                        "changed product 2 of shop",
                        "    price: 900 → 950",
                        "ended product 1 of shop",
                        "    it is sold no more; orders that have it keep what they say of it",
                    ],
                ),
                (
                    SHOP.to_owned(),
                    vec![
                        "ended project of shop",
                        "    the front opens no more; its orders are looked after as before",
                        "ended product 2 of shop",
                        "    it is sold no more; orders that have it keep what they say of it",
                    ],
                ),
            ],
        ),
        (
            "messages",
            vec![
                (SHOP.to_owned() + MAIL, vec![MADE_SHOP]),
                (
                    SHOP.to_owned() + &MAIL.replace("canary-mail", "canary-other"),
                    vec!["changed merchant shop", "    messages.email.password: changed"],
                ),
                (
                    SHOP.to_owned(),
                    vec![
                        "changed merchant shop",
                        "    messages.email.from: \"a@b.example\" → nothing",
                        "    messages.email.smtp: \"smtps://u@m.example\" → nothing",
                        "    messages.email.password: changed",
                    ],
                ),
            ],
        ),
        (
            "others",
            vec![
                (
                    SHOP.to_owned() + &account("card", ""),
                    vec![MADE_SHOP, "made test account card at ocpay of shop"],
                ),
                ("[[merchants]]\nname = \"other\"\n".to_owned(), vec!["made merchant other"]),
                (
                    SHOP.to_owned() + "ended = true\n",
                    vec![
                        "ended merchant shop",
                        "    it takes no new orders; those it has are looked after as before",
                        "ended test account card at ocpay of shop",
                        ENDED_ACCOUNT,
                    ],
                ),
                (SHOP.to_owned() + "ended = true\n", vec![]),
                (
                    SHOP.to_owned() + &account("card", ""),
                    vec!["taken up again merchant shop", "taken up again test account card at ocpay of shop"],
                ),
            ],
        ),
    ]
}

#[tokio::test]
async fn a_plan_says_what_becomes_of_everything() {
    for (number, (name, files)) in sequences().into_iter().enumerate() {
        let scene = Scene::open(&format!("plan-{number}")).await;
        for (at, (text, expected)) in files.iter().enumerate() {
            let plan = scene.plan(text).await.expect("a plan");
            assert_eq!(plan.changes, !expected.is_empty(), "{name} {at}: {:?}", plan.lines());
            let said = serde_json::to_string(&plan).expect("JSON") + &plan.all_lines().join("\n");
            assert!(!said.contains("canary") && !said.contains("whsec"), "{name} {at}: {said}");
            let said: Vec<String> =
                scene.apply(text).await.into_iter().filter(|line| !line.contains("an SMS in")).collect();
            assert_eq!(said, *expected, "{name} {at}");
        }
        scene.close().await;
    }
}

#[tokio::test]
async fn what_the_api_made_is_left_alone_until_a_file_names_it() {
    let scene = Scene::open("api").await;
    scene.apply(&(SHOP.to_owned() + &endpoint("a", ""))).await;
    let merchant = *scene.app.registry().snapshot().merchants.keys().next().expect("a merchant");
    let (row, now_ms) = (
        scene.app.registry().snapshot().endpoints.values().next().expect("an endpoint").row.clone(),
        scene.app.clock().now_ms(),
    );
    let project = toml::from_str("currency = \"DZD\"\n").expect("a project");
    let lamp = toml::from_str("id = 7\ntitle = \"Lamp\"\nprice = 500\n").expect("a product");
    let id = guichet_core::EndpointId::new(now_ms, [9; 10]);
    let sealed =
        scene.app.registry().vault().expect("open").seal("whsec_x", &crate::registry::endpoint_binding(id));
    let of_api = crate::store::EndpointRow {
        id,
        url: "https://api.example/".to_owned(),
        sealed_secrets: vec![sealed.expect("sealed")],
        made_by: MadeBy::Api,
        ..row
    };
    let writes = vec![
        crate::store::insert_endpoint(&of_api),
        put_project(merchant, &project, MadeBy::Api, now_ms),
        put_product(merchant, &lamp, MadeBy::Api, now_ms),
        move_revision(),
    ];
    scene.app.store().commit(writes).await.expect("written");
    assert_eq!(scene.apply(&(SHOP.to_owned() + &endpoint("a", ""))).await, Vec::<String>::new());
    let named = SHOP.to_owned() + &endpoint("a", "") + &endpoint("api", "") + PROJECT + &product(7, 500);
    assert_eq!(
        scene.apply(&named).await,
        [
            "adopted test webhook endpoint https://api.example/ of shop",
            "adopted project of shop",
            "adopted product 7 of shop",
        ]
    );
    assert_eq!(scene.apply(&named).await, Vec::<String>::new());
    // What the API changes of it afterwards stays the file's.
    let dearer = toml::from_str("id = 7\ntitle = \"Lamp\"\nprice = 600\n").expect("a product");
    let again = vec![put_product(merchant, &dearer, MadeBy::Api, now_ms)];
    scene.app.store().commit(again).await.expect("written");
    assert_eq!(scene.apply(&named).await, ["changed product 7 of shop", "    price: 600 → 500"]);
    scene.close().await;
}

#[tokio::test]
async fn what_is_disabled_by_hand_stays_so() {
    let scene = Scene::open("by-hand").await;
    let text = SHOP.to_owned() + &account("card", "") + &endpoint("a", "");
    scene.apply(&text).await;
    let (app, snapshot) = (&scene.app, scene.app.registry().snapshot());
    let account = *snapshot.accounts.keys().next().expect("an account");
    let endpoint = *snapshot.endpoints.keys().next().expect("an endpoint");
    let switched = |disabled| Switched { disabled, by: "amina", at_ms: 0 };
    let both = |disabled| {
        let switched = switched(disabled);
        vec![switch_account(account, &switched), switch_endpoint(endpoint, &switched), move_revision()]
    };
    app.store().commit(both(true)).await.expect("written");
    let plan = scene.plan(&text).await.expect("a plan");
    assert!(!plan.changes, "{:?}", plan.lines());
    let told = plan.all_lines().join("\n");
    assert!(told.matches("disabled by amina 1970-01-01T00:00:00.000Z, until guichet").count() == 2, "{told}");
    // It stays so through an end and a new beginning.
    scene.apply(SHOP).await;
    scene.apply(&text).await;
    let snapshot = app.registry().snapshot();
    assert!(snapshot.accounts[&account].standing.is_disabled_by_hand());
    assert!(snapshot.endpoints[&endpoint].row.standing.is_disabled_by_hand());
    app.store().commit(both(false)).await.expect("written");
    app.registry().refresh().await.expect("read");
    assert!(app.registry().snapshot().accounts[&account].standing.is_in_use());
    // One that answered 410 is tried again.
    let gone = crate::store::disable_gone(endpoint, "https://a.example/", 0);
    app.store().commit(vec![gone, move_revision()]).await.expect("written");
    let said = scene.apply(&text).await;
    assert_eq!(said[1], "    status: \"disabled 1970-01-01T00:00:00.000Z: it answered 410\" → \"in use\"");
    scene.close().await;
}

#[tokio::test]
async fn a_plan_that_is_out_of_date_does_nothing() {
    let scene = Scene::open("stale").await;
    let plan = scene.plan(SHOP).await.expect("a plan");
    scene.apply("[[merchants]]\nname = \"other\"\n").await;
    let error = plan.commit(&scene.app).await.expect_err("somebody was faster").to_string();
    assert!(error.contains("was changed by somebody else"), "{error}");
    let names: Vec<String> =
        scene.app.store().merchants().await.expect("read").into_iter().map(|row| row.name).collect();
    assert_eq!(names, ["other"]);
    let plan = scene.plan(SHOP).await.expect("a plan");
    assert_eq!((plan.not_named.as_slice(), plan.alters()), (&["other".to_owned()][..], false));
    plan.commit(&scene.app).await.expect("committed");
    assert!(
        scene.plan(SHOP).await.expect("a plan").steps.iter().all(|step| step.action == Action::Unchanged)
    );
    scene.close().await;
}

#[tokio::test]
async fn what_cannot_be_is_refused_whole() {
    let scene = Scene::open("refused").await;
    scene.apply(&(SHOP.to_owned() + &account("card", ""))).await;
    let other = account("card", "").replace("ocpay", "cash").replace("access_token", "nothing");
    for (text, expected) in [
        (SHOP.to_owned() + SHOP, "the merchant “shop” is declared twice"),
        (SHOP.to_owned() + &account("a", "") + &account("a", ""), "the test account “a” is declared twice"),
        (
            SHOP.to_owned() + &endpoint("a", "") + &endpoint("a", ""),
            "the test endpoint https://a.example/ is declared twice",
        ),
        (SHOP.to_owned() + &product(1, 5) + &product(1, 6), "product 1 is declared twice"),
        (SHOP.to_owned() + "ended = true\n" + &account("card", ""), "nothing else is declared"),
        ("[[merchants]]\nname = \"shopp\"\nended = true\n".to_owned(), "there is no such merchant"),
        (SHOP.to_owned() + &other, "cash has no credential"),
        (SHOP.to_owned() + "[[merchants.routes]]\naccounts = [\"card\"]\n", "which is not declared"),
        (
            SHOP.to_owned()
                + "[merchants.project]\ncurrency = \"DZD\"\naccounts = [{ identifier = \"c\", gateway_account = \"card\" }]\n",
            "There is no gateway account “card”",
        ),
    ] {
        let error = format!("{:#}", scene.plan(&text).await.expect_err(expected));
        assert!(error.contains(expected), "{error}");
    }
    scene.close().await;
}

#[test]
fn errors_name_the_line_and_never_quote_it() {
    for (text, expected) in [
        ("[[merchants]]\nname = \"a\"\ntitel = \"A\"", "unknown field `titel`"),
        ("[[merchants]]\nname = 5", "line 2"),
        ("[[merchants]]\nname = \"a\"\n[[merchants.accounts]]\nsecret = sk_live_canary", "line 4"),
    ] {
        let error = ShopFile::parse(text).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
        assert!(!error.contains("canary"), "{error}");
    }
}
