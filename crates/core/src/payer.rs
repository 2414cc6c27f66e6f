//! The payer: the name, e-mail address and phone number that gateways ask for.

use serde::{Deserialize, Serialize};

use crate::phone::Phone;

/// The person who pays. Every part is optional here; a gateway that needs one says so.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payer {
    /// Family name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family_name: Option<String>,
    /// Given name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_name: Option<String>,
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Phone number in E.164.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Phone>,
    /// Street and number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Town.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// State or region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Postal code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zip_code: Option<String>,
    /// ISO 3166-1 alpha-2 code, such as `CI`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// The fields that the customer filled in on the checkout page, and may correct there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub typed: Vec<PayerField>,
}

impl Payer {
    /// The given name and the family name, as far as they are known.
    pub fn full_name(&self) -> String {
        let names = [&self.given_name, &self.family_name];
        names.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" ")
    }
}

macro_rules! payer_fields {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $member:ident;)*) => {
        /// A field of the payer that a customer can fill in.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum PayerField { $($(#[$doc])* $name,)* }

        impl PayerField {
            /// Every field.
            pub const ALL: &'static [PayerField] = &[$(PayerField::$name,)*];

            /// The field's name in the API, such as `phone`.
            pub fn as_str(self) -> &'static str {
                match self { $(PayerField::$name => $word,)* }
            }
        }

        impl Payer {
            /// Whether nothing is known of that field.
            pub fn lacks(&self, field: PayerField) -> bool {
                match field { $(PayerField::$name => self.$member.is_none(),)* }
            }

            /// Takes that field over from another payer.
            pub(crate) fn take_over(&mut self, field: PayerField, from: &Payer) {
                match field { $(PayerField::$name => self.$member.clone_from(&from.$member),)* }
            }
        }
    };
}

payer_fields! {
    /// Family name.
    FamilyName = "family_name", family_name;
    /// Given name.
    GivenName = "given_name", given_name;
    /// E-mail address.
    Email = "email", email;
    /// Phone number.
    Phone = "phone", phone;
    /// Street and number.
    Address = "address", address;
    /// Town.
    City = "city", city;
    /// State or region.
    State = "state", state;
    /// Postal code.
    ZipCode = "zip_code", zip_code;
    /// Country.
    Country = "country", country;
}

impl PayerField {
    /// The field that an order's field such as `payer.phone` is.
    pub fn of_order_field(name: &str) -> Option<Self> {
        let name = name.strip_prefix("payer.")?;
        PayerField::ALL.iter().copied().find(|field| field.as_str() == name)
    }
}

impl Payer {
    /// Whether the customer may fill in that field on the checkout page: it is empty, or they filled it in there.
    pub fn may_type(&self, field: PayerField) -> bool {
        self.lacks(field) || self.typed.contains(&field)
    }

    /// The payer with what the customer filled in; fields that the shop gave stay as they are.
    pub fn completed(&self, typed: &Payer) -> Payer {
        let mut payer = self.clone();
        for field in PayerField::ALL.iter().copied() {
            if !typed.lacks(field) && self.may_type(field) {
                payer.take_over(field, typed);
                if !payer.typed.contains(&field) {
                    payer.typed.push(field);
                }
            }
        }
        payer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_shop_gave_is_not_overwritten_by_the_customer() {
        let text = |text: &str| Some(text.to_owned());
        let shops = Payer { email: text("amina@example.com"), ..Payer::default() };
        let first = Payer { email: text("other@example.com"), city: text("Oran"), ..Payer::default() };
        let once = shops.completed(&first);
        assert_eq!((once.email.as_deref(), once.city.as_deref()), (Some("amina@example.com"), Some("Oran")));
        assert_eq!(once.typed, [PayerField::City]);
        let again = once.completed(&Payer { city: text("Alger"), ..Payer::default() });
        assert_eq!((again.city.as_deref(), again.typed.len()), (Some("Alger"), 1));
        assert_eq!(again.completed(&Payer::default()), again);
    }

    #[test]
    fn fields_have_the_names_of_the_api() {
        for field in PayerField::ALL.iter().copied() {
            let name = format!("payer.{}", field.as_str());
            assert_eq!(PayerField::of_order_field(&name), Some(field));
            assert_eq!(serde_json::to_value(field).unwrap(), field.as_str());
            assert!(Payer::default().lacks(field));
        }
        assert_eq!(PayerField::of_order_field("phone"), None);
        assert_eq!(PayerField::of_order_field("payer.shoe_size"), None);
    }
}
