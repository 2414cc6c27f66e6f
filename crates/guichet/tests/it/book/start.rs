//! The chapters by which a developer of one language comes to a paid order: each behind the one about Guichet and its sandbox. They
//! end with a handler of webhooks that certifies.

use super::chapter::Chapter;
use super::machine::Machine;

#[track_caller]
fn follow(language: &str) {
    let chapters = ["start", &format!("start/{language}")].map(Chapter::in_the_book);
    let script: String = chapters.iter().map(Chapter::script).collect();
    assert!(script.contains("guichet webhook certify"), "{language} says nothing that would be run");
    let outcome = Machine::of_a_developer(&format!("book-start-{language}")).run(&script);
    assert!(outcome.well, "the chapter about {language} fails:\n{}", outcome.told);
    assert!(
        outcome.told.contains("order.paid happened") && outcome.told.contains("good   paid"),
        "{}",
        outcome.told
    );
}

#[test]
fn whoever_knows_only_php_is_paid() {
    follow("php");
}

#[test]
fn whoever_knows_only_python_is_paid() {
    follow("python");
}

#[test]
fn whoever_knows_only_node_is_paid() {
    follow("node");
}
