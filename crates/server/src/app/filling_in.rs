//! What a customer must fill in before a gateway takes their order: found by asking the gateway's own rules, so that no
//! second list of what each gateway needs can disagree with them.

use guichet_core::{Currency, MerchantId, NumberingPlan, Payer, PayerField, Phone, Terms};
use guichet_gateways::RuleViolation;

use crate::registry::{OpenAccount, Snapshot};

use super::application::App;

impl App {
    /// The fields of the payer that the account's gateway needs and the shop did not give, those that the customer
    /// filled in before among them; `None` where nothing that a customer can fill in makes the gateway take the order.
    pub(super) fn to_fill_in(&self, account: &OpenAccount, terms: &Terms) -> Option<Vec<PayerField>> {
        let mut fields = Vec::new();
        let mut probe = Terms { payer: as_the_shop_gave_it(&terms.payer), ..terms.clone() };
        // Each turn fills in one field more, so this ends.
        while let Err(rule) = self.takes(account, &probe) {
            let field = PayerField::of_order_field(rule.field).filter(|field| probe.payer.lacks(*field))?;
            put_example(&mut probe, field);
            fields.push(field);
        }
        Some(fields)
    }

    /// Whether the account's gateway takes the order with what the customer filled in.
    ///
    /// # Errors
    /// The rule that it breaks.
    pub fn takes_with(
        &self,
        account: &OpenAccount,
        terms: &Terms,
        typed: &Payer,
    ) -> Result<(), RuleViolation> {
        self.takes(account, &Terms { payer: terms.payer.completed(typed), ..terms.clone() })
    }

    /// The ISO 3166-1 code of the country whose numbers a customer of this order types: the order's own, that of the
    /// account, or the only one whose money it is.
    pub fn country_of(&self, snapshot: &Snapshot, account: &OpenAccount, terms: &Terms) -> Option<String> {
        let of_shop = || home(snapshot, account.merchant, terms.money.currency);
        terms.payer.country.clone().or_else(|| account.country.clone()).or_else(of_shop)
    }

    /// The same where neither an order nor an account says it: the merchant's own country, or the only one whose money
    /// that is.
    pub fn home_of(&self, merchant: MerchantId, currency: Currency) -> Option<String> {
        home(&self.registry().snapshot(), merchant, currency)
    }
}

fn home(snapshot: &Snapshot, merchant: MerchantId, currency: Currency) -> Option<String> {
    let declared = snapshot.merchants.get(&merchant).and_then(|merchant| merchant.country.clone());
    declared.or_else(|| NumberingPlan::of_currency(currency.code()).map(|plan| plan.country.to_owned()))
}

fn as_the_shop_gave_it(payer: &Payer) -> Payer {
    let mut payer = payer.clone();
    for field in std::mem::take(&mut payer.typed) {
        put(&mut payer, field, None, None);
    }
    payer
}

/// Puts something into a field that any gateway's rules take for that field, in a country whose money the order is in.
fn put_example(terms: &mut Terms, field: PayerField) {
    let money = terms.money.currency.code();
    let plans = || NumberingPlan::all().iter();
    let of_payer = terms.payer.country.as_deref().and_then(NumberingPlan::of_country);
    let plan = of_payer.or_else(|| plans().find(|plan| plan.currency == money));
    let text = match field {
        PayerField::Email => "payer@example.com",
        PayerField::Country => plan.map_or("CI", |plan| plan.country),
        PayerField::Phone
        | PayerField::FamilyName
        | PayerField::GivenName
        | PayerField::Address
        | PayerField::City
        | PayerField::State
        | PayerField::ZipCode => "x",
    };
    let example = plan.or_else(|| plans().next()).map(|plan| plan.example).unwrap_or_default();
    put(&mut terms.payer, field, Some(text.to_owned()), Phone::parse(example).ok());
}

fn put(payer: &mut Payer, field: PayerField, text: Option<String>, phone: Option<Phone>) {
    match field {
        PayerField::FamilyName => payer.family_name = text,
        PayerField::GivenName => payer.given_name = text,
        PayerField::Email => payer.email = text,
        PayerField::Phone => payer.phone = phone,
        PayerField::Address => payer.address = text,
        PayerField::City => payer.city = text,
        PayerField::State => payer.state = text,
        PayerField::ZipCode => payer.zip_code = text,
        PayerField::Country => payer.country = text,
    }
}
