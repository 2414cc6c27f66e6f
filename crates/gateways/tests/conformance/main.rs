//! Every gateway through the same suite of misbehaviour: one file, one subject and one line each.

mod cash;
mod cinetpay;
mod novasend;
mod ocpay;

use std::collections::BTreeMap;

use guichet_gateways::conformance::{behaviours, suite};
use guichet_gateways::{Account, Currency, Money, PayinRequest};

use cash::cash_subject;
use cinetpay::cinetpay_subject;
use novasend::novasend_subject;
use ocpay::ocpay_subject;

suite!(ocpay_conforms, ocpay_subject);
suite!(cinetpay_conforms, cinetpay_subject);
suite!(novasend_conforms, novasend_subject);
suite!(cash_conforms, cash_subject);

/// A request that each subject turns into one that breaks none of its gateway's rules.
fn request() -> PayinRequest {
    PayinRequest {
        reference: "pay_0000000000000001".to_owned(),
        title: "Order 7".to_owned(),
        description: Some("Two lamps".to_owned()),
        return_url: Some("https://shop.example/orders/7".to_owned()),
        ..PayinRequest::of(Money::new(500_000, Currency::DZD))
    }
}

fn account(base_url: &str, secrets: &[&str]) -> Account {
    Account {
        base_url: base_url.parse().expect("an address"),
        secrets: secrets.iter().map(|secret| (*secret).into()).collect(),
        options: BTreeMap::new(),
    }
}

#[test]
fn the_catalogue_is_large() {
    for subject in [ocpay_subject(), novasend_subject()] {
        let count = behaviours(&subject);
        assert!(count >= 400, "{count} behaviours of {}", subject.gateway.name());
    }
}
