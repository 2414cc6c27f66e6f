//! Orders that somebody looks for, by words: what the API's list and the command line take alike. A word that means nothing
//! is refused, because a list that ignores it shows what nobody asked for.

use guichet_core::{
    AccountId, BadId, Code, Currency, Environment, MerchantId, OrderId, OrderState, PaymentLinkId,
};
use guichet_gateways::GATEWAYS;

use crate::fields::FieldRule;
use crate::registry::Snapshot;
use crate::store::{
    Fault, OrderFilter, OrdersPage, PageBounds, SEARCH_CHARS, Search, SearchIn, Span, Stored, TypedAmount,
};

use super::application::App;

/// What somebody wants of a list of orders, as they wrote it. Everything that is given must hold.
#[derive(Debug, Clone, Default)]
pub struct Narrowing<'a> {
    /// The status, by its word.
    pub status: Option<&'a str>,
    /// Only orders with held money.
    pub needs_you: bool,
    /// The shop's reference, exactly.
    pub reference: Option<&'a str>,
    /// A gateway's name.
    pub gateway: Option<&'a str>,
    /// An account's name or identifier.
    pub account: Option<&'a str>,
    /// ISO 4217 code.
    pub currency: Option<&'a str>,
    /// Made at or after this time: RFC 3339.
    pub created_after: Option<&'a str>,
    /// Made before this time.
    pub created_before: Option<&'a str>,
    /// Paid at or after this time.
    pub paid_after: Option<&'a str>,
    /// Paid before this time.
    pub paid_before: Option<&'a str>,
    /// An amount in major units, such as `2500.00`.
    pub amount: Option<&'a str>,
    /// A reference or identifier, an amount, or what the payer is known by.
    pub q: Option<&'a str>,
    /// The identifier of the payment link at which it was made.
    pub payment_link: Option<&'a str>,
    /// What the payer is known by.
    pub payer: Option<&'a str>,
}

/// A merchant's orders of one environment, narrowed.
#[derive(Debug, Clone)]
pub struct Narrowed {
    merchant: MerchantId,
    environment: Environment,
    filter: OrderFilter,
}

/// Why a list cannot be narrowed so.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{}", .0.rule)]
pub struct Meaningless(pub(crate) FieldRule);

impl Meaningless {
    /// The field, by its name in the API.
    pub fn field(&self) -> &str {
        &self.0.field
    }
}

fn refused<T>(field: &str, code: Code, rule: impl Into<String>) -> Result<T, Meaningless> {
    Err(Meaningless(FieldRule { field: field.to_owned(), code, rule: rule.into() }))
}

