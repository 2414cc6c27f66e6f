//! Payment links: what a shop may ask for in one, and the order that whoever opens it makes.

use guichet_core::{
    Actor, Code, Currency, Environment, Event, LinkAmount, LinkStatus, LinkTerms, LinkVisit, MerchantId,
    Money, NewOrder, Payer, PayerField, PaymentLink, PaymentLinkId, Policy, Terms, USUAL_LIFE_MS,
};

use crate::fields::{FieldRule, MOST_MINOR, language, line, metadata};
use crate::limiter::{Key, TooMany};
use crate::random;
use crate::store::{MerchantRow, Stored, end_payment_link, insert_payment_link};

use super::application::App;
use super::error::Error;
use super::routing::NoAccount;

/// The longest reference of a link, in characters: those of its orders are longer.
const MOST_REFERENCE: usize = 90;

/// How long a link may be good, in seconds.
const LIFE_S: std::ops::RangeInclusive<i64> = 60..=366 * 24 * 3600;

/// How many characters of a link's address only those know who were given it: 60 random bits.
const TOKEN_CHARS: usize = 12;

/// A payment link as somebody asks for it.
#[derive(Debug, Clone, Default)]
pub(crate) struct AskedLink {
    /// The shop's reference; we make one up where there is none.
    pub(crate) reference: Option<String>,
    /// What the customer reads.
    pub(crate) title: String,
    /// More words.
    pub(crate) description: Option<String>,
    /// How much, in minor units; the customer says so where it is left out.
    pub(crate) amount: Option<i64>,
    /// The least that the customer may say.
    pub(crate) minimum: Option<i64>,
    /// The most.
    pub(crate) maximum: Option<i64>,
    /// ISO 4217 code.
    pub(crate) currency: String,
    /// Whether it is good for one order.
    pub(crate) single_use: bool,
    /// What the customer fills in.
    pub(crate) asks_for: Vec<PayerField>,
    /// The language of the page.
    pub(crate) language: Option<String>,
    /// Where the customer goes afterwards.
    pub(crate) return_url: Option<String>,
    /// The notes of its orders.
    pub(crate) metadata: serde_json::Map<String, serde_json::Value>,
    /// After how many seconds it makes no orders any more.
    pub(crate) expires_in: Option<i64>,
}

/// Why a link is not made, or makes no order.
#[derive(Debug)]
pub(crate) enum LinkRefused {
    /// A field breaks a rule.
    Field(FieldRule),
    /// Nobody could pay its orders.
    NoAccount(NoAccount),
    /// Another link has this reference.
    ReferenceTaken,
    /// Its time is over, or the shop ended it.
    Over,
    /// Anything else.
    Error(Error),
}

impl<E: Into<Error>> From<E> for LinkRefused {
    fn from(error: E) -> Self {
        LinkRefused::Error(error.into())
    }
}

impl AskedLink {
    /// The terms, every rule checked.
    fn terms(&self, merchant: &MerchantRow, environment: Environment) -> Result<LinkTerms, FieldRule> {
        if let Some(url) = &self.return_url {
            let leads = merchant.leads_back_to(url, "return_url", environment);
            leads.map_err(|(code, rule)| FieldRule { field: "return_url".to_owned(), code, rule })?;
        }
        metadata(&self.metadata)?;
        let currency = Currency::from_code(&self.currency)
            .map_err(|error| rule("currency", Code::CurrencyUnknown, format!("{error}.")))?;
        let mut asks_for = self.asks_for.clone();
        asks_for.dedup();
        Ok(LinkTerms {
            title: line("title", &self.title, 200)?,
            description: self
                .description
                .as_deref()
                .map(|text| line("description", text, 1000))
                .transpose()?,
            amount: self.amount()?,
            currency,
            single_use: self.single_use,
            asks_for,
            language: self.language.as_deref().map(|text| language("language", text)).transpose()?,
            return_url: self.return_url.clone(),
            metadata: self.metadata.clone(),
        })
    }

