//! What a restricted key may do: each operation of the API takes one permission of the back office. A key that has no role is
//! the shop's own server, which may do everything.

use axum::extract::MatchedPath;
use guichet_core::Code;
use http::Method;
use http::request::Parts;

use crate::permission::Permission::{self, *};
use crate::store::Role;

use super::problem::Problem;

/// Each operation: its method, its path, and what it takes.
const OPERATIONS: &[(&str, &str, Permission)] = &[
    ("GET", "/v1/orders", SeeOrders),
    ("POST", "/v1/orders", MakeOrders),
    ("GET", "/v1/orders/{id}", SeeOrders),
    ("POST", "/v1/orders/{id}/payments", MakeOrders),
    ("POST", "/v1/orders/{id}/check", WorkOrders),
    ("POST", "/v1/orders/{id}/cancel", WorkOrders),
    ("POST", "/v1/orders/{id}/reopen", WorkOrders),
    ("POST", "/v1/orders/{id}/fulfil", WorkOrders),
    ("POST", "/v1/orders/{id}/resolve", Decide),
    ("POST", "/v1/orders/{id}/payments/{payment}/record", TakeCash),
    ("GET", "/v1/orders/{id}/events", SeeOrders),
    ("GET", "/v1/orders/{id}/deliveries", WorkWebhooks),
    ("GET", "/v1/events", SeeOrders),
    ("POST", "/v1/events/ack", WorkWebhooks),
    ("GET", "/v1/webhook_endpoints", WorkWebhooks),
    ("POST", "/v1/webhook_endpoints", WorkKeys),
    ("DELETE", "/v1/webhook_endpoints/{id}", WorkKeys),
    ("POST", "/v1/webhook_endpoints/{id}/rotate_secret", WorkKeys),
    ("POST", "/v1/webhook_endpoints/{id}/test", WorkWebhooks),
    ("POST", "/v1/deliveries/{id}/resend", WorkWebhooks),
    ("GET", "/v1/project", SeeShop),
    ("PUT", "/v1/project", EditShop),
    ("GET", "/v1/products", SeeShop),
    ("PUT", "/v1/products/{id}", EditShop),
    ("DELETE", "/v1/products/{id}", EditShop),
    ("GET", "/v1/unmatched_notifications", Decide),
    ("POST", "/v1/unmatched_notifications/{id}/tie", Decide),
    ("POST", "/v1/unmatched_notifications/{id}/dismiss", Decide),
    ("POST", "/v1/orders/{id}/refunds", RecordRefunds),
    ("POST", "/v1/orders/{id}/refunds/{refund}/withdraw", RecordRefunds),
    ("GET", "/v1/refunds", SeeOrders),
    ("GET", "/v1/reports/days", SeeSums),
    ("POST", "/v1/reports/days/{date}/close", CloseDays),
    ("GET", "/v1/reports/orders", Export),
    ("POST", "/v1/payment_links", MakePaymentLinks),
    ("GET", "/v1/payment_links", MakePaymentLinks),
    ("GET", "/v1/payment_links/{id}", MakePaymentLinks),
    ("POST", "/v1/payment_links/{id}/end", MakePaymentLinks),
    ("GET", "/v1/refund_requests", AnswerRefundRequests),
    ("POST", "/v1/refund_requests/{number}/close", AnswerRefundRequests),
];

/// An operation of the API, with the roles whose restricted keys may do it: what a matrix of roles is made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiOperation {
    /// The method.
    pub method: &'static str,
    /// The path, with its parameters in braces.
    pub path: &'static str,
    /// The roles.
    pub roles: Vec<Role>,
}

/// Every operation of the API that takes a key.
pub fn api_operations() -> Vec<ApiOperation> {
    let told = |(method, path, permission): &(&'static str, &'static str, Permission)| ApiOperation {
        method,
        path,
        roles: Role::ALL.into_iter().filter(|role| permission.is_granted_to(*role)).collect(),
    };
    OPERATIONS.iter().map(told).collect()
}

/// Refuses what that role may not do.
///
/// # Errors
/// It may not; so it is with an operation that is not listed.
pub(super) fn insist(parts: &Parts, role: Role) -> Result<(), Problem> {
    let path = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
    if permission(&parts.method, path).is_some_and(|permission| permission.is_granted_to(role)) {
        return Ok(());
    }
    let detail = format!(
        "This key is restricted to what the role “{}” may do, and that is not {} {path}; use a key that may.",
        role.as_str(),
        parts.method,
    );
    Err(Problem::new(Code::KeyNotPermitted, detail))
}

fn permission(method: &Method, path: &str) -> Option<Permission> {
    let method = if *method == Method::HEAD { "GET" } else { method.as_str() };
    let listed = OPERATIONS.iter().find(|(known, at, _)| *known == method && *at == path);
    listed.map(|(_, _, permission)| *permission)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::http::reference;

    #[test]
    fn every_operation_takes_a_permission() {
        let document = reference::document();
        let mut described = BTreeSet::new();
        for (path, item) in document["paths"].as_object().expect("paths") {
            let methods = item.as_object().expect("operations").keys();
            described.extend(methods.map(|method| format!("{} {path}", method.to_uppercase())));
        }
        let listed: BTreeSet<String> =
            OPERATIONS.iter().map(|(method, path, _)| format!("{method} {path}")).collect();
        assert_eq!(listed, described);
        assert_eq!(listed.len(), OPERATIONS.len(), "one is listed twice");
    }

    #[test]
    fn a_role_does_by_a_key_what_it_does_in_the_back_office() {
        for (method, path, role, expected) in [
            ("GET", "/v1/orders", Role::Accountant, true),
            ("HEAD", "/v1/orders", Role::Accountant, true),
            ("POST", "/v1/orders", Role::Accountant, false),
            ("GET", "/v1/reports/orders", Role::Accountant, true),
            ("GET", "/v1/reports/orders", Role::Clerk, false),
            ("POST", "/v1/orders/{id}/resolve", Role::Developer, false),
            ("GET", "/v1/nothing", Role::Clerk, false),
        ] {
            let method: Method = method.parse().expect("a method");
            let may = permission(&method, path).is_some_and(|permission| permission.is_granted_to(role));
            assert_eq!(may, expected, "{method} {path} {role:?}");
        }
    }
}
