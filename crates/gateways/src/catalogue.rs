//! The gateways and dialects as tables for people, made from what they declare: for the command line
//! and for the docs, so that neither can say anything that the code does not do.

use std::fmt::Write as _;

use guichet_core::{Currency, Money, ReferenceFormat};

use crate::dialect::{Dialect, Notifies};
use crate::gateway::{Callbacks, Gateway};
use crate::loss;
use crate::{DIALECTS, GATEWAYS};

/// The description of one gateway.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Card {
    /// Its name in the configuration.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// The amounts it takes, by currency.
    pub amounts: Vec<String>,
    /// The credentials of an account; optional ones stand in brackets.
    pub credentials: Vec<String>,
    /// The options that an account may be declared with, each with its values, the usual one first.
    pub options: Vec<String>,
    /// The recovery of a payment whose opening was not answered.
    pub lost_answer: &'static str,
    /// Its notifications.
    pub callbacks: &'static str,
    /// The least time between two checks of one payment, in ms; `None` where nothing can be asked.
    pub check_every_ms: Option<i64>,
    /// The most checks that one account may make in a second.
    pub checks_per_second: Option<u32>,
    /// The life of a link that nobody pays, in minutes; `None` where there is no link.
    pub link_minutes: Option<i64>,
    /// Whether the vendor's own clients are served too.
    pub dialect: bool,
}

/// The description of every gateway, in the order of the list.
pub fn cards() -> Vec<Card> {
    GATEWAYS.iter().map(|gateway| card(*gateway)).collect()
}

fn card(gateway: &dyn Gateway) -> Card {
    let can = gateway.capabilities();
    let amounts = can.limits.iter().map(|limit| match Currency::from_code(limit.currency) {
        Ok(currency) => format!(
            "{} to {} by steps of {}",
            Money::new(limit.least_minor, currency).decimal(),
            Money::new(limit.most_minor, currency),
            Money::new(limit.multiple_of_minor, currency).decimal()
        ),
        Err(_) => limit.currency.to_owned(),
    });
    let amounts: Vec<String> = amounts.collect();
    let online = gateway.default_base_url().is_some();
    Card {
        name: gateway.name(),
        title: gateway.title(),
        amounts: if amounts.is_empty() { vec!["any".to_owned()] } else { amounts },
        credentials: can
            .credentials
            .iter()
            .map(|known| if known.required { known.name.to_owned() } else { format!("({})", known.name) })
            .collect(),
        options: can
            .options
            .iter()
            .map(|option| format!("{} = {}", option.name, option.values.join(" | ")))
            .collect(),
        lost_answer: match (can.lookup_by_our_reference, can.idempotent_open, online) {
            (true, _, _) => "asked for by our own reference",
            (false, true, _) => "opened again under the same key",
            (false, false, true) => "the link was never handed out, so it lapses",
            (false, false, false) => "there is nobody to ask",
        },
        callbacks: match can.callbacks {
            Callbacks::Never => "none",
            Callbacks::Unsigned => "unsigned",
            Callbacks::Signed => "signed",
        },
        check_every_ms: can.checkable.then_some(can.min_check_interval_ms),
        checks_per_second: can.checkable.then_some(can.checks_per_second),
        link_minutes: online.then_some(can.link_ttl_ms / 60_000),
        dialect: DIALECTS.iter().any(|dialect| dialect.name() == gateway.name()),
    }
}