    fn amount(&self) -> Result<LinkAmount, FieldRule> {
        let within = |field: &'static str, amount: i64| match amount {
            1..=MOST_MINOR => Ok(amount),
            _ => {
                let told = format!("{field} must be 1 to {MOST_MINOR} minor units; {amount} was sent.");
                Err(rule(field, Code::AmountOutOfRange, told))
            }
        };
        let bounded = self.minimum.map(|_| "minimum").or(self.maximum.map(|_| "maximum"));
        match (self.amount, bounded) {
            (Some(_), Some(field)) => {
                let told =
                    format!("{field} is for a link without an amount, where the customer says how much.");
                Err(rule(field, Code::AmountOutOfRange, told))
            }
            (Some(amount), None) => Ok(LinkAmount::Fixed(within("amount", amount)?)),
            (None, _) if self.single_use => {
                let told = "A link for one order needs its amount; leave single_use out where customers say how much.";
                Err(rule("amount", Code::FieldMissing, told))
            }
            (None, _) => {
                let least = within("minimum", self.minimum.unwrap_or(1))?;
                let most = within("maximum", self.maximum.unwrap_or(MOST_MINOR))?;
                if least > most {
                    let told = format!("maximum must not be less than minimum, which is {least}.");
                    return Err(rule("maximum", Code::AmountOutOfRange, told));
                }
                Ok(LinkAmount::Open { least, most })
            }
        }
    }

    /// How long it is good, in ms, if not for ever.
    fn life_ms(&self) -> Result<Option<i64>, FieldRule> {
        match self.expires_in {
            Some(seconds) if !LIFE_S.contains(&seconds) => {
                let (least, most) = (LIFE_S.start(), LIFE_S.end());
                let told = format!("expires_in must be {least} to {most} seconds; {seconds} was sent.");
                Err(rule("expires_in", Code::ExpiryOutOfRange, told))
            }
            seconds => Ok(seconds.map(|seconds| seconds * 1000)),
        }
    }
}

