//! The demo's shop file, as its two merchants would write it: a grocery with an account at every
//! gateway and a front that was written for OneEntry, and a counter whose three shops were written for
//! other vendors.

use super::front;

/// The grocery, which knows Guichet's own API.
pub(super) const GROCERY: &str = "epicerie";
/// The merchant of the shops that know Guichet by another vendor's API.
pub(super) const COUNTER: &str = "comptoir";

/// What customers read on the buttons.
pub(super) const CARD: &str = "Carte CIB / Edahabia";
/// Cash at the door.
pub(super) const CASH: &str = "Espèces à la livraison";
/// For orders in francs.
pub(super) const CINETPAY: &str = "Mobile money ou carte (CinetPay)";
/// For orders in francs; the first of the two.
pub(super) const NOVASEND: &str = "Mobile money (Novasend)";

/// The shop file's text. Messages about play orders land in the sandbox's outbox, so that neither the
/// mail server nor the SMS provider that it names is ever called.
pub(super) fn shop_file(sandbox_url: &str, shop_url: &str, signing_secret: &str) -> String {
    grocery(sandbox_url, shop_url, signing_secret)
        + &front::project(shop_url)
        + &counter(sandbox_url, shop_url)
}

fn grocery(sandbox_url: &str, shop_url: &str, signing_secret: &str) -> String {
    let francs = francs(sandbox_url, GROCERY, "445160");
    format!(
        r#"
[[merchants]]
name = "{GROCERY}"
title = "Épicerie Yasmine"
country = "DZ"
time_zone = "Africa/Algiers"
return_origins = ["{shop_url}"]

[merchants.pages]
phone = "+213550000001"
whatsapp = "+213550000001"
email = "epicerie@example.com"

[merchants.messages]
outbox = "{sandbox_url}/sandbox/outbox"
email = {{ smtp = "smtp://127.0.0.1:25", from = "Épicerie Yasmine <epicerie@example.com>" }}
sms = {{ url = "{sandbox_url}/sms?to={{to}}&text={{text}}", method = "GET" }}

[[merchants.accounts]]
name = "ocpay"
gateway = "ocpay"
environment = "test"
label = {{ fr = "{CARD}", ar = "بطاقة CIB / الذهبية", en = "CIB / Edahabia card" }}
base_url = "{sandbox_url}"
checks_per_second = 1000
secret = {{ access_token = "sk_sandbox_demo" }}
{francs}
[[merchants.accounts]]
name = "cash"
gateway = "cash"
environment = "test"
label = {{ fr = "{CASH}", ar = "نقدًا عند التسليم", en = "Cash on delivery" }}

# A mistake, made on purpose: a live account with a key that moves run money.
[[merchants.accounts]]
name = "ocpay"
gateway = "ocpay"
environment = "live"
label = {{ fr = "{CARD}", ar = "بطاقة CIB / الذهبية", en = "CIB / Edahabia card" }}
base_url = "{sandbox_url}"
checks_per_second = 1000
secret = {{ access_token = "sk_sandbox_demo_mistake" }}

[[merchants.routes]]
currencies = ["XOF"]
accounts = ["novasend", "cinetpay"]

[[merchants.routes]]
currencies = ["DZD"]
accounts = ["ocpay", "cash"]

[[merchants.webhook_endpoints]]
url = "{shop_url}/webhooks"
environment = "test"
signing_secret = "{signing_secret}"

[[merchants.webhook_endpoints]]
url = "{shop_url}/webhooks"
environment = "live"
signing_secret = "{signing_secret}"
"#
    )
}

/// Each shop is paid by a gateway that is not the one it was written for; the payer's country decides.
fn counter(sandbox_url: &str, shop_url: &str) -> String {
    let francs = francs(sandbox_url, COUNTER, "445161");
    format!(
        r#"
[[merchants]]
name = "{COUNTER}"
title = "Le Comptoir"
time_zone = "Africa/Abidjan"
return_origins = ["{shop_url}"]
{francs}
[[merchants.accounts]]
name = "cash"
gateway = "cash"
environment = "test"
label = {{ fr = "{CASH}", ar = "نقدًا عند التسليم", en = "Cash on delivery" }}

[[merchants.routes]]
currencies = ["XOF"]
countries = ["CI"]
accounts = ["novasend"]

[[merchants.routes]]
currencies = ["XOF"]
countries = ["SN"]
accounts = ["cinetpay"]

[[merchants.routes]]
currencies = ["DZD"]
accounts = ["cash"]
"#
    )
}

/// A merchant's accounts for orders in francs. The secrets are those with which the sandbox signs as
/// long as a merchant has set up none.
fn francs(sandbox_url: &str, merchant: &str, site: &str) -> String {
    format!(
        r#"
[[merchants.accounts]]
name = "novasend"
gateway = "novasend"
environment = "test"
country = "CI"
label = {{ fr = "{NOVASEND}", ar = "محفظة الهاتف (Novasend)", en = "Mobile money (Novasend)" }}
base_url = "{sandbox_url}"
checks_per_second = 1000
secret = {{ api_key = "ns_{merchant}", api_client = "client_{merchant}", webhook_secret = "secret_of_ns_{merchant}" }}

[[merchants.accounts]]
name = "cinetpay"
gateway = "cinetpay"
environment = "test"
country = "CI"
label = {{ fr = "{CINETPAY}", ar = "محفظة الهاتف أو بطاقة (CinetPay)", en = "Mobile money or card (CinetPay)" }}
base_url = "{sandbox_url}"
checks_per_second = 1000
secret = {{ api_key = "cp_{merchant}", site_id = "{site}", secret_key = "secret_of_cp_{merchant}" }}
"#
    )
}
