//! The pages of the docs that are made from the code say what the code says.

use std::path::Path;

use guichet_gateways::catalogue;

fn agrees(page: &str, wanted: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/src").join(page);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, wanted).expect("the page can be written");
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == wanted, "docs/src/{page} is out of date; run this test with UPDATE_EXPECT=1");
}

#[test]
fn the_page_about_gateways_is_up_to_date() {
    agrees("gateways.md", &catalogue::gateways_page());
}

#[test]
fn the_page_about_losses_is_up_to_date() {
    agrees("losses.md", &catalogue::losses_page());
}
