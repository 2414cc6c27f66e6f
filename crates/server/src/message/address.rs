//! Addresses of customers: which can be written to, and how much of one a log may show.

use lettre::Address;

/// The e-mail address, if a mail server can be expected to take it. A domain in other letters is turned
/// into its ASCII form; a part before the “@” in other letters is refused, as most servers would.
pub(super) fn mailbox(text: &str) -> Option<Address> {
    let (local, domain) = text.rsplit_once('@')?;
    let plain = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '<' | '>' | ',' | ';' | ':');
    if text.len() > 254 || !local.chars().all(plain) {
        return None;
    }
    // A name with a dot: neither an IP address nor this machine.
    let Ok(url::Host::Domain(domain)) = url::Host::parse(domain) else { return None };
    if !domain.trim_matches('.').contains('.') {
        return None;
    }
    Address::new(local, domain).ok()
}

/// `amina@example.com` as `a…@example.com`.
pub(super) fn masked_email(address: &str) -> String {
    match address.rsplit_once('@') {
        Some((local, domain)) => format!("{}…@{domain}", local.chars().next().unwrap_or('…')),
        None => "…".to_owned(),
    }
}

/// `+213665983439` as `+213…39`.
pub(super) fn masked_phone(number: &str) -> String {
    match (number.get(..4), number.len().checked_sub(2).and_then(|at| number.get(at..))) {
        (Some(first), Some(last)) if number.len() >= 9 => format!("{first}…{last}"),
        _ => "…".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_that_a_mail_server_takes() {
        let table = [
            ("amina@example.com", Some("amina@example.com")),
            ("a.b+shop@mail.example.dz", Some("a.b+shop@mail.example.dz")),
            ("amina@EXAMPLE.com", Some("amina@example.com")),
            ("amina@bücher.example", Some("amina@xn--bcher-kva.example")),
            ("amina@موقع.example", Some("amina@xn--4gbrim.example")),
            ("أمينة@example.com", None),
            ("amina", None),
            ("amina@", None),
            ("@example.com", None),
            ("amina@localhost", None),
            ("amina@127.0.0.1", None),
            ("amina@[127.0.0.1]", None),
            ("a@b@example.com", None),
            ("a b@example.com", None),
            ("\"a\\\r\nBcc: x\"@example.com", None),
            ("amina@example.com\r\nRCPT TO:<x@example.com>", None),
            ("amina@example.com>", None),
            ("<amina@example.com", None),
            ("a,b@example.com", None),
        ];
        for (text, expected) in table {
            let found = mailbox(text).map(|found| found.to_string());
            assert_eq!(found.as_deref(), expected, "{text:?}");
        }
    }

    #[test]
    fn logs_show_little() {
        assert_eq!(masked_email("amina@example.com"), "a…@example.com");
        assert_eq!(masked_email("@example.com"), "……@example.com");
        assert_eq!(masked_email("amina"), "…");
        assert_eq!(masked_phone("+213665983439"), "+213…39");
        assert_eq!(masked_phone("+2136659"), "…");
        assert_eq!(masked_phone(""), "…");
    }
}
