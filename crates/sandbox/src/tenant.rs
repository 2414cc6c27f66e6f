//! Merchants: which keys the simulated acquirer knows, whose they are, and the magic ones that
//! force a refusal. Every pair of key and account at every dialect is a tenant of its own, so two
//! tests never see each other's payments.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use guichet_gateways::{BackendRefusal, ClientCredential, DIALECTS, Dialect};

use crate::misbehaviour_kind::CallKind;

/// A merchant of one vendor; a clone is the same merchant.
#[derive(Clone)]
pub(crate) struct Tenant {
    dialect: &'static dyn Dialect,
    pair: Arc<(String, String)>,
    sandbox: bool,
}

/// The ends of keys that force a refusal, at every dialect, for the home page.
pub(crate) const MAGIC_KEYS: &[(&str, &str)] = &[
    ("…_unvalidated", "the merchant may not take payments yet: making one is refused"),
    ("…_blocked", "the key may not be used from this address: every call is refused"),
    ("…_limited", "too many calls: every call is refused"),
];

impl Tenant {
    /// The merchant who makes this call.
    ///
    /// # Errors
    /// The vendor's refusal of such a key.
    pub(crate) fn admit(client: ClientCredential<'_>, call: CallKind) -> Result<Tenant, BackendRefusal> {
        let tenant = Tenant::known(client).ok_or(BackendRefusal::UnknownKey)?;
        if client.key.ends_with("_blocked") {
            return Err(BackendRefusal::AddressBlocked);
        }
        if client.key.ends_with("_limited") {
            return Err(BackendRefusal::TooManyRequests);
        }
        if client.key.ends_with("_unvalidated") && call == CallKind::Open {
            return Err(BackendRefusal::MerchantNotValidated);
        }
        Ok(tenant)
    }

    /// The merchant of this key, magic or not; `None` when the dialect's sandbox does not accept it.
    pub(crate) fn known(client: ClientCredential<'_>) -> Option<Tenant> {
        let dialect = guichet_gateways::dialect(client.dialect)?;
        let magic = ["_blocked", "_limited", "_unvalidated"];
        // A magic suffix is ours, so the rest must have the vendor's format.
        let shape = magic.iter().find_map(|end| client.key.strip_suffix(end)).unwrap_or(client.key);
        let sandbox = dialect.accepts(shape, client.account)?;
        Some(Tenant { dialect, pair: Arc::new((client.key.to_owned(), client.account.to_owned())), sandbox })
    }

    /// The vendor whose merchant it is.
    pub(crate) fn dialect(&self) -> &'static dyn Dialect {
        self.dialect
    }

    pub(crate) fn key(&self) -> &str {
        &self.pair.0
    }

    pub(crate) fn account(&self) -> &str {
        &self.pair.1
    }

    /// Whether its payments are play money.
    pub(crate) fn sandbox(&self) -> bool {
        self.sandbox
    }

    /// A hint of the key: enough to recognise it, not enough to use it.
    pub(crate) fn key_hint(&self) -> String {
        hint(self.key())
    }

    /// The merchant's name at this acquirer: a number that the key and its account always give.
    pub(crate) fn merchant(&self) -> String {
        // FNV-1a, which the standard library does not have and which stays the same in every version.
        let hash =
            self.key().bytes().chain(self.account().bytes()).fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
            });
        format!("user_{:09}", hash % 1_000_000_000)
    }
}

impl PartialEq for Tenant {
    fn eq(&self, other: &Tenant) -> bool {
        self.dialect.name() == other.dialect.name() && self.pair == other.pair
    }
}

impl Eq for Tenant {}

impl Hash for Tenant {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.dialect.name().hash(state);
        self.pair.hash(state);
    }
}

/// A key with its secret part hidden: the beginning that it shares with a vendor's example, up to
/// an underscore, and the last four characters of a rest that is at least eight bytes long.
pub(crate) fn hint(key: &str) -> String {
    let examples = DIALECTS.iter().flat_map(|dialect| dialect.profile().example_keys);
    let kinds = examples.map(|example| kind_of(key, example.example));
    let kind = kinds.max_by_key(|kind| kind.len()).unwrap_or("");
    let secret = &key[kind.len()..];
    let shown = secret.char_indices().rev().nth(3).filter(|(start, _)| *start >= 4);
    let tail = shown.map_or("", |(start, _)| &secret[start..]);
    format!("{kind}…{tail}")
}

/// The common beginning of two texts, up to its last underscore.
fn kind_of<'a>(key: &'a str, example: &str) -> &'a str {
    let same = key.bytes().zip(example.bytes()).take_while(|(one, other)| one == other).count();
    key.as_bytes()[..same].iter().rposition(|byte| *byte == b'_').map_or("", |end| &key[..=end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dialect_lets_in_what_it_issues_and_magic_ends_are_refused() {
        for dialect in DIALECTS {
            let issued = dialect.issue([7; 64]);
            let admit = |key: &str, call| {
                let client = ClientCredential { dialect: dialect.name(), key, account: &issued.account };
                Tenant::admit(client, call).map(|tenant| tenant.merchant())
            };
            let name = dialect.name();
            assert!(admit(&issued.key, CallKind::Open).is_ok(), "{name}");
            for (end, call, expected) in [
                ("_blocked", CallKind::Check, Some(BackendRefusal::AddressBlocked)),
                ("_limited", CallKind::Open, Some(BackendRefusal::TooManyRequests)),
                ("_unvalidated", CallKind::Open, Some(BackendRefusal::MerchantNotValidated)),
                ("_unvalidated", CallKind::Check, None),
            ] {
                let key = format!("{}{end}", issued.key);
                assert_eq!(admit(&key, call).err(), expected, "{name} {end}");
            }
            for key in ["", "_blocked"] {
                assert_eq!(admit(key, CallKind::Check), Err(BackendRefusal::UnknownKey), "{name} {key}");
            }
        }
    }

    #[test]
    fn a_key_of_another_vendor_is_another_merchant() {
        for dialect in DIALECTS {
            let issued = dialect.issue([7; 64]);
            let of = |dialect: &'static str| {
                Tenant::known(ClientCredential { dialect, key: &issued.key, account: &issued.account })
            };
            let own = of(dialect.name()).expect("its own key");
            for other in DIALECTS.iter().filter(|other| other.name() != dialect.name()) {
                assert!(of(other.name()).is_none_or(|tenant| tenant != own), "{}", other.name());
            }
        }
        assert!(Tenant::known(ClientCredential { dialect: "nowhere", key: "a", account: "" }).is_none());
    }

    #[test]
    fn a_hint_never_shows_a_short_secret() {
        for (key, expected) in [
            ("unlike_any_example_abcdefgh", "…efgh"),
            ("abc", "…"),
            ("abcdefg", "…"),
            ("ééééàààà", "…àààà"),
            ("", "…"),
        ] {
            assert_eq!(hint(key), expected, "{key}");
        }
        for example in DIALECTS.iter().flat_map(|dialect| dialect.profile().example_keys) {
            let (kind, _) = example.example.rsplit_once('_').unwrap_or(("", ""));
            let hint = hint(&format!("{kind}_secret-abcd"));
            assert!(!hint.contains("secret") && hint.ends_with("…abcd"), "{hint}");
        }
    }
}
