//! What PostgreSQL logs of statements (`log_statement = all`, `log_line_prefix = '%p '`), read back into transactions.

use std::collections::HashMap;

use super::{Statement, Writes};

/// How an identifier ends that a unit has for itself: with its number, in so many digits.
const DIGITS: usize = 10;

/// A statement as it was run, and its parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Run {
    sql: String,
    /// Each as a literal of SQL.
    parameters: Vec<String>,
}

/// The transactions that were committed, in the order in which they began, without those that only read.
pub(crate) fn transactions(log: &str) -> Vec<Vec<Run>> {
    let (mut open, mut found) = (HashMap::<&str, Vec<Run>>::new(), Vec::new());
    for line in log.lines() {
        let Some((process, told)) = line.split_once(' ') else { continue };
        if let Some(sql) = told.strip_prefix("LOG:  statement: ") {
            if sql.starts_with("BEGIN") {
                open.insert(process, Vec::new());
            } else if sql.starts_with("COMMIT") {
                found.extend(open.remove(process).filter(|runs| !runs.is_empty()));
            }
        } else if let Some((_, sql)) =
            told.strip_prefix("LOG:  execute ").and_then(|run| run.split_once(": "))
        {
            if let Some(runs) = open.get_mut(process) {
                runs.push(Run { sql: sql.to_owned(), parameters: Vec::new() });
            }
        } else if let Some(list) = told.strip_prefix("DETAIL:  parameters: ")
            && let Some(run) = open.get_mut(process).and_then(|runs| runs.last_mut())
        {
            run.parameters = parameters(list);
        }
    }
    found
}

/// The literals of `$1 = '62', $2 = NULL, $3 = 'it''s'`.
fn parameters(list: &str) -> Vec<String> {
    let (mut found, mut rest) = (Vec::new(), list);
    while let Some((_, after)) = rest.split_once(" = ") {
        let end = literal_end(after);
        found.push(after[..end].to_owned());
        rest = &after[end..];
    }
    found
}

/// Where the literal ends that a text begins with.
fn literal_end(text: &str) -> usize {
    if !text.starts_with('\'') {
        return text.find(',').unwrap_or(text.len());
    }
    let bytes = text.as_bytes();
    let mut at = 1;
    while at < bytes.len() {
        match (bytes[at], bytes.get(at + 1)) {
            (b'\'', Some(b'\'')) => at += 2,
            (b'\'', _) => return at + 1,
            _ => at += 1,
        }
    }
    text.len()
}

impl Run {
    /// Whether it writes to that table.
    pub(crate) fn writes_to(&self, table: &str) -> bool {
        ["INSERT INTO ", "UPDATE "].iter().any(|verb| {
            self.sql.strip_prefix(verb).is_some_and(|rest| rest.split([' ', '(']).next() == Some(table))
        })
    }

    /// Whether that stands in it by itself.
    pub(crate) fn has(&self, identifier: &str) -> bool {
        self.parameters.iter().any(|value| value.trim_matches('\'') == identifier)
    }

    /// The statement with its values in it; those in `own` end with the unit's number instead.
    fn statement(&self, own: &[&str]) -> Statement {
        let shard = self.shard_parameter();
        let mut statement = String::new();
        let mut pieces = self.sql.split('$');
        statement.push_str(pieces.next().unwrap_or_default());
        for piece in pieces {
            let digits = piece.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(piece.len());
            let number: usize = piece[..digits].parse().unwrap_or(0);
            let value = self.parameters.get(number.wrapping_sub(1)).map_or("NULL", String::as_str);
            let is_shard = shard == Some(number);
            statement.push_str(&if is_shard { ":shard".to_owned() } else { literal(value, own) });
            statement.push_str(&piece[digits..]);
        }
        statement
    }

