//! What the demo says in the end: a table of every scenario, what differed, and how much time passed.

use serde::Serialize;

use guichet_server::explain::Story;

use super::ending::Ending;

/// A scenario that was played.
#[derive(Debug, Serialize)]
pub(super) struct Ended {
    pub(super) scenario: &'static str,
    pub(super) about: &'static str,
    pub(super) expected: Ending,
    pub(super) got: Ending,
    pub(super) ok: bool,
    /// What differed, a sentence each.
    pub(super) differences: Vec<String>,
    /// How much virtual time it took, in ms.
    pub(super) virtual_ms: i64,
    /// The order's story, when there is an order.
    pub(super) story: Option<Story>,
}

/// The whole report. Times are in ms.
pub(super) fn table(played: &[Ended], virtual_ms: i64, real_ms: i64) -> String {
    let rows: Vec<[String; 4]> = played
        .iter()
        .map(|ended| {
            let verdict = if ended.ok { "ok" } else { "DIFFERS" };
            let (name, expected, got) = (ended.scenario, &ended.expected, &ended.got);
            [name.to_owned(), expected.to_string(), got.to_string(), verdict.to_owned()]
        })
        .collect();
    let heads = ["scenario", "expected", "got", ""];
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.chain([heads[column].len()]).max().unwrap_or(0)
    };
    let widths = [width(0), width(1), width(2)];
    let line = |cells: [&str; 4]| {
        let [a, b, c] = widths;
        format!("{:a$}  {:b$}  {:c$}  {}", cells[0], cells[1], cells[2], cells[3]).trim_end().to_owned()
            + "\n"
    };
    let mut text = line(heads);
    for row in &rows {
        text.push_str(&line(row.each_ref().map(String::as_str)));
    }
    for ended in played.iter().filter(|ended| !ended.ok) {
        text.push_str(&format!("\n{} did not end as it must.\n", ended.scenario));
        for difference in &ended.differences {
            text.push_str(&format!("  {difference}\n"));
        }
    }
    let well = played.iter().filter(|ended| ended.ok).count();
    text.push_str(&format!(
        "\n{well} of {} orders ended as they must. {} of virtual time passed in {} of real time.\n",
        played.len(),
        spell(virtual_ms),
        spell(real_ms)
    ));
    text
}

/// A span of time for people.
fn spell(ms: i64) -> String {
    let (minutes, tenths) = (ms / 60_000, ms / 100);
    match minutes {
        ..1 => format!("{}.{} s", tenths / 10, tenths % 10),
        1..60 => format!("{minutes} min"),
        60.. => format!("{} h {:02} min", minutes / 60, minutes % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended(got: Ending, differences: &[&str]) -> Ended {
        Ended {
            scenario: "paid",
            about: "",
            expected: Ending::of("fulfilled", &["paid"], &["paid"]),
            got,
            ok: differences.is_empty(),
            differences: differences.iter().map(|text| (*text).to_owned()).collect(),
            virtual_ms: 0,
            story: None,
        }
    }

    #[test]
    fn the_table_says_what_differed() {
        let well = ended(Ending::of("fulfilled", &["paid"], &["paid"]), &[]);
        let ill = ended(Ending::of("failed", &["failed"], &["declined"]), &["the order’s status differs"]);
        let expected = "\
scenario  expected          got
paid      fulfilled (paid)  fulfilled (paid)  ok
paid      fulfilled (paid)  failed (failed)   DIFFERS

paid did not end as it must.
  the order’s status differs

1 of 2 orders ended as they must. 2 h 05 min of virtual time passed in 4.2 s of real time.
";
        assert_eq!(table(&[well, ill], 7_500_999, 4_250), expected);
    }
}
