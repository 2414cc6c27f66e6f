//! How the screen of the gateways is written.

use askama::Template;
use guichet_core::{Currency, DeclaredFee, Money, Sums};

use crate::office::dates::day_and_time;
use crate::office::desk::Desk;
use crate::office::fared::Fared;
use crate::office::state::{self, Told};
use crate::office::visitor::Visitor;
use crate::operators::Permission;
use crate::pages::Language;
use crate::registry::OpenAccount;

use super::query::{Account, Found};
use super::texts::{Texts, texts};
use super::try_payment::can_be_tried;

/// The page.
#[derive(Template)]
#[template(path = "office/gateways.html", whitespace = "minimize")]
pub(super) struct GatewaysPage {
    desk: Desk,
    words: &'static Texts,
    done: Option<&'static str>,
    accounts: Vec<AccountShown>,
}

/// A gateway account.
struct AccountShown {
    id: String,
    gateway: &'static str,
    name: String,
    shop: String,
    told: Told,
    lines: Vec<String>,
    checks: String,
    fee: String,
    sums: Vec<SumsShown>,
    unknown: Vec<(String, String)>,
    switch: Switch,
    can_try: bool,
}

/// What came in through it in one currency.
struct SumsShown {
    amount: String,
    payments: i64,
    fared: Fared,
}

/// What the visitor may do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Switch {
    /// Take it out of use.
    Off,
    /// Take it back into use.
    On,
    /// Nothing: it has ended.
    Ended,
    /// Nothing: it is for the owner.
    NotTheirs,
}

impl GatewaysPage {
    pub(super) fn new(visitor: &Visitor, desk: Desk, found: &Found, done: Option<&str>) -> Self {
        let words = texts(desk.language);
        let account = |account: &Account| shown(visitor, desk.language, words, account, found.now_ms);
        GatewaysPage {
            done: match done {
                Some("disabled") => Some(words.done_disabled),
                Some("in_use") => Some(words.done_in_use),
                _ => None,
            },
            accounts: found.accounts.iter().map(account).collect(),
            words,
            desk,
        }
    }
}

fn shown(
    visitor: &Visitor,
    language: Language,
    words: &'static Texts,
    account: &Account,
    now_ms: i64,
) -> AccountShown {
    let open = &account.open;
    let (told, lines) = standing(visitor, language, words, account, now_ms);
    let may = visitor.may(Permission::SwitchGateways, open.merchant, open.environment);
    AccountShown {
        id: open.id.to_string(),
        gateway: state::gateway(language, open.gateway.name()),
        name: open.name.clone(),
        shop: visitor.shop_title(open.merchant).to_owned(),
        told,
        lines,
        checks: match open.gateway.capabilities().checkable {
            true => open.checks_per_second.to_string(),
            false => words.no_checks.to_owned(),
        },
        fee: open
            .declared_fee
            .map_or_else(|| words.no_fee.to_owned(), |fee| fee_told(language, fee, &currencies(account))),
        sums: account.sums.iter().map(|(currency, sums)| came(language, *currency, sums)).collect(),
        unknown: account.unknown.iter().map(|(id, reference)| (id.to_string(), reference.clone())).collect(),
        can_try: can_be_tried(open) && visitor.may(Permission::MakeOrders, open.merchant, open.environment),
        switch: match (open.standing.has_ended(), may, open.standing.is_in_use()) {
            (true, ..) => Switch::Ended,
            (false, false, _) => Switch::NotTheirs,
            (false, true, true) => Switch::Off,
            (false, true, false) => Switch::On,
        },
    }
}

/// How it stands, and what there is to say of it.
fn standing(
    visitor: &Visitor,
    language: Language,
    words: &'static Texts,
    account: &Account,
    now_ms: i64,
) -> (Told, Vec<String>) {
    let (standing, zone) = (&account.open.standing, visitor.zone_of(account.open.merchant, now_ms));
    let when = |at_ms: i64| day_and_time(language, at_ms, &zone);
    if let Some(at_ms) = standing.ended_at_ms {
        let told = Told { word: words.ended, tone: "", icon: "end" };
        return (told, vec![words.ended_since.replace("{since}", &when(at_ms))]);
    }
    let resting = account.resting.iter().flat_map(|health| {
        let since = words.resting_since.replace("{since}", &when(health.since_ms));
        let next = words.next_try.replace("{until}", &when(health.open_until_ms));
        [since.replace("{why}", &health.trouble), next]
    });
    if let Some(at_ms) = standing.disabled_at_ms {
        let by = standing.switched_by.as_deref().unwrap_or("–");
        let line = words.disabled_by.replace("{by}", by).replace("{since}", &when(at_ms));
        let told = Told { word: words.disabled, tone: "", icon: "off" };
        return (told, std::iter::once(line).chain(resting).collect());
    }
    let lines: Vec<String> = resting.collect();
    let told = match lines.is_empty() {
        true => Told { word: words.in_use, tone: "good", icon: "ok" },
        false => Told { word: words.resting, tone: "bad", icon: "wait" },
    };
    (told, lines)
}

fn came(language: Language, currency: Currency, sums: &Sums) -> SumsShown {
    SumsShown {
        amount: language.money(Money::new(sums.paid_amount, currency)),
        payments: sums.paid_payments,
        fared: Fared::of(language, sums),
    }
}

/// The currencies that it has taken, or else those that it takes.
fn currencies(account: &Account) -> Vec<Currency> {
    let taken: Vec<Currency> = account.sums.iter().map(|(currency, _)| *currency).collect();
    if taken.is_empty() { taken_by(&account.open) } else { taken }
}

fn taken_by(open: &OpenAccount) -> Vec<Currency> {
    let limits = open.gateway.capabilities().limits;
    limits.iter().filter_map(|limit| Currency::from_code(limit.currency).ok()).collect()
}

/// A declared fee, such as “2,5 % + 10 DA”.
fn fee_told(language: Language, fee: DeclaredFee, currencies: &[Currency]) -> String {
    let point = if language == Language::En { '.' } else { ',' };
    let share = match (fee.per_mille / 10, fee.per_mille % 10) {
        (whole, 0) => format!("{whole}\u{a0}%"),
        (whole, tenth) => format!("{whole}{point}{tenth}\u{a0}%"),
    };
    let mut fixed: Vec<String> =
        currencies.iter().map(|currency| language.money(Money::new(fee.fixed, *currency))).collect();
    fixed.dedup();
    match (fee.per_mille, fee.fixed) {
        (_, 0) => share,
        (0, _) => fixed.join(" / "),
        (_, _) => format!("{share} + {}", fixed.join(" / ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fee_has_a_share_and_a_fixed_part() {
        let currency = |code| Currency::from_code(code).expect("a currency");
        for (per_mille, fixed, codes, expected) in [
            (20, 0, ["DZD", "DZD"], "2 %"),
            (25, 1000, ["DZD", "DZD"], "2,5 % + 10 DA"),
            (0, 100, ["XOF", "GNF"], "100 F CFA / 100 FG"),
            (0, 0, ["DZD", "DZD"], "0 %"),
        ] {
            let fee = DeclaredFee { per_mille, fixed };
            let told = fee_told(Language::Fr, fee, &codes.map(currency));
            assert_eq!(told.replace(['\u{a0}', '\u{202f}'], " "), expected);
        }
    }
}
