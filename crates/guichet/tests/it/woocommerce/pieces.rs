//! The pieces that need no server: amounts, the checkout of blocks, translations, the zip.

use std::fs;
use std::process::Command;

use guichet_core::Currency;
use serde_json::{Value, json};

use super::shop::Shop;
use super::site::{run, zip};
use crate::packaging::root;
use crate::support::scratch::scratch;

#[tokio::test(flavor = "multi_thread")]
async fn amounts_are_exact_and_the_blocks_know_what_to_show() {
    let shop = Shop::open("woocommerce-pieces").await;
    let rows = [
        ("2500", "DZD", Some(250_000)),
        ("2500.5", "DZD", Some(250_050)),
        ("2500.500000", "DZD", Some(250_050)),
        ("0.01", "DZD", Some(1)),
        ("-0.05", "DZD", Some(-5)),
        ("2500.00", "XAF", Some(2500)),
        ("1.234", "TND", Some(1234)),
        ("99999999999999.99", "DZD", Some(9_999_999_999_999_999_i64)),
        ("0.001", "DZD", None),
        ("0.5", "XOF", None),
        ("1,5", "DZD", None),
        ("1 500", "DZD", None),
        ("1e3", "DZD", None),
        ("1.5\n", "DZD", None),
        ("999999999999999", "DZD", None),
        ("", "DZD", None),
    ];
    let asked = rows.map(|(decimal, currency, _)| json!([decimal, currency]));
    let expected = rows.map(|(_, _, minor)| json!(minor));
    assert_eq!(shop.site.act("amounts", &json!(asked)).await, json!(expected));
    // A filter of another plugin may make a float of a total.
    let floats = json!([[2500.5, "DZD"], [0.1, "DZD"], [2500, "XOF"]]);
    assert_eq!(shop.site.act("amounts", &floats).await, json!([250_050, 10, 2500]));
    let letters = || b'A'..=b'Z';
    let codes = letters().flat_map(|a| letters().flat_map(move |b| letters().map(move |c| [a, b, c])));
    let codes = codes.map(|code| String::from_utf8(code.to_vec()).expect("letters"));
    let known: Vec<(String, u32)> =
        codes.filter_map(|code| Some((code.clone(), Currency::from_code(&code).ok()?.exponent()))).collect();
    assert!(known.len() > 100, "{known:?}");
    let names: Vec<&str> = known.iter().map(|(code, _)| code.as_str()).collect();
    let exponents: Vec<u32> = known.iter().map(|(_, exponent)| *exponent).collect();
    assert_eq!(shop.site.act("exponents", &json!(names)).await, json!(exponents), "{names:?}");

    let blocks = shop.site.act("blocks", &json!({})).await;
    assert_eq!(blocks["active"], true);
    assert_eq!(blocks["compatible"], json!({ "custom_order_tables": true, "cart_checkout_blocks": true }));
    let script = fs::read_to_string(root().join("plugins/woocommerce/assets/blocks.js")).expect("the script");
    let registered = registered(&script, &blocks["data"]);
    assert_eq!(registered["name"], "guichet");
    assert_eq!(registered["ariaLabel"], "Carte & mobile");
    assert_eq!(registered["content"], blocks["data"]["description"]);
    assert_eq!(registered["supports"]["features"], json!(["products", "refunds"]));
}

/// What the script registers in a browser that has been told that of the way to pay.
fn registered(script: &str, data: &Value) -> Value {
    let browser = format!(
        "const window = {{ wc: {{ \
           wcBlocksRegistry: {{ registerPaymentMethod: (one) => console.log(JSON.stringify({{ ...one, may: one.canMakePayment() }})) }}, \
           wcSettings: {{ getSetting: (name, other) => name === 'guichet_data' ? {data} : other }} }}, \
         wp: {{ htmlEntities: {{ decodeEntities: (text) => text.replace('&amp;', '&') }}, \
           element: {{ createElement: (kind, _, text) => typeof kind === 'function' ? kind() : text }} }} }};\n{script}"
    );
    serde_json::from_str(&run(Command::new("node").args(["-e", &browser]))).expect("what it registered")
}

#[test]
fn every_text_is_translated() {
    run(Command::new("php").arg(root().join("plugins/woocommerce/languages/make.php")).arg("--check"));
}

#[test]
fn the_same_files_make_the_same_zip() {
    let folder = scratch("woocommerce-zip");
    let packed = ["one.zip", "two.zip"].map(|name| {
        zip(&folder.join(name));
        fs::read(folder.join(name)).expect("the zip")
    });
    assert!(packed[0] == packed[1] && packed[0].len() > 10_000);
}
