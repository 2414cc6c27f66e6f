//! A payment link: an address that a shop hands out, at which whoever opens it makes an order.

use serde::{Deserialize, Serialize};

use crate::event::Actor;
use crate::id::{MerchantId, PaymentLinkId};
use crate::money::{Currency, Money};
use crate::order::{Breakdown, Environment, Policy, Presentation, Terms, WATCH_MS};
use crate::payer::{Payer, PayerField};

/// The length of the mark of a link's only order: the end of the link's identifier, 60 of its random bits.
const ONLY_MARK_CHARS: usize = 12;

/// The amount of a payment link, in minor units of its currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkAmount {
    /// The shop says how much.
    Fixed(i64),
    /// The customer does, within bounds.
    Open {
        /// The least that may be typed, at least one.
        least: i64,
        /// The most.
        most: i64,
    },
}

impl LinkAmount {
    /// The money that is asked for, where the customer typed that.
    ///
    /// # Errors
    /// Nothing was typed, or it is out of bounds.
    pub fn asked(self, currency: Currency, typed: Option<Money>) -> Result<Money, OutOfBounds> {
        match self {
            LinkAmount::Fixed(amount) => Ok(Money::new(amount, currency)),
            LinkAmount::Open { least, most } => typed
                .filter(|money| money.currency == currency && (least..=most).contains(&money.amount_minor))
                .ok_or(OutOfBounds),
        }
    }
}

/// A typed amount that the link does not take, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutOfBounds;

/// The terms of a payment link, as the shop asked for them. They do not change: another offer is another link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkTerms {
    /// The title that the customer reads.
    pub title: String,
    /// The description below the title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// How much is asked for.
    pub amount: LinkAmount,
    /// The currency of the amount.
    pub currency: Currency,
    /// Whether the link is good for one order, which whoever opens it goes on with.
    pub single_use: bool,
    /// The fields that the customer fills in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asks_for: Vec<PayerField>,
    /// ISO 639-1 code of the language of the page and of what follows, such as `fr`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The address to which the customer returns afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_url: Option<String>,
    /// The metadata of its orders.
    #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
    pub metadata: serde_json::Map<String, serde_json::Value>,
}

/// A payment link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentLink {
    /// The link's identifier.
    pub id: PaymentLinkId,
    /// The merchant whose it is.
    pub merchant: MerchantId,
    /// The environment of its orders.
    pub environment: Environment,
    /// The shop's reference for the link, unique per merchant and environment. Its orders' references begin with it.
    pub reference: String,
    /// The part of its address that only those know who were given it.
    pub token: String,
    /// The terms.
    pub terms: LinkTerms,
    /// The one who made it.
    pub made_by: Actor,
    /// The time at which it was made (unix ms).
    pub created_at_ms: i64,
    /// The time from which it makes no orders any more (unix ms), if the shop gave it one.
    pub expires_at_ms: Option<i64>,
    /// The time at which the shop ended it (unix ms).
    pub ended_at_ms: Option<i64>,
}

/// The state of a payment link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkStatus {
    /// It makes orders.
    Active,
    /// Its time has run out.
    Expired,
    /// The shop ended it.
    Ended,
}

impl LinkStatus {
    /// Every state.
    pub const ALL: [LinkStatus; 3] = [LinkStatus::Active, LinkStatus::Expired, LinkStatus::Ended];

    /// The word of the API.
    pub fn as_str(self) -> &'static str {
        match self {
            LinkStatus::Active => "active",
            LinkStatus::Expired => "expired",
            LinkStatus::Ended => "ended",
        }
    }
}

/// Someone who opened a payment link and goes on to pay.
#[derive(Debug, Clone)]
pub struct LinkVisit {
    /// The mark that the page carried: the same page makes one order, however often it is sent. Letters and digits.
    pub mark: String,
    /// The money that is asked for, by [`LinkAmount::asked`].
    pub money: Money,
    /// The payer, as far as the link asked.
    pub payer: Payer,
    /// The policy of the merchant for late money.
    pub policy: Policy,
    /// The time at which the order stops waiting for money (unix ms).
    pub expires_at_ms: i64,
}

