//! The actions of a customer or the bank on a payment, and the means by which it is paid.

use guichet_gateways::{Operator, PayinRequest};

use crate::refusal::Refusal;
use crate::tenant::Tenant;

/// The time in which the bank confirms a late payment unless told otherwise, in seconds.
pub(crate) const LATE_S: u64 = 180;

/// An action of a customer or the bank on a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// The customer begins to pay: the link no longer expires, and nothing is decided yet.
    Initiate,
    /// The customer pays and the bank confirms at once.
    Pay,
    /// The money is taken now, and the bank confirms it so many seconds later.
    PayLate {
        /// From now until the confirmation, in seconds.
        seconds: u64,
    },
    /// Another amount than asked for arrives: 100 minor units less (or more, if less is nothing).
    PayOther,
    /// The bank declines.
    Decline,
    /// The customer cancels.
    Cancel,
    /// The link expires.
    Expire,
}

/// The means by which a customer pays, as far as they are given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Means {
    /// The vendor's code of the operator, one of those that the vendor's profile lists.
    pub(crate) operator: Option<String>,
    /// The phone number that pays.
    pub(crate) phone: Option<String>,
}

impl Means {
    /// Makes sure that the vendor has such an operator and that the phone number can be one.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] about the field.
    pub(crate) fn validate(&self, tenant: &Tenant) -> Result<(), Refusal> {
        if let Some(code) = &self.operator {
            let operators = tenant.dialect().profile().operators;
            if operators.is_empty() {
                let message = "This vendor's page has one way to pay; leave operator out.";
                return Err(Refusal::invalid("operator", message));
            }
            if !operators.iter().any(|operator| operator.code == code) {
                let codes: Vec<&str> = operators.iter().map(|operator| operator.code).collect();
                let message = format!("operator is one of {}.", codes.join(", "));
                return Err(Refusal::invalid("operator", message));
            }
        }
        match &self.phone {
            Some(phone) if !is_phone(phone) => {
                let message = "phone is a number of 4 to 15 digits, perhaps with a + in front.";
                Err(Refusal::invalid("phone", message))
            }
            Some(_) | None => Ok(()),
        }
    }
}

/// The operators that this payment's page offers: those of the channels that the request asked
/// for, or all when it asked for none or for something that the vendor does not have.
pub(crate) fn offered(tenant: &Tenant, request: &PayinRequest) -> Vec<&'static Operator> {
    let all = tenant.dialect().profile().operators;
    let channels = &request.presentation.channels;
    let wanted: Vec<_> = all.iter().filter(|operator| channels.contains(&operator.channel)).collect();
    if wanted.is_empty() { all.iter().collect() } else { wanted }
}

fn is_phone(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or(text);
    (4..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phone_numbers_are_digits() {
        for (text, expected) in [
            ("+2250700000000", true),
            ("0700", true),
            ("+22", false),
            ("", false),
            ("+", false),
            ("07 00 00", false),
            ("1234567890123456", false),
        ] {
            assert_eq!(is_phone(text), expected, "{text}");
        }
    }
}
