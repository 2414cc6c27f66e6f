//! What a customer types into the checkout page because a gateway needs it: the fields of each way to pay, and the payer
//! that is read out of them. Numbers are read as people write them; the order's country says how they are dialled.

use guichet_core::{AccountId, BadPhone, NumberingPlan, Payer, PayerField, Phone};

use crate::app::App;
use crate::fields::{country, email, line};
use crate::pages::{AskedField, Mistake};
use crate::registry::{OpenAccount, Snapshot};

use super::Visitor;

/// What was typed for the account that was chosen.
pub(super) struct Typed {
    /// The account.
    pub(super) account: AccountId,
    /// Its fields, each with what was typed and what is wrong with it.
    pub(super) fields: Vec<AskedField>,
}

/// The fields of an account, with what the customer typed into them before.
pub(super) fn fields(
    app: &App,
    snapshot: &Snapshot,
    visitor: &Visitor,
    account: &OpenAccount,
    asked: &[PayerField],
) -> Vec<AskedField> {
    let terms = &visitor.stored.order.terms;
    let country = app.country_of(snapshot, account, terms);
    let plans = || NumberingPlan::all().iter();
    let money = terms.money.currency.code();
    let plan = country.as_deref().and_then(NumberingPlan::of_country);
    let plan = plan.or_else(|| plans().find(|plan| plan.currency == money)).or_else(|| plans().next());
    let field = |field: &PayerField| AskedField {
        field: *field,
        value: known(&terms.payer, *field).unwrap_or_default(),
        example: plan.filter(|_| *field == PayerField::Phone).map_or("", |plan| plan.example),
        mistake: None,
    };
    asked.iter().map(field).collect()
}

/// The payer who is read out of what was typed; `None` where something is wrong, which then stands at its field.
pub(super) fn read(fields: &mut [AskedField], home: Option<&str>) -> Option<Payer> {
    let mut payer = Payer::default();
    // The country first: a number may be written as it is dialled there.
    for field in fields.iter_mut().filter(|field| field.field == PayerField::Country) {
        field.mistake = take(&mut payer, field, home).err();
    }
    let said = payer.country.clone();
    let home = said.as_deref().or(home);
    for field in fields.iter_mut().filter(|field| field.field != PayerField::Country) {
        field.mistake = take(&mut payer, field, home).err();
    }
    fields.iter().all(|field| field.mistake.is_none()).then_some(payer)
}

fn take(payer: &mut Payer, typed: &AskedField, home: Option<&str>) -> Result<(), Mistake> {
    let text = typed.value.trim();
    if text.is_empty() {
        return Err(Mistake::Missing);
    }
    let one_line = |most| line("it", text, most).map(Some).map_err(|_| Mistake::NotALine);
    match typed.field {
        PayerField::Phone => {
            payer.phone = Some(Phone::typed(text, home).map_err(|bad| match bad {
                BadPhone::NotE164 => Mistake::NoPhone,
                BadPhone::CannotExist(plan) => Mistake::NoSuchPhone(plan),
            })?);
        }
        PayerField::Email => payer.email = Some(email("it", text).map_err(|_| Mistake::NoEmail)?),
        PayerField::Country => {
            let code = text.to_ascii_uppercase();
            payer.country = Some(country("it", &code).map_err(|_| Mistake::NoCountry)?);
        }
        PayerField::FamilyName => payer.family_name = one_line(100)?,
        PayerField::GivenName => payer.given_name = one_line(100)?,
        PayerField::Address => payer.address = one_line(200)?,
        PayerField::City => payer.city = one_line(100)?,
        PayerField::State => payer.state = one_line(100)?,
        PayerField::ZipCode => payer.zip_code = one_line(20)?,
    }
    Ok(())
}

fn known(payer: &Payer, field: PayerField) -> Option<String> {
    match field {
        PayerField::Phone => payer.phone.as_ref().map(ToString::to_string),
        PayerField::Email => payer.email.clone(),
        PayerField::Country => payer.country.clone(),
        PayerField::FamilyName => payer.family_name.clone(),
        PayerField::GivenName => payer.given_name.clone(),
        PayerField::Address => payer.address.clone(),
        PayerField::City => payer.city.clone(),
        PayerField::State => payer.state.clone(),
        PayerField::ZipCode => payer.zip_code.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(field: PayerField, value: &str) -> AskedField {
        AskedField { field, value: value.to_owned(), example: "", mistake: None }
    }

    #[test]
    fn what_people_type_is_read_or_the_field_says_why_not() {
        let benin = NumberingPlan::of_country("BJ").unwrap();
        for (field, typed, home, expected) in [
            (PayerField::Phone, "0551 23 45 67", Some("DZ"), Ok("+213551234567")),
            (PayerField::Phone, "٠٥٥١٢٣٤٥٦٧", Some("DZ"), Ok("+213551234567")),
            (PayerField::Phone, "0551 23 45 67", None, Err(Mistake::NoPhone)),
            (PayerField::Phone, "97 12 34 56", Some("BJ"), Err(Mistake::NoSuchPhone(benin))),
            (PayerField::Phone, "  ", Some("DZ"), Err(Mistake::Missing)),
            (PayerField::Email, " amina@example.com ", None, Ok("amina@example.com")),
            (PayerField::Email, "amina", None, Err(Mistake::NoEmail)),
            (PayerField::Country, "ci", None, Ok("CI")),
            (PayerField::Country, "Togo", None, Err(Mistake::NoCountry)),
            (PayerField::City, "Oran", None, Ok("Oran")),
            (PayerField::City, "a\nb", None, Err(Mistake::NotALine)),
        ] {
            let mut fields = [asked(field, typed)];
            let read = read(&mut fields, home).and_then(|payer| known(&payer, field));
            let found = read.as_deref().ok_or(fields[0].mistake);
            assert_eq!(found, expected.map_err(Some), "{typed}");
        }
        let mut both = [asked(PayerField::Phone, "07 01 02 03 04"), asked(PayerField::Country, "CI")];
        assert!(read(&mut both, Some("DZ")).is_some(), "the country that is typed beside it counts");
    }
}