impl PaymentLink {
    /// The state at that time (unix ms).
    pub fn status(&self, now_ms: i64) -> LinkStatus {
        if self.ended_at_ms.is_some() {
            LinkStatus::Ended
        } else if self.expires_at_ms.is_some_and(|expires_at_ms| now_ms >= expires_at_ms) {
            LinkStatus::Expired
        } else {
            LinkStatus::Active
        }
    }

    /// The reference of the order that a page with that mark makes. A link for one order has one, whatever the page. Gateways
    /// and statements show references, so none has a part of the link's address.
    pub fn order_reference(&self, mark: &str) -> String {
        let id = self.id.to_string();
        let mark = if self.terms.single_use { &id[id.len() - ONLY_MARK_CHARS..] } else { mark };
        format!("{}-{mark}", self.reference)
    }

    /// The terms of the order that this visit makes.
    pub fn order_terms(&self, visit: LinkVisit) -> Terms {
        let LinkVisit { mark, money, payer, policy, expires_at_ms } = visit;
        Terms {
            reference: self.order_reference(&mark),
            money,
            items: Vec::new(),
            breakdown: Breakdown::default(),
            title: self.terms.title.clone(),
            description: self.terms.description.clone(),
            payer,
            presentation: Presentation { language: self.terms.language.clone(), ..Presentation::default() },
            origin: None,
            payment_link: Some(self.id),
            return_url: self.terms.return_url.clone(),
            metadata: self.terms.metadata.clone(),
            policy,
            expires_at_ms,
            watch_until_ms: expires_at_ms + WATCH_MS,
            expiry_is_usual: true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(single_use: bool) -> PaymentLink {
        PaymentLink {
            id: PaymentLinkId::new(1, [1; 10]),
            merchant: MerchantId::new(1, [2; 10]),
            environment: Environment::Test,
            reference: "STALL".to_owned(),
            token: "tttttttttttt".to_owned(),
            terms: LinkTerms {
                title: "Coffee".to_owned(),
                description: None,
                amount: LinkAmount::Fixed(500),
                currency: Currency::XOF,
                single_use,
                asks_for: Vec::new(),
                language: None,
                return_url: None,
                metadata: serde_json::Map::new(),
            },
            made_by: Actor::Operator { login: "amina".to_owned() },
            created_at_ms: 0,
            expires_at_ms: Some(100),
            ended_at_ms: None,
        }
    }

    #[test]
    fn an_amount_is_the_shops_or_within_its_bounds() {
        let (fixed, open) = (LinkAmount::Fixed(500), LinkAmount::Open { least: 100, most: 1000 });
        let money = |minor| Money::new(minor, Currency::XOF);
        let dinars = Money::new(500, Currency::DZD);
        for (amount, typed, expected) in [
            (fixed, None, Ok(money(500))),
            (fixed, Some(money(1)), Ok(money(500))),
            (open, None, Err(OutOfBounds)),
            (open, Some(money(99)), Err(OutOfBounds)),
            (open, Some(money(100)), Ok(money(100))),
            (open, Some(money(1000)), Ok(money(1000))),
            (open, Some(money(1001)), Err(OutOfBounds)),
            (open, Some(dinars), Err(OutOfBounds)),
        ] {
            assert_eq!(amount.asked(Currency::XOF, typed), expected, "{amount:?} {typed:?}");
        }
    }

    #[test]
    fn a_link_makes_orders_until_its_time_or_its_end() {
        let mut one = link(false);
        for (now_ms, ended_at_ms, expected) in [
            (99, None, LinkStatus::Active),
            (100, None, LinkStatus::Expired),
            (99, Some(50), LinkStatus::Ended),
            (100, Some(50), LinkStatus::Ended),
        ] {
            one.ended_at_ms = ended_at_ms;
            assert_eq!(one.status(now_ms), expected, "{now_ms} {ended_at_ms:?}");
        }
    }

    #[test]
    fn a_page_makes_one_order_and_so_does_a_link_for_one() {
        let (many, one) = (link(false), link(true));
        assert_ne!(many.order_reference("a"), many.order_reference("b"));
        assert_eq!(one.order_reference("a"), one.order_reference("b"));
        let reference = one.order_reference("a");
        assert!(reference.starts_with("STALL-") && !reference.contains(&one.token), "{reference}");
    }
}