impl App {
    /// Makes a link, and says whether it is new: a merchant's same reference with the same content is the link there is.
    ///
    /// # Errors
    /// A field breaks a rule, nobody could pay, the reference is another link's, or it cannot be stored.
    pub(crate) async fn make_payment_link(
        &self,
        (merchant, environment): (&MerchantRow, Environment),
        asked: &AskedLink,
        made_by: Actor,
    ) -> Result<(PaymentLink, bool), LinkRefused> {
        self.knows_its_address()?;
        let terms = asked.terms(merchant, environment).map_err(LinkRefused::Field)?;
        let life_ms = asked.life_ms().map_err(LinkRefused::Field)?;
        let reference = match asked.reference.as_deref() {
            Some(reference) => line("reference", reference, MOST_REFERENCE).map_err(LinkRefused::Field)?,
            None => format!("L-{}", mark(8).to_ascii_uppercase()),
        };
        let now_ms = self.clock().now_ms();
        let link = PaymentLink {
            id: PaymentLinkId::new(now_ms, random::bytes()),
            merchant: merchant.id,
            environment,
            reference,
            token: mark(TOKEN_CHARS),
            terms,
            made_by,
            created_at_ms: now_ms,
            expires_at_ms: life_ms.map(|life_ms| now_ms + life_ms),
            ended_at_ms: None,
        };
        self.can_be_paid(&link, merchant.policy)?;
        match self.store().commit(vec![insert_payment_link(&link)]).await.map_err(Error::from) {
            Ok(()) => Ok((link, true)),
            Err(Error::ReferenceTaken) => {
                let store = self.store();
                let known =
                    store.payment_link_of_reference(merchant.id, environment, &link.reference).await?;
                let life =
                    |link: &PaymentLink| link.expires_at_ms.map(|expires| expires - link.created_at_ms);
                let same = known.filter(|known| known.terms == link.terms && life(known) == life_ms);
                same.map(|known| (known, false)).ok_or(LinkRefused::ReferenceTaken)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The link makes no orders any more.
    ///
    /// # Errors
    /// It cannot be stored.
    pub(crate) async fn end_payment_link(&self, id: PaymentLinkId) -> Result<Option<PaymentLink>, Error> {
        self.store().commit(vec![end_payment_link(id, self.clock().now_ms())]).await?;
        Ok(self.store().payment_link(id).await?)
    }

    /// The address of a link.
    pub(crate) fn payment_link_url(&self, link: &PaymentLink) -> String {
        self.public_url().page("l", &link.token)
    }

    /// Counts an order that is made from there.
    ///
    /// # Errors
    /// It is one too many.
    pub(crate) fn may_order_at_link(&self, from: Key) -> Result<(), TooMany> {
        self.0.link_orders.take(from, self.clock().now_ms())
    }

    /// The order that is made at a link by a page with that mark; the one that it made before, where it did. A link for one
    /// order takes that order up again where it closed without money.
    ///
    /// # Errors
    /// The link is over, nobody can be paid, or it cannot be stored.
    pub(crate) async fn order_at_link(
        &self,
        link: &PaymentLink,
        mark: &str,
        money: Money,
        payer: &Payer,
    ) -> Result<Stored, LinkRefused> {
        let status = link.status(self.clock().now_ms());
        if status != LinkStatus::Active {
            return Err(LinkRefused::Over);
        }
        let snapshot = self.registry().snapshot();
        let merchant = snapshot.merchants.get(&link.merchant).ok_or(NoAccount::NoneDeclared);
        let policy = merchant.map_err(LinkRefused::NoAccount)?.policy;
        let terms = self.link_terms(link, mark, money, payer, policy);
        let payable = self.payable(&snapshot, link.merchant, link.environment, &terms);
        let payable = payable.map_err(LinkRefused::NoAccount)?;
        let life_ms = payable.iter().map(|account| account.order_life_ms).min().flatten();
        let terms = terms.given(life_ms, self.clock().now_ms());
        let new = NewOrder {
            id: self.new_order_id(),
            merchant: link.merchant,
            environment: link.environment,
            terms: terms.clone().into(),
            actor: CUSTOMER,
        };
        let fingerprint = random::content_fingerprint(terms.reference.as_bytes());
        match self.create(new, None, &fingerprint, None).await {
            Ok(made) => Ok(made.stored),
            Err(Error::ReferenceTaken) => {
                let (merchant, environment) = (link.merchant, link.environment);
                Ok(self.order_made_before((merchant, environment), terms).await?)
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn order_made_before(
        &self,
        (merchant, environment): (MerchantId, Environment),
        terms: Terms,
    ) -> Result<Stored, Error> {
        let known = self.store().order_of_reference(merchant, environment, &terms.reference).await?;
        let (order, _) = known.ok_or(Error::ReferenceTaken)?;
        let stored = self.order_of(merchant, environment, order).await?;
        if stored.order.terms.payment_link != terms.payment_link {
            return Err(Error::ReferenceTaken);
        }
        let stored = self.looked_into(stored, &CUSTOMER).await?;
        if stored.order.state.is_paid() || !stored.order.has_closed(self.clock().now_ms()) {
            return Ok(stored);
        }
        let event = Event::ReopenRequested { terms: Box::new(terms), actor: CUSTOMER };
        match self.apply_to(stored.clone(), &event, None).await {
            Ok(applied) => Ok(applied.stored),
            // Its page tells what stands in the way, such as money that is held.
            Err(Error::Refused(_)) => Ok(stored),
            Err(error) => Err(error),
        }
    }

    /// Refuses a link whose orders nobody could pay. Where customers say how much, a usual amount is tried.
    fn can_be_paid(&self, link: &PaymentLink, policy: Policy) -> Result<(), LinkRefused> {
        let currency = link.terms.currency;
        let amount = match link.terms.amount {
            LinkAmount::Fixed(amount) => amount,
            LinkAmount::Open { least, most } => (1_000 * 10_i64.pow(currency.exponent())).clamp(least, most),
        };
        let terms = self.link_terms(link, "", Money::new(amount, currency), &Payer::default(), policy);
        let snapshot = self.registry().snapshot();
        let payable = self.payable(&snapshot, link.merchant, link.environment, &terms);
        payable.map(drop).map_err(LinkRefused::NoAccount)
    }

    fn link_terms(
        &self,
        link: &PaymentLink,
        mark: &str,
        money: Money,
        payer: &Payer,
        policy: Policy,
    ) -> Terms {
        let expires_at_ms = self.clock().now_ms() + USUAL_LIFE_MS;
        let payer = Payer::default().completed(payer);
        link.order_terms(LinkVisit { mark: mark.to_owned(), money, payer, policy, expires_at_ms })
    }
}

/// Whoever opens a link: nobody signs in there.
const CUSTOMER: Actor = Actor::Customer { id: None };

/// Random small letters and digits.
pub(crate) fn mark(chars: usize) -> String {
    random::token().chars().take(chars).collect()
}

fn rule(field: &str, code: Code, rule: impl Into<String>) -> FieldRule {
    FieldRule { field: field.to_owned(), code, rule: rule.into() }
}
