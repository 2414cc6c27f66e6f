//! Pages of the book with a part that is made from the program, held against it.

use std::path::Path;

/// Insists that a page of the chapter on operating has that part between its marks; writes it there where `UPDATE_EXPECT` is
/// set.
pub(crate) fn holds(page: &str, part: &str, wanted: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/src/operating").join(page);
    let text = std::fs::read_to_string(&path).expect("the page");
    let begin = format!("<!-- {part}: made by UPDATE_EXPECT=1 cargo test -p guichet --lib -->\n");
    let end = format!("<!-- end of {part} -->\n");
    let (before, rest) = text.split_once(&begin).unwrap_or_else(|| panic!("{page} has no line {begin}"));
    let (found, after) = rest.split_once(&end).unwrap_or_else(|| panic!("{page} has no line {end}"));
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, format!("{before}{begin}\n{wanted}\n{end}{after}"))
            .expect("the page is written");
        return;
    }
    assert!(found.trim() == wanted.trim(), "{page} says something else about {part}; wanted:\n{wanted}");
}