    /// Which parameter is the shard of its row.
    fn shard_parameter(&self) -> Option<usize> {
        let number = |text: &str| text.trim().strip_prefix('$')?.parse().ok();
        if let Some((columns, values)) = self.sql.split_once(") VALUES (") {
            let (_, columns) = columns.split_once('(')?;
            let column = columns.split(',').position(|column| column.trim() == "shard")?;
            return number(values.split([',', ')']).nth(column)?);
        }
        let (_, after) = self.sql.split_once("shard = ")?;
        number(after.split([' ', ')']).next()?)
    }
}

/// A value as it stands in a statement. pgbench takes a colon before a letter for one of its own variables, so literals
/// are cut there; both databases put them together again before anything is run.
fn literal(value: &str, own: &[&str]) -> String {
    let bare = value.trim_matches('\'');
    if own.contains(&bare) && bare.len() > DIGITS {
        return format!("'{}' || :id", &bare[..bare.len() - DIGITS]);
    }
    let mut whole = String::with_capacity(value.len());
    let mut letters = value.chars().peekable();
    while let Some(letter) = letters.next() {
        whole.push(letter);
        if letter == ':' && letters.peek().is_some_and(|next| *next == '_' || next.is_alphabetic()) {
            whole.push_str("' || '");
        }
    }
    if whole.len() > value.len() { format!("({whole})") } else { whole }
}

/// The transactions as a unit writes them. What is in them by itself is made the unit's own: the identifiers that are
/// given, and those of payments, events and deliveries.
pub(crate) fn writes(transactions: &[Vec<Run>], identifiers: &[&str]) -> Writes {
    let runs = || transactions.iter().flatten();
    let made = runs().flat_map(|run| &run.parameters).map(|value| value.trim_matches('\''));
    let made = made.filter(|value| {
        let made = ["pay_", "evt_", "dlv_"];
        value.len() == 30 && made.iter().any(|prefix| value.starts_with(prefix))
    });
    let own: Vec<&str> = identifiers.iter().copied().chain(made).collect();
    let transaction = |runs: &Vec<Run>| runs.iter().map(|run| run.statement(&own)).collect();
    Writes(transactions.iter().map(transaction).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "\
7 LOG:  statement: BEGIN; SELECT pg_current_xact_id()
8 LOG:  execute s1: SELECT id FROM orders WHERE shard = $1 AND wake_at_ms <= $2
8 DETAIL:  parameters: $1 = '3', $2 = '17'
7 LOG:  execute s0: INSERT INTO journal (seq, shard, subject, entries) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING
7 DETAIL:  parameters: $1 = '62', $2 = '62', $3 = 'ord_01m8kc3fnre5288c6ajf40cxby', $4 = '[{\"is\":null,\"why\":\"it''s, = $9\"}]'
7 LOG:  execute s2: UPDATE orders SET paid_at_ms = $1, version = version + 1 WHERE shard = $2 AND id = $3
7 DETAIL:  parameters: $1 = NULL, $2 = '62', $3 = 'ord_01m8kc3fnre5288c6ajf40cxby'
7 LOG:  statement: COMMIT
9 LOG:  statement: BEGIN; SELECT pg_current_xact_id()
9 LOG:  execute s0: UPDATE shard_leases SET owner = $1
9 DETAIL:  parameters: $1 = 'a'
9 LOG:  statement: ROLLBACK
";

    #[test]
    fn committed_transactions_become_statements_of_any_unit() {
        let found = transactions(LOG);
        assert_eq!(found.len(), 1);
        assert!(found[0][0].writes_to("journal") && found[0][1].writes_to("orders"));
        assert!(!found[0][1].writes_to("order"));
        let statements = writes(&found, &["ord_01m8kc3fnre5288c6ajf40cxby"]).0.concat();
        assert_eq!(
            statements,
            [
                "INSERT INTO journal (seq, shard, subject, entries) VALUES ('62', :shard, 'ord_01m8kc3fnre5288c' || :id, \
                 ('[{\"is\":' || 'null,\"why\":\"it''s, = $9\"}]')) ON CONFLICT DO NOTHING",
                "UPDATE orders SET paid_at_ms = NULL, version = version + 1 WHERE shard = :shard AND id = \
                 'ord_01m8kc3fnre5288c' || :id",
            ]
        );
    }
}
