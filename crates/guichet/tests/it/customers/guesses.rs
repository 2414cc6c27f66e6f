//! Ten thousand guesses: what they cost in memory, and what the time of their answers tells. The
//! guessers are many addresses; the one who guesses well must not learn who is registered.

use std::collections::BTreeMap;
use std::time::Instant;

use serde_json::json;

use crate::customers::front::{Front, PASSWORD};
use crate::customers::secrets::serve;
use crate::support::dice::Dice;
use crate::support::program::ServerProcess;

const AMEL: &str = "amel@example.com";

/// How many guesses there are, from how many addresses, how many at once.
const GUESSES: usize = 10_000;
const SOURCES: usize = 10;
const AT_ONCE: usize = 32;

/// How many guesses one address has at the least, and has after the hour that the test never takes.
const FEWEST: usize = 20;
const MOST: usize = 20 + 360;

/// How much more memory it may take than before, in KiB. Two hashes at once take 38 MiB; as many as
/// there are guesses at once would take 608.
const MEMORY_KIB: u64 = 96 * 1024;

/// A line such as `VmRSS:   1234 kB` of the server's status.
fn memory_kib(server: &ServerProcess, line: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.id())).expect("its status");
    let found = status.lines().find_map(|found| found.strip_prefix(line)).expect("the line");
    found.trim_matches([':', '\t', ' ']).trim_end_matches(" kB").parse().expect("a number")
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_guesses_take_little_memory_and_lock_nobody_out() {
    let (server, front) = serve("customers-flood", serde_json::json!({}), "test", "info");
    front.sign_up("open", AMEL).await.expect(201);
    let phone = front.on("phone").from("203.0.113.0");
    phone.auth("open", AMEL, PASSWORD).await.expect(200);
    let before_kib = memory_kib(&server, "VmRSS");

    let guessers: Vec<_> = (0..AT_ONCE)
        .map(|guesser| {
            let front = front.clone();
            tokio::spawn(async move {
                let mut said = BTreeMap::new();
                for guess in (guesser..GUESSES).step_by(AT_ONCE) {
                    let identifier =
                        if guess % 2 == 0 { AMEL.to_owned() } else { format!("user{guess}@example.com") };
                    let source = (guess / 2) % SOURCES;
                    let front = front.from(&format!("203.0.113.{source}"));
                    let answer = front.auth("open", &identifier, "a guess").await;
                    *said.entry((source, guess % 2 == 0, answer.status)).or_insert(0) += 1;
                }
                said
            })
        })
        .collect();
    let mut all: BTreeMap<(usize, bool, u16), usize> = BTreeMap::new();
    for guesser in guessers {
        for (what, times) in guesser.await.expect("its guesses") {
            *all.entry(what).or_default() += times;
        }
    }
    phone.auth("open", AMEL, PASSWORD).await.expect(200);
    // From elsewhere the name may have no guess left, and then has one within ten seconds; nobody else's has less.
    front.sign_up("open", "yacine@example.com").await.expect(201);
    front.from("198.51.100.1").auth("open", "yacine@example.com", PASSWORD).await.expect(200);

    assert_eq!(all.values().sum::<usize>(), GUESSES);
    assert!(all.keys().all(|(_, _, status)| [401, 429].contains(status)), "{all:?}");
    for source in 0..SOURCES {
        let tried = |known| all.get(&(source, known, 401)).copied().unwrap_or_default();
        let hashed = tried(true) + tried(false);
        assert!((FEWEST..=MOST).contains(&hashed), "{hashed} of {source}");
    }
    let most_kib = memory_kib(&server, "VmHWM").saturating_sub(before_kib);
    assert!(most_kib < MEMORY_KIB, "{most_kib} KiB more at the most");
}

/// How many pairs of guesses are timed: one of each about somebody who is registered, one about nobody.
const PAIRS: usize = 95;

/// The times of answers about known and about unknown identifiers, in ns. Each pair comes from an
/// address of its own, so that none is stopped; which of the two comes first is left to chance.
async fn timed(front: &Front, round: usize, guess: Guess) -> [Vec<u128>; 2] {
    let (mut times, mut dice) = ([Vec::new(), Vec::new()], Dice::new(round as u64));
    for pair in 0..PAIRS {
        let front = front.from(&format!("10.{round}.0.{pair}"));
        let first = dice.below(2) as usize;
        for which in [first, 1 - first] {
            let nanoseconds = stopwatch(guess.make(&front, round, pair, which == 0)).await;
            times[which].push(nanoseconds);
        }
    }
    times
}