impl Narrowing<'_> {
    /// The filter for each of these merchants and environments; those that have no such account have no such orders.
    ///
    /// # Errors
    /// A word that means nothing, in any of them.
    pub fn read(
        &self,
        snapshot: &Snapshot,
        scopes: &[(MerchantId, Environment)],
    ) -> Result<Vec<Narrowed>, Meaningless> {
        let filter = self.filter()?;
        let Some(account) = self.account else {
            let every = scopes.iter().map(|(merchant, environment)| Narrowed {
                merchant: *merchant,
                environment: *environment,
                filter: filter.clone(),
            });
            return Ok(every.collect());
        };
        let named = scopes.iter().filter_map(|(merchant, environment)| {
            let account = account_of(snapshot, *merchant, *environment, account)?;
            let filter = OrderFilter { account: Some(account), ..filter.clone() };
            Some(Narrowed { merchant: *merchant, environment: *environment, filter })
        });
        let named: Vec<Narrowed> = named.collect();
        if named.is_empty() {
            let rule = format!(
                "account must be the name or the identifier of a gateway account; “{account}” is none."
            );
            return refused("account", Code::AccountUnknown, rule);
        }
        Ok(named)
    }

    fn payment_link(&self) -> Result<Option<PaymentLinkId>, Meaningless> {
        let link = self.payment_link.map(str::parse).transpose();
        link.or_else(|error: BadId| refused("payment_link", Code::IdentifierInvalid, format!("{error}.")))
    }

    fn filter(&self) -> Result<OrderFilter, Meaningless> {
        let mut searches = Vec::new();
        searches.extend(self.payment_link()?.map(Search::of_payment_link));
        searches.extend(search("q", self.q, SearchIn::Everything)?);
        searches.extend(search("payer", self.payer, SearchIn::Payer)?);
        Ok(OrderFilter {
            status: self.status()?,
            needing_you: self.needs_you,
            reference: self.reference.map(str::to_owned),
            created: Span {
                from_ms: moment("created_after", self.created_after)?,
                before_ms: moment("created_before", self.created_before)?,
            },
            paid: Span {
                from_ms: moment("paid_after", self.paid_after)?,
                before_ms: moment("paid_before", self.paid_before)?,
            },
            gateway: self.gateway()?,
            account: None,
            currency: self.currency()?,
            amount: self.amount()?,
            searches,
        })
    }

    fn status(&self) -> Result<Option<String>, Meaningless> {
        match self.status {
            Some(status) if !OrderState::STATUSES.contains(&status) => {
                let rule = format!("status must be one of {}.", OrderState::STATUSES.join(", "));
                refused("status", Code::StatusUnknown, rule)
            }
            status => Ok(status.map(str::to_owned)),
        }
    }

    fn gateway(&self) -> Result<Option<String>, Meaningless> {
        let known = || GATEWAYS.iter().map(|gateway| gateway.name());
        match self.gateway {
            Some(gateway) if !known().any(|name| name == gateway) => {
                let rule = format!("gateway must be one of {}.", known().collect::<Vec<_>>().join(", "));
                refused("gateway", Code::GatewayUnknown, rule)
            }
            gateway => Ok(gateway.map(str::to_owned)),
        }
    }

    fn amount(&self) -> Result<Option<TypedAmount>, Meaningless> {
        let Some(text) = self.amount else { return Ok(None) };
        match TypedAmount::read(text) {
            None => refused(
                "amount",
                Code::FieldInvalid,
                "amount must be a sum of money such as 2500 or 2500.50.",
            ),
            amount => Ok(amount),
        }
    }

    fn currency(&self) -> Result<Option<Currency>, Meaningless> {
        let Some(code) = self.currency else { return Ok(None) };
        match Currency::from_code(code) {
            Ok(currency) => Ok(Some(currency)),
            Err(error) => refused("currency", Code::CurrencyUnknown, format!("currency: {error}.")),
        }
    }
}

fn search(field: &str, text: Option<&str>, within: SearchIn) -> Result<Option<Search>, Meaningless> {
    let Some(text) = text else { return Ok(None) };
    match Search::read(text, within) {
        Some(search) => Ok(Some(search)),
        None => {
            let (least, most) = (SEARCH_CHARS.start(), SEARCH_CHARS.end());
            refused(field, Code::SearchInvalid, format!("{field} must have {least} to {most} characters."))
        }
    }
}

/// A moment by RFC 3339 (unix ms). A date alone is none: nobody knows by whose midnight it begins.
fn moment(field: &str, text: Option<&str>) -> Result<Option<i64>, Meaningless> {
    let Some(text) = text else { return Ok(None) };
    match text.parse::<jiff::Timestamp>() {
        Ok(at) => Ok(Some(at.as_millisecond())),
        Err(_) => {
            let rule = format!("{field} must be RFC 3339, such as 2026-11-22T10:00:00Z.");
            refused(field, Code::TimeInvalid, rule)
        }
    }
}

/// The account that is called so, by its name or its identifier; also one that is not in use any more, whose orders are
/// still there.
fn account_of(
    snapshot: &Snapshot,
    merchant: MerchantId,
    environment: Environment,
    called: &str,
) -> Option<AccountId> {
    let accounts = snapshot.all_accounts_of(merchant, environment).into_iter();
    let called = accounts.filter(|account| account.name == called || account.id.to_string() == called);
    called.max_by_key(|account| account.standing.is_in_use()).map(|account| account.id)
}

