//! What a gateway knows an account by, as a shop file declares it: values as written or out of the environment, in the
//! order in which the gateway declares them.

use std::collections::BTreeMap;

use anyhow::{Context, bail, ensure};
use guichet_gateways::Gateway;

use super::difference::Change;

/// The credentials of an account, in the order the gateway declares; an optional one that is left out is empty.
pub(super) fn credentials(
    gateway: &dyn Gateway,
    declared: &BTreeMap<String, String>,
) -> anyhow::Result<Vec<String>> {
    let known = gateway.capabilities().credentials;
    if let Some(name) = declared.keys().find(|name| !known.iter().any(|known| known.name == name.as_str())) {
        let names: Vec<&str> = known.iter().map(|known| known.name).collect();
        bail!("{} has no credential “{name}”; it takes: {}", gateway.name(), names.join(", "));
    }
    let mut values = Vec::new();
    for known in known {
        let name = known.name;
        let value = declared.get(name).map(|value| from_environment(value)).transpose()?.unwrap_or_default();
        ensure!(
            !value.is_empty() || !known.required,
            "{} needs the credential “{name}”, and it must not be empty",
            gateway.name()
        );
        values.push(value);
    }
    Ok(values)
}

/// Which of them differ.
pub(super) fn changed(gateway: &dyn Gateway, before: &[String], after: &[String]) -> Vec<Change> {
    let known = gateway.capabilities().credentials.iter().enumerate();
    let differs = |index: usize| {
        let of = |values: &[String]| values.get(index).cloned().unwrap_or_default();
        of(before) != of(after)
    };
    let changed = known.filter(|(index, _)| differs(*index));
    changed.map(|(_, known)| Change::secret(format!("secret.{}", known.name))).collect()
}

/// A value as written, or from the environment when it says so; never shown in an error.
pub(super) fn from_environment(value: &str) -> anyhow::Result<String> {
    match value.strip_prefix("env:") {
        Some(name) => std::env::var(name).with_context(|| format!("the environment has no variable {name}")),
        None => Ok(value.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gateway_gets_exactly_its_credentials() {
        let ocpay = guichet_gateways::find("ocpay").unwrap();
        let given = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
        };
        assert_eq!(credentials(ocpay, &given(&[("access_token", "x")])).unwrap(), ["x"]);
        assert!(credentials(ocpay, &given(&[])).is_err());
        assert!(credentials(ocpay, &given(&[("access_token", "x"), ("token", "y")])).is_err());
        assert!(credentials(ocpay, &given(&[("access_token", "env:GUICHET_NO_SUCH_VARIABLE")])).is_err());
    }
}