/// The page about the gateways, in Markdown.
pub fn gateways_page() -> String {
    let mut page = String::from(
        "# Gateways\n\n<!-- Made from the code: `UPDATE_EXPECT=1 cargo test -p guichet-gateways --test docs`. -->\n\n\
         What each gateway takes and can do, as its connector declares it; `guichet gateway list` prints the same.\n\n\
         | Gateway | Amounts | Credentials (optional ones in brackets) | When an answer is lost | Callbacks | Checks | A link lives |\n\
         |---|---|---|---|---|---|---|\n",
    );
    for card in cards() {
        let checks = match (card.check_every_ms, card.checks_per_second) {
            (Some(every_ms), Some(rate)) => {
                format!("every {} s, {rate} a second for an account", every_ms / 1000)
            }
            _ => "none".to_owned(),
        };
        let link = card.link_minutes.map_or_else(|| "–".to_owned(), |minutes| format!("{minutes} min"));
        let credentials =
            if card.credentials.is_empty() { "none".to_owned() } else { card.credentials.join(", ") };
        let _infallible = writeln!(
            page,
            "| {} (`{}`) | {} | {credentials} | {} | {} | {checks} | {link} |",
            card.title,
            card.name,
            card.amounts.join("<br>"),
            card.lost_answer,
            card.callbacks,
        );
    }
    let with_options = cards().into_iter().filter(|card| !card.options.is_empty());
    let options: Vec<String> =
        with_options.map(|card| format!("{}: `{}`", card.title, card.options.join("`, `"))).collect();
    let _infallible = writeln!(
        page,
        "\nOptions of an account (`options` in the shop file; the first value holds where none is given): {}.",
        options.join("; ")
    );
    let given_name =
        GATEWAYS.iter().filter(|gateway| gateway.capabilities().reference_format != ReferenceFormat::NotSent);
    let names: Vec<&str> = given_name.map(|gateway| gateway.title()).collect();
    let _infallible = writeln!(page, "\nOur own name for a payment is told to {}.", names.join(", "));
    page
}

/// The page about what is lost between each dialect and each gateway, in Markdown.
pub fn losses_page() -> String {
    let mut page = String::from(
        "# What is lost on the way\n\n<!-- Made from the code: `UPDATE_EXPECT=1 cargo test -p guichet-gateways --test docs`. -->\n\n\
         A shop written for one vendor can be paid through another. What its client says, or wants to hear, and \
         the gateway has no word for, is listed here for each pair, with what becomes of it. An order in a \
         currency that the gateway does not take is refused before anything is made.\n",
    );
    for dialect in DIALECTS {
        losses_of(&mut page, *dialect);
    }
    page
}

fn losses_of(page: &mut String, dialect: &dyn Dialect) {
    let profile = dialect.profile();
    let _infallible = writeln!(page, "\n## Clients of {}\n", profile.title);
    let notified = match profile.notifies {
        Notifies::Never => "are told nothing; they ask",
        Notifies::ByRequest => "are notified at the address that each request names",
        Notifies::BySetting => "are notified at the address given to `guichet key create --notify-url`",
    };
    let _infallible = writeln!(page, "They {notified}. They speak {}.", profile.currencies.join(", "));
    let kept = loss::kept(dialect);
    if !kept.is_empty() {
        let _infallible = writeln!(page, "\nWhatever the gateway, Guichet sees to these itself:\n");
        for fate in kept {
            let _infallible = writeln!(page, "- `{}`: {}", fate.field, fate.fate);
        }
    }
    for gateway in GATEWAYS {
        let currencies = match loss::common_currencies(dialect, *gateway) {
            None => "any currency".to_owned(),
            Some(common) if common.is_empty() => {
                let _infallible = writeln!(
                    page,
                    "\n### … through {}\n\nNot possible: they have no currency in common, and the order is refused.",
                    gateway.title()
                );
                continue;
            }
            Some(common) => common.join(", "),
        };
        let _infallible = writeln!(page, "\n### … through {} ({currencies})\n", gateway.title());
        let losses = loss::losses(dialect, *gateway);
        if losses.is_empty() {
            page.push_str("Nothing is lost.\n");
            continue;
        }
        page.push_str("| What the client says or wants to hear | What becomes of it |\n|---|---|\n");
        for fate in losses {
            let _infallible = writeln!(page, "| `{}` | {} |", fate.field, fate.fate);
        }
    }
}
