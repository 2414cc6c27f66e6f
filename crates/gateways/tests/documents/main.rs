//! The OpenAPI document of each dialect says what the dialect does: its endpoints, the vendor's own bodies as far as they are taken
//! or given, and every answer and notification of a round.

mod clients;
mod round;
mod shop;

use std::collections::BTreeSet;
use std::path::Path;

use guichet_gateways::{Currency, DIALECTS, Dialect, Money};
use guichet_testing::openapi::Document;
use serde_json::{Map, Value};

/// How much of what is documented a vendor's own body has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Has {
    /// All that must be there.
    All,
    /// Less: it is of an older page of the vendor's, or we add to it.
    APart,
}

use Has::{APart, All};

/// The vendors' own bodies, with the schema that each is of.
const GOLDEN: [(&str, &str, &str, Has); 16] = [
    ("cinetpay", "check.accepted_2022", "CheckedPayment", APart),
    ("cinetpay", "check.failed_2021", "CheckedPayment", APart),
    ("cinetpay", "check.refused_2022", "CheckedPayment", APart),
    ("cinetpay", "check.succes_2021", "CheckedPayment", APart),
    ("cinetpay", "notification.form_fields", "PaymentNotification", All),
    ("cinetpay", "notification.swapped_ids", "PaymentNotification", APart),
    ("cinetpay", "payment.created", "CreatedPayment", All),
    ("cinetpay", "payment.error_624", "Refusal", All),
    ("cinetpay", "payment.request", "PaymentRequest", All),
    ("novasend", "payin.completed", "Payin", APart),
    ("novasend", "session.created", "OpenedPayin", APart),
    ("novasend", "session.request", "SessionRequest", All),
    ("ocpay", "check_payment.confirmed", "CheckedLink", All),
    ("ocpay", "create_link.request", "CreateLinkRequest", All),
    ("ocpay", "create_link.response", "CreatedLink", All),
    ("ocpay", "error.invalid_token", "Refusal", All),
];

fn document(dialect: &dyn Dialect) -> Document {
    Document::read(dialect.profile().document)
}

#[test]
fn each_document_has_the_endpoints_of_its_dialect_and_examples_that_fit() {
    for dialect in DIALECTS {
        let (name, document) = (dialect.name(), document(*dialect));
        assert!(document.0["openapi"].as_str().is_some_and(|version| version.starts_with("3.1.")), "{name}");
        assert!(document.0.get("servers").is_none(), "{name}: whoever serves it says where it is");
        let documented: BTreeSet<(String, &str)> =
            document.operations().map(|(method, path, _)| (method, path)).collect();
        let served = dialect.profile().endpoints.iter();
        let served: BTreeSet<(String, &str)> =
            served.map(|(method, path, _)| ((*method).to_owned(), *path)).collect();
        assert_eq!(documented, served, "{name}");
        assert_eq!(document.bad_examples(), Vec::<String>::new(), "{name}");
    }
}

/// Where each document says what an amount may be.
const AMOUNTS: [(&str, &str); 3] =
    [("ocpay", "AskedProduct"), ("cinetpay", "PaymentRequest"), ("novasend", "SessionRequest")];

#[test]
fn amounts_have_the_bounds_of_the_vendor() {
    for (name, schema) in AMOUNTS {
        let document = document(guichet_gateways::dialect(name).expect("a dialect"));
        let about = document.schema(schema)["properties"]["amount"]["description"].as_str().expect("words");
        let gateway = guichet_gateways::find(name).expect("a gateway");
        for limit in gateway.capabilities().limits {
            let currency = Currency::from_code(limit.currency).expect("a currency");
            let ends = [limit.least_minor, limit.most_minor].map(|end| Money::new(end, currency).to_major());
            let [Some(least), Some(most)] = ends else { panic!("{name}: {limit:?}") };
            assert!(about.contains(&format!("{least} to {most}")), "{name} {}: {about}", limit.currency);
        }
    }
}

#[test]
fn the_vendors_own_bodies_are_documented() {
    let mut read = BTreeSet::new();
    for (name, file, schema, has) in GOLDEN {
        let path = folder(name).join(format!("{file}.json"));
        let text =
            std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let body = body(serde_json::from_str(&text).expect("JSON"));
        let dialect = guichet_gateways::dialect(name).expect("a dialect");
        let document = document(dialect);
        let schema = document.schema(schema);
        let complaints = match has {
            All => document.complaints(schema, &body),
            APart => document.complaints_of_part(schema, &body),
        };
        assert_eq!(complaints, Vec::<String>::new(), "{name}: {file}");
        read.insert((name.to_owned(), format!("{file}.json")));
    }
    let there = DIALECTS.iter().flat_map(|dialect| {
        let files = std::fs::read_dir(folder(dialect.name())).expect("the vendor's bodies");
        files.map(|file| {
            (dialect.name().to_owned(), file.expect("a file").file_name().into_string().expect("UTF-8"))
        })
    });
    assert_eq!(there.collect::<BTreeSet<_>>(), read);
}

fn folder(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(name).join("golden")
}

/// The body itself; that of a form is kept as its fields in order.
fn body(kept: Value) -> Value {
    match kept["fields_in_order"].as_array() {
        None => kept,
        Some(fields) => {
            let text = |value: &Value| value.as_str().expect("a text").to_owned();
            fields
                .iter()
                .map(|field| (text(&field[0]), Value::from(text(&field[1]))))
                .collect::<Map<_, _>>()
                .into()
        }
    }
}
