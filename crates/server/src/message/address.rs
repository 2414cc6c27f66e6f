//! How much of a customer's address a log may show.

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
    fn logs_show_little() {
        assert_eq!(masked_email("amina@example.com"), "a…@example.com");
        assert_eq!(masked_email("@example.com"), "……@example.com");
        assert_eq!(masked_email("amina"), "…");
        assert_eq!(masked_phone("+213665983439"), "+213…39");
        assert_eq!(masked_phone("+2136659"), "…");
        assert_eq!(masked_phone(""), "…");
    }
}
