//! Cash under test: nobody to call.

use guichet_gateways::conformance::Subject;
use guichet_gateways::find;

use super::{account, request};

pub(crate) fn cash_subject() -> Subject {
    Subject {
        gateway: find("cash").expect("it is listed"),
        account: account("https://nowhere.invalid", &[]),
        request: request(),
        vendor: None,
    }
}
