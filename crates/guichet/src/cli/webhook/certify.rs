//! `guichet webhook certify`: tries a shop's handler with what may reach it, and says what it does wrong.

mod cases;
mod letter;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::Args;
use http::header;
use serde::Serialize;
use tokio::task::JoinSet;

use self::cases::{Case, Expected, cases};
use self::letter::Letter;
use super::checked;
use crate::cli::cause::cause;
use crate::cli::print_json;
use guichet_server::outbound::network;
use guichet_server::{Clock, Network, Reach};

/// How often a letter is sent in all when the handler has trouble, as the server does it.
const TRIES: usize = 3;

/// What stands for the shop's reference in the address where it is asked.
const REFERENCE: &str = "{reference}";

#[derive(Debug, Args)]
pub(in crate::cli) struct Certify {
    /// The handler's address.
    url: url::Url,
    /// The signing secret that the handler verifies with.
    #[arg(long, env = "GUICHET_WEBHOOK_SECRET", hide_env_values = true)]
    secret: String,
    /// Where the handler says how often it fulfilled an order, as a number; {reference} stands for the shop's
    /// reference. Without it only answers are looked at, and a handler that fulfils twice is not found out.
    #[arg(long, value_name = "URL")]
    count: Option<String>,
    /// How long the handler may take to answer, in seconds; the server gives it 15.
    #[arg(long, default_value_t = 15, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=60))]
    patience: u64,
    /// Print the findings as JSON, one a line.
    #[arg(long)]
    json: bool,
    /// A private network that the handler may be in, such as 127.0.0.0/8; may be repeated.
    #[arg(long = "allow-network", env = "GUICHET_ALLOW_NETWORKS", value_delimiter = ',', value_name = "NETWORK",
          value_parser = network)]
    allowed: Vec<Network>,
}

/// What came of a case.
#[derive(Debug, Serialize)]
struct Found {
    case: &'static str,
    what: &'static str,
    good: bool,
    expected: &'static str,
    /// What the handler did, in words.
    came: String,
}

/// What the handler answered: a status, or why none came.
type Answer = Result<u16, String>;

/// The handler, as it is reached.
#[derive(Clone)]
struct Handler {
    client: reqwest::Client,
    url: url::Url,
    patience: Duration,
}

impl Certify {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let reach = Reach::with(&self.allowed);
        for url in [Some(self.url.clone()), self.counting("x")?].into_iter().flatten() {
            if let Err(why) = reach.judge(&url) {
                bail!("{url} is not tried: {why}; --allow-network opens a network");
            }
        }
        let handler = Handler {
            client: reach.client_of_single_calls()?,
            url: self.url.clone(),
            patience: Duration::from_secs(self.patience),
        };
        let clock = Clock::default();
        let mut well = true;
        for case in cases(checked(&self.secret)?, clock.now_ms()) {
            let found = self.tried(&handler, &clock, case).await?;
            well &= found.good;
            if self.json {
                print_json(&found)?;
            } else {
                let verdict = if found.good { "good " } else { "WRONG" };
                say!(
                    "{verdict}  {:<19} {}: expected {}; {}",
                    found.case,
                    found.what,
                    found.expected,
                    found.came
                );
            }
        }
        if !self.json && self.count.is_none() {
            say!(
                "Whether an order was fulfilled twice was not looked at; say with --count where the handler tells."
            );
        }
        Ok(if well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    async fn tried(&self, handler: &Handler, clock: &Clock, case: Case) -> anyhow::Result<Found> {
        let Case { name, what, expected, sent, fulfilled } = case;
        let (mut came, mut good) = (Vec::new(), true);
        for together in sent {
            let mut answers = JoinSet::new();
            for letter in together {
                let (handler, clock) = (handler.clone(), clock.clone());
                answers.spawn(async move { handler.send_as_the_server_does(&clock, letter, expected).await });
            }
            for (answer, tries) in answers.join_all().await {
                let is_it = answer.as_ref().is_ok_and(|status| expected.is(*status));
                good &= is_it;
                let again = if tries > 1 { format!(" at try {tries}") } else { String::new() };
                came.push(match answer {
                    Ok(status) => format!("{status}{again}"),
                    Err(why) => format!("{why}{again}"),
                });
            }
        }
        let mut came = format!("it answered {}", summed_up(came));
        for (reference, expected) in fulfilled {
            let Some(url) = self.counting(&reference)? else { continue };
            let count = handler.count(url).await?;
            if count != expected {
                good = false;
                came.push_str(&format!("; it fulfilled the order {count} times, not {expected}"));
            }
        }
        Ok(Found { case: name, what, good, expected: expected.words(), came })
    }

    /// Where the handler says how often it fulfilled that order.
    fn counting(&self, reference: &str) -> anyhow::Result<Option<url::Url>> {
        let url = self.count.as_ref().map(|url| url.replace(REFERENCE, reference).parse());
        url.transpose().context("--count")
    }
}

/// Answers that follow each other and are the same stand once.
fn summed_up(mut came: Vec<String>) -> String {
    came.dedup();
    came.join(", ")
}

impl Handler {
    /// Sends a letter and, when the handler has trouble with one that it should take, once more and again, a moment
    /// later; how often it was sent.
    async fn send_as_the_server_does(
        &self,
        clock: &Clock,
        letter: Letter,
        expected: Expected,
    ) -> (Answer, usize) {
        let mut tries = 1;
        loop {
            let answer = self.send(&letter).await;
            let has_trouble = answer.as_ref().map_or(true, |status| *status >= 500 || *status == 429);
            if expected != Expected::Taken || !has_trouble || tries == TRIES {
                return (answer, tries);
            }
            tries += 1;
            clock.sleep(500).await;
        }
    }

    async fn send(&self, letter: &Letter) -> Answer {
        let mut request = self.client.post(self.url.clone()).timeout(self.patience);
        request = request.header(header::CONTENT_TYPE, "application/json");
        for (name, value) in letter.headers() {
            request = request.header(name, value);
        }
        match request.body(letter.body.clone()).send().await {
            Ok(answer) => Ok(answer.status().as_u16()),
            Err(error) if error.is_timeout() => Err(format!("nothing within {} s", self.patience.as_secs())),
            Err(error) => Err(format!("nothing: {}", cause(error))),
        }
    }

    /// How often the handler says that it fulfilled an order.
    async fn count(&self, url: url::Url) -> anyhow::Result<u32> {
        let answer = self.client.get(url.clone()).timeout(self.patience).send().await;
        let answer = answer.and_then(reqwest::Response::error_for_status);
        let text = match answer {
            Ok(answer) => answer.text().await.context("--count")?,
            Err(error) => bail!("--count: {url} does not answer: {}", cause(error)),
        };
        text.trim()
            .parse()
            .with_context(|| format!("--count: {url} answers “{}”, which is no number", text.trim()))
    }
}
