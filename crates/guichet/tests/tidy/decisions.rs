//! The decisions: each has a number of its own, says it in its heading, and has a line in the index.

use std::collections::BTreeSet;

use super::sources::root;

#[test]
fn every_decision_has_a_number_of_its_own_and_a_line_in_the_index() {
    let folder = root().join("docs/decisions");
    let index = std::fs::read_to_string(folder.join("README.md")).expect("the index");
    let mut numbers = BTreeSet::new();
    for entry in std::fs::read_dir(&folder).expect("the decisions") {
        let name = entry.expect("a file").file_name().into_string().expect("UTF-8");
        if name == "README.md" {
            continue;
        }
        let number: u32 =
            name.get(..4).and_then(|digits| digits.parse().ok()).expect("a number of four digits");
        assert!(numbers.insert(number), "{name}: another decision has this number");
        let text = std::fs::read_to_string(folder.join(&name)).expect("a decision");
        let heading = text.lines().next().and_then(|line| line.strip_prefix("# ")).expect("a heading");
        assert!(heading.starts_with(&format!("{number}. ")), "{name}: {heading}");
        assert!(
            index.contains(&format!("- [{heading}]({name})"))
                || index.contains(&format!("  [{heading}]({name})")),
            "{name} is not in the index by its heading"
        );
    }
    let last = numbers.last().copied().unwrap_or_default();
    assert_eq!(numbers.len(), usize::try_from(last).expect("a small number"), "a number was left out");
}
