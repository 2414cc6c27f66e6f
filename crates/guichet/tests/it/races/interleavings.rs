//! The race itself: orders made in batches, and for each a handful of acts in an order that the
//! dice chose, all at once, while the clock runs past the expiry.

use std::sync::Arc;

use guichet_sandbox::Action;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::races::truth::{Seen, check};
use crate::support::call::{Answer, text};
use crate::support::card_shop::{CardShop, order};
use crate::support::dice::{Dice, setting};

/// How many orders race at once in one server.
const BATCH: usize = 10;

/// A day and a bit: the watch after the expiry is over.
const WATCH_S: i64 = 24 * 3600 + 300;

/// Something that happens to an order, or to all of them.
#[derive(Debug, Clone)]
enum Act {
    /// The shop asks for a check.
    Check(Arc<Racer>),
    /// The customer presses the status page's button.
    Press(Arc<Racer>),
    /// The status page asks how it stands.
    Live(Arc<Racer>),
    /// The gateway calls back about one of the payments.
    CallBack(Arc<Racer>, usize),
    /// Somebody else does.
    Forge(Arc<Racer>, &'static str),
    /// The customer, or the bank, acts on one of the payments.
    Pay(Arc<Racer>, usize, Action),
    /// The shop calls the order off.
    Cancel(Arc<Racer>),
    /// The shop hands over the goods.
    Fulfil(Arc<Racer>),
    /// The shop reads the order, again and again.
    Read(Arc<Racer>),
    /// Time passes, and the worker does what is due.
    Pass(i64),
}

/// An order in the race.
#[derive(Debug)]
pub(crate) struct Racer {
    pub(crate) id: String,
    page: String,
    account: String,
    /// The gateway's references of its payments.
    pub(crate) references: Vec<String>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_order_is_settled_once_however_the_acts_interleave() {
    let rounds = setting("GUICHET_TEST_ROUNDS", 1_000) as usize;
    let seed = setting("GUICHET_TEST_SEED", 1);
    let (first, second) = tokio::join!(
        one_server("races-1", Dice::new(seed), rounds.div_ceil(2)),
        one_server("races-2", Dice::new(!seed), rounds / 2),
    );
    println!("{} rounds: {first}; {second}", rounds);
}

async fn one_server(name: &str, mut dice: Dice, rounds: usize) -> String {
    let shop = Arc::new(CardShop::open(name).await);
    let seen = Arc::new(Seen::default());
    let mut racers = Vec::new();
    while racers.len() < rounds {
        let size = BATCH.min(rounds - racers.len());
        racers.extend(race(&shop, &seen, &mut dice, racers.len(), size).await);
    }
    check(&shop, &seen, &racers).await
}

/// One batch: made, raced, and then left alone until nothing is due any more.
async fn race(
    shop: &Arc<CardShop>,
    seen: &Arc<Seen>,
    dice: &mut Dice,
    first: usize,
    size: usize,
) -> Vec<Arc<Racer>> {
    let mut starters = JoinSet::new();
    for number in first..first + size {
        let (shop, mut dice) = (shop.clone(), dice.split());
        starters.spawn(async move { enter(&shop, &mut dice, number).await });
    }
    let racers: Vec<Arc<Racer>> = starters.join_all().await.into_iter().map(Arc::new).collect();
    shop.pass_s(45).await;
    let mut acts: Vec<Act> = racers.iter().flat_map(|racer| plan(racer, dice)).collect();
    acts.extend([Act::Pass(1 + dice.below(20) as i64), Act::Pass(5 + dice.below(60) as i64), Act::Pass(0)]);
    dice.shuffle(&mut acts);
    let mut running = JoinSet::new();
    for act in acts {
        let (shop, seen) = (shop.clone(), seen.clone());
        running.spawn(async move { perform(&shop, &seen, act).await });
    }
    running.join_all().await;
    for seconds in [65, 65, WATCH_S] {
        shop.pass_s(seconds).await;
    }
    racers
}

async fn enter(shop: &CardShop, dice: &mut Dice, number: usize) -> Racer {
    let made = shop.caller.order(&order(&format!("race-{number}"), 60 + dice.below(60) as i64)).await;
    let id = text(&made, "/id");
    let mut references = vec![text(&made, "/payments/0/reference")];
    if dice.percent(30) {
        let path = format!("/v1/orders/{id}/payments");
        let now = shop.caller.post(&path, &json!({ "account": "other" })).await.expect(201).json();
        references.push(text(&now, "/payments/1/reference"));
    }
    let page = text(&made, "/status_url").replace(&shop.server.base_url, "");
    Racer { id, page, account: text(&made, "/payments/0/account"), references }
}

/// What is to happen to one order, in no order yet.
fn plan(racer: &Arc<Racer>, dice: &mut Dice) -> Vec<Act> {
    let mut acts = vec![
        Act::Check(racer.clone()),
        Act::Check(racer.clone()),
        Act::Press(racer.clone()),
        Act::Live(racer.clone()),
        Act::Read(racer.clone()),
        Act::Forge(racer.clone(), "{\"paymentRef\":\"OCPL-FORGED-0000\",\"status\":\"CONFIRMED\"}"),
        Act::Forge(racer.clone(), "\u{1}not json"),
    ];
    for place in 0..racer.references.len() {
        for _ in 0..1 + dice.below(4) {
            acts.push(Act::CallBack(racer.clone(), place));
        }
        let action = match dice.below(100) {
            ..60 => Action::Pay,
            60..65 => Action::PayOther,
            65..70 => Action::PayLate { seconds: 30 },
            70..80 => Action::Decline,
            80..85 => Action::Initiate,
            _ => continue,
        };
        acts.push(Act::Pay(racer.clone(), place, action));
    }
    if dice.percent(15) {
        acts.push(Act::Cancel(racer.clone()));
    }
    if dice.percent(15) {
        acts.push(Act::Fulfil(racer.clone()));
    }
    acts
}

async fn perform(shop: &CardShop, seen: &Seen, act: Act) {
    let caller = &shop.caller;
    match act {
        Act::Check(racer) => seen.order(&caller.press(&path(&racer, "/check")).await.expect(200)),
        Act::Press(racer) => drop(caller.press(&format!("{}/check", racer.page)).await.expect(303)),
        Act::Live(racer) => drop(caller.get(&format!("{}/live", racer.page)).await.expect(200)),
        Act::CallBack(racer, place) => {
            let body = json!({ "paymentRef": racer.references[place] });
            call_back(shop, &racer, &body.to_string()).await;
        }
        Act::Forge(racer, body) => call_back(shop, &racer, body).await,
        // A link that was used before, or has lapsed, is refused: then nothing happens.
        Act::Pay(racer, place, action) => {
            drop(shop.server.sandbox.act(&racer.references[place], action));
        }
        Act::Cancel(racer) => {
            let answer = caller.press(&path(&racer, "/cancel")).await;
            either(seen, &answer, &["order_already_paid", "order_expired"]);
        }
        Act::Fulfil(racer) => {
            let answer = caller.press(&path(&racer, "/fulfil")).await;
            either(seen, &answer, &["order_not_paid"]);
        }
        Act::Read(racer) => {
            let mut newest = 0;
            for _ in 0..6 {
                let answer = caller.get(&path(&racer, "")).await.expect(200);
                seen.order(&answer);
                let version = answer.json()["version"].as_i64().expect("a version");
                assert!(version >= newest, "{} went back from version {newest} to {version}", racer.id);
                newest = version;
            }
        }
        Act::Pass(seconds) => shop.pass_s(seconds).await,
    }
}

fn path(racer: &Racer, what: &str) -> String {
    format!("/v1/orders/{}{what}", racer.id)
}

async fn call_back(shop: &CardShop, racer: &Racer, body: &str) {
    let path = format!("/callbacks/ocpay/{}", racer.account);
    shop.caller.send("POST", &path, &[], body.as_bytes().to_vec()).await.expect(200);
}

/// Done, or refused by one of these names.
fn either(seen: &Seen, answer: &Answer, refusals: &[&str]) {
    match answer.status {
        200 => seen.order(answer),
        409 => {
            let problem: Value = answer.json();
            let code = problem["code"].as_str().unwrap_or_default();
            assert!(refusals.contains(&code), "{problem}");
        }
        status => panic!("{status}: {}", answer.text()),
    }
}
