//! `guichet order list`: orders of all merchants, narrowed as the API's list is.

use std::str::FromStr;

use clap::Args;

use super::super::columns::Column::{Left, Right};
use super::super::columns::Columns;
use super::super::database::Beside;
use super::super::exit::Exit;
use super::which::Scope;
use crate::output::print_json;
use guichet_core::OrderState;
use guichet_server::app::{App, Narrowing};
use guichet_server::store::{Opening, Stored};

/// Which orders, and how they are printed. Everything that is given must hold.
#[derive(Debug, Args)]
pub(in super::super) struct List {
    #[command(flatten)]
    scope: Scope,
    /// Only this status.
    #[arg(long, value_parser = OrderState::STATUSES)]
    status: Option<String>,
    /// Only orders with money that does not fit and waits for a person.
    #[arg(long)]
    needs_you: bool,
    /// Only the order that the shop calls so.
    #[arg(long)]
    reference: Option<String>,
    /// Only orders that were paid through this gateway, or else have their newest payment there.
    #[arg(long, value_name = "NAME")]
    gateway: Option<String>,
    /// The same for a gateway account, by its name or its identifier.
    #[arg(long, value_name = "NAME")]
    account: Option<String>,
    /// Only orders in this currency.
    #[arg(long, value_name = "CODE")]
    currency: Option<String>,
    /// Only orders that ask for this sum, in major units of their currency.
    #[arg(long, value_name = "AMOUNT")]
    amount: Option<String>,
    /// Only orders whose payer is known by this: a phone number or its last digits, the beginning of an e-mail address,
    /// names.
    #[arg(long, value_name = "TEXT")]
    payer: Option<String>,
    /// Only orders that are known by this: the beginning of a reference of the shop's or the gateway's, an identifier, the
    /// amount if they were made in the last 31 days, or what the payer is known by.
    #[arg(long, short = 'q', value_name = "TEXT")]
    search: Option<String>,
    /// Only orders made at or after this time: RFC 3339, or a date, which begins at midnight UTC.
    #[arg(long, value_name = "TIME")]
    created_after: Option<Moment>,
    /// Only orders made before this time.
    #[arg(long, value_name = "TIME")]
    created_before: Option<Moment>,
    /// Only orders whose money was seen at or after this time.
    #[arg(long, value_name = "TIME")]
    paid_after: Option<Moment>,
    /// Only orders whose money was seen before this time.
    #[arg(long, value_name = "TIME")]
    paid_before: Option<Moment>,
    /// How many at the most.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    limit: u32,
    /// Print them as the API shows them, one a line.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    database: Beside,
}

impl List {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        self.database.with_app(Opening::AsItIs, async |app| self.print(app).await).await
    }

    async fn print(&self, app: &App) -> anyhow::Result<()> {
        let snapshot = app.registry().snapshot();
        let narrowed =
            self.narrowing().read(&snapshot, &self.scope.of(&snapshot)?).map_err(|meaningless| {
                let field = if meaningless.field() == "q" { "search" } else { meaningless.field() };
                Exit::Usage.error(format!("--{}: {meaningless}", field.replace('_', "-")))
            })?;
        let found = app.orders(&narrowed, None, usize::try_from(self.limit)?).await?;
        if self.json {
            app.knows_its_address()?;
            return found.iter().try_for_each(|stored| print_json(&app.view(stored)));
        }
        let mut listing = Columns::new([
            Left("ORDER"),
            Left("REFERENCE"),
            Left("MERCHANT"),
            Left("ENVIRONMENT"),
            Left("STATUS"),
            Right("AMOUNT"),
            Left("GATEWAY"),
            Right("AGE"),
            Left("NEEDS YOU"),
        ]);
        let now_ms = app.clock().now_ms();
        for Stored { order, .. } in &found {
            let merchant = snapshot.merchants.get(&order.merchant).map_or("?", |merchant| &merchant.name);
            listing.row([
                order.id.to_string(),
                order.terms.reference.clone(),
                merchant.to_owned(),
                order.environment.as_str().to_owned(),
                order.state.status().to_owned(),
                order.terms.money.to_string(),
                order.main_payment().map(|payment| payment.gateway.clone()).unwrap_or_default(),
                age(now_ms - order.created_at_ms),
                if order.needs_you() { "yes" } else { "no" }.to_owned(),
            ]);
        }
        say!("{listing}");
        Ok(())
    }

    fn narrowing(&self) -> Narrowing<'_> {
        Narrowing {
            status: self.status.as_deref(),
            needs_you: self.needs_you,
            reference: self.reference.as_deref(),
            gateway: self.gateway.as_deref(),
            account: self.account.as_deref(),
            currency: self.currency.as_deref(),
            created_after: self.created_after.as_ref().map(Moment::as_str),
            created_before: self.created_before.as_ref().map(Moment::as_str),
            paid_after: self.paid_after.as_ref().map(Moment::as_str),
            paid_before: self.paid_before.as_ref().map(Moment::as_str),
            amount: self.amount.as_deref(),
            q: self.search.as_deref(),
            payment_link: None,
            payer: self.payer.as_deref(),
        }
    }
}

/// A time as the API takes it.
#[derive(Debug, Clone)]
struct Moment(String);

impl Moment {
    fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Moment {
    type Err = String;

    /// A time by RFC 3339, or a date, which begins at midnight UTC.
    fn from_str(text: &str) -> Result<Self, String> {
        let is_date = text.parse::<jiff::civil::Date>().is_ok_and(|date| date.to_string() == text);
        let text = if is_date { format!("{text}T00:00:00Z") } else { text.to_owned() };
        match text.parse::<jiff::Timestamp>() {
            Ok(_) => Ok(Moment(text)),
            Err(_) => {
                Err("write it by RFC 3339, such as 2026-11-22T10:00:00Z, or as a date, such as 2026-11-22"
                    .to_owned())
            }
        }
    }
}

/// How old something is, in the largest unit of which there are two.
pub(in super::super) fn age(ms: i64) -> String {
    let units = [("d", 86_400_000), ("h", 3_600_000), ("min", 60_000)];
    let unit = units.into_iter().find(|(_, length)| ms >= 2 * length);
    let (word, length) = unit.unwrap_or(("s", 1_000));
    format!("{} {word}", ms.max(0) / length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_a_moment_or_the_beginning_of_a_day() {
        for (text, read) in [
            ("2026-11-22", Some("2026-11-22T00:00:00Z")),
            ("2026-11-22T10:00:00+01:00", Some("2026-11-22T10:00:00+01:00")),
            ("2026-11-22T10:00:00", None),
            ("2026-13-01", None),
            ("yesterday", None),
            ("", None),
        ] {
            let moment = text.parse::<Moment>();
            assert_eq!(moment.as_ref().ok().map(Moment::as_str), read, "{text}");
        }
    }

    #[test]
    fn an_age_is_told_in_one_unit() {
        for (seconds, told) in [
            (-5, "0 s"),
            (0, "0 s"),
            (119, "119 s"),
            (120, "2 min"),
            (7_199, "119 min"),
            (7_200, "2 h"),
            (172_799, "47 h"),
            (172_800, "2 d"),
            (31_536_000, "365 d"),
        ] {
            assert_eq!(age(seconds * 1_000), told);
        }
    }
}