impl App {
    /// The orders that are wanted, of all of these together, newest first: those older than `before`, so many at the most.
    ///
    /// # Errors
    /// They cannot be read.
    pub async fn orders(
        &self,
        wanted: &[Narrowed],
        before: Option<OrderId>,
        limit: usize,
    ) -> Result<Vec<Stored>, Fault> {
        let mut found = Vec::new();
        for Narrowed { merchant, environment, filter } in wanted {
            found.extend(self.store().orders(*merchant, *environment, filter, before, limit).await?);
        }
        found.sort_by_key(|stored| std::cmp::Reverse(stored.order.id));
        found.truncate(limit);
        Ok(found)
    }

    /// The same as far back as one page looks, and before which order the next page goes on.
    ///
    /// # Errors
    /// They cannot be read.
    pub async fn page_of_orders(
        &self,
        wanted: &[Narrowed],
        before: Option<OrderId>,
        limit: usize,
    ) -> Result<OrdersPage, Fault> {
        let mut page = OrdersPage::default();
        for Narrowed { merchant, environment, filter } in wanted {
            let of = (*merchant, *environment);
            let looked =
                self.store().page_of_orders(of, filter, before, limit, PageBounds::default()).await?;
            page.orders.extend(looked.orders);
            page.before = page.before.max(looked.before);
        }
        // What another shop has further back comes with a later page.
        page.orders.retain(|stored| page.before.is_none_or(|before| stored.order.id >= before));
        page.orders.sort_by_key(|stored| std::cmp::Reverse(stored.order.id));
        if page.orders.len() > limit {
            page.orders.truncate(limit);
            page.before = page.orders.last().map(|stored| stored.order.id);
        }
        Ok(page)
    }

    /// The order that a shop calls so, or that has this identifier, in any of these merchants and environments.
    ///
    /// # Errors
    /// They cannot be read.
    pub async fn orders_called(
        &self,
        scopes: &[(MerchantId, Environment)],
        called: &str,
    ) -> Result<Vec<Stored>, Fault> {
        if let Ok(id) = called.parse::<OrderId>() {
            let stored = self.store().order(id).await?;
            let is_in = |stored: &Stored| scopes.contains(&(stored.order.merchant, stored.order.environment));
            return Ok(stored.into_iter().filter(is_in).collect());
        }
        let mut found = Vec::new();
        for (merchant, environment) in scopes {
            if let Some((id, _)) = self.store().order_of_reference(*merchant, *environment, called).await? {
                found.extend(self.store().order(id).await?);
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_means_nothing_is_refused_with_its_field() {
        let scopes = [(MerchantId::new(1, [1; 10]), Environment::Test)];
        let nothing = Narrowing::default();
        for (wanted, field, code) in [
            (Narrowing { status: Some("payed"), ..nothing.clone() }, "status", Code::StatusUnknown),
            (Narrowing { gateway: Some("ocpai"), ..nothing.clone() }, "gateway", Code::GatewayUnknown),
            (Narrowing { account: Some("till"), ..nothing.clone() }, "account", Code::AccountUnknown),
            (Narrowing { currency: Some("dinar"), ..nothing.clone() }, "currency", Code::CurrencyUnknown),
            (
                Narrowing { created_after: Some("yesterday"), ..nothing.clone() },
                "created_after",
                Code::TimeInvalid,
            ),
            (
                Narrowing { created_before: Some("2026-11-22"), ..nothing.clone() },
                "created_before",
                Code::TimeInvalid,
            ),
            (Narrowing { paid_after: Some(""), ..nothing.clone() }, "paid_after", Code::TimeInvalid),
            (
                Narrowing { paid_before: Some("2026-11-22T10:00:00"), ..nothing.clone() },
                "paid_before",
                Code::TimeInvalid,
            ),
            (Narrowing { q: Some("a"), ..nothing.clone() }, "q", Code::SearchInvalid),
            (Narrowing { payer: Some(" "), ..nothing.clone() }, "payer", Code::SearchInvalid),
        ] {
            let refused = wanted.read(&Snapshot::default(), &scopes).expect_err(field);
            assert_eq!((refused.field(), refused.0.code), (field, code));
            assert!(refused.to_string().contains(field), "{refused}");
        }
        assert!(nothing.read(&Snapshot::default(), &scopes).is_ok_and(|narrowed| narrowed.len() == 1));
    }
}