#[expect(clippy::disallowed_methods, reason = "the time that a stranger sees is what is tested")]
async fn stopwatch(guess: impl Future<Output = ()>) -> u128 {
    let begun = Instant::now();
    guess.await;
    begun.elapsed().as_nanos()
}

/// What is guessed.
#[derive(Clone, Copy)]
enum Guess {
    Password,
    Code,
}

/// How many codes are guessed at in a round, so that none is void before the round ends.
const CODES: usize = PAIRS / 10 + 1;

impl Guess {
    async fn make(self, front: &Front, round: usize, pair: usize, known: bool) {
        match self {
            Guess::Password => {
                let identifier = if known { AMEL.to_owned() } else { format!("user{pair:03}@example.com") };
                front.auth("open", &identifier, "a guess").await.expect(401);
            }
            Guess::Code => {
                let word = if known { "known" } else { "other" };
                let guess = json!({ "userIdentifier": name(word, round, pair % CODES), "code": "x" });
                assert_eq!(front.at("email", "check-code", &guess).await.expect(200).json(), false);
            }
        }
    }

    /// Makes whoever is guessed at in a round.
    async fn prepare(self, front: &Front, round: usize) {
        match self {
            Guess::Password => drop(front.sign_up("open", AMEL).await.expect(201)),
            Guess::Code => {
                for number in 0..CODES {
                    front.sign_up("email", &name("known", round, number)).await.expect(201);
                }
            }
        }
    }
}

fn name(word: &str, round: usize, number: usize) -> String {
    format!("{word}{round}.{number:02}@example.com")
}

/// Whether the rank test by Mann and Whitney tells two samples of the same size apart, at a chance of
/// one in ten thousand to err.
fn told_apart(samples: &[Vec<u128>; 2]) -> bool {
    let size = samples[0].len();
    assert_eq!(size, samples[1].len());
    // How often one of the first is before one of the second, twice, so that ties count half.
    let before = |one: &u128, other: &u128| match one.cmp(other) {
        std::cmp::Ordering::Less => 2,
        std::cmp::Ordering::Equal => 1,
        std::cmp::Ordering::Greater => 0,
    };
    let twice_u: i128 =
        samples[0].iter().flat_map(|one| samples[1].iter().map(move |other| before(one, other))).sum();
    let size = size as i128;
    // By chance it would be n², with a variance of 4 n² (2n + 1) / 12; 3.891² is 15.14.
    let away = twice_u - size * size;
    away * away * 300 > 1514 * size * size * (2 * size + 1)
}

#[test]
fn the_rank_test_tells_apart_what_differs() {
    let sample = |from: u128| (0..110).map(|number| from + (number * 7919) % 1000).collect::<Vec<u128>>();
    assert!(!told_apart(&[sample(0), sample(0)]));
    assert!(!told_apart(&[sample(0), sample(20)]), "too little to be sure");
    assert!(told_apart(&[sample(0), sample(300)]));
    assert!(told_apart(&[sample(300), sample(0)]), "either way");
    assert!(told_apart(&[vec![1; 110], vec![2; 110]]));
    assert!(!told_apart(&[vec![1; 110], vec![1; 110]]), "ties tell nothing");
}

/// A machine that is busy with something else may tell samples apart that are alike, so there are three
/// tries; what really differs is told apart in each.
async fn expect_alike(front: &Front, guess: Guess) {
    for round in 0..3 {
        guess.prepare(&front.from(&format!("10.{round}.1.1")), round).await;
        let samples = timed(front, round, guess).await;
        if !told_apart(&samples) {
            return;
        }
        let [known, unknown] = samples.map(|mut times| {
            times.sort_unstable();
            times[PAIRS / 2] / 1000
        });
        eprintln!("round {round}: told apart; the medians are {known} and {unknown} µs");
    }
    panic!("the times tell known from unknown");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_time_of_a_wrong_password_does_not_tell_who_is_registered() {
    let (_server, front) = serve("customers-timing", serde_json::json!({}), "test", "info");
    expect_alike(&front, Guess::Password).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_time_of_a_wrong_code_does_not_tell_who_is_registered() {
    let (_server, front) = serve("customers-code-timing", serde_json::json!({}), "test", "info");
    expect_alike(&front, Guess::Code).await;
}
