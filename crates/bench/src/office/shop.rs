//! What the shop has beside its account at OCPay: every other gateway, one of them with a fee that it declares, and an endpoint that
//! hears of refunds, so that some of what happens is delivered.

use std::net::SocketAddr;

/// The rest of the shop file.
pub(super) fn besides(stub: SocketAddr) -> String {
    format!(
        r#"
[[merchants.accounts]]
name = "cinetpay"
gateway = "cinetpay"
environment = "test"
country = "CI"
base_url = "http://{stub}"
fee = {{ per_mille = 35, fixed = 0 }}
secret = {{ api_key = "cp_bench", site_id = "445160", secret_key = "secret_of_cp_bench" }}

[[merchants.accounts]]
name = "novasend"
gateway = "novasend"
environment = "test"
country = "CI"
base_url = "http://{stub}"
secret = {{ api_key = "ns_bench", api_client = "client_bench", webhook_secret = "secret_of_ns_bench" }}

[[merchants.accounts]]
name = "cash"
gateway = "cash"
environment = "test"

[[merchants.webhook_endpoints]]
url = "http://{stub}/hook"
environment = "test"
events = ["order.refunded"]
"#
    )
}
