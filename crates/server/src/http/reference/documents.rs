//! `/openapi/{name}.json`: the APIs of others that are spoken here, each in a document of its own, because in one document their
//! names would collide. The documents are written by hand, and tests hold them against what is answered.

use axum::extract::State;
use axum::response::Response;
use guichet_gateways::DIALECTS;
use http::Uri;
use serde_json::Value;

use crate::app::App;
use crate::http::not_found;

use super::served;

/// The document of the front, which stands beside its routes.
const OF_THE_FRONT: (&str, &str) = ("oneentry", include_str!("../../oneentry/openapi.json"));

/// The documents by name: that of each dialect, and then the front's.
fn documents() -> impl Iterator<Item = (&'static str, &'static str)> {
    DIALECTS.iter().map(|dialect| (dialect.name(), dialect.profile().document)).chain([OF_THE_FRONT])
}

/// The document of another API.
pub(in crate::http) async fn document_of_another(State(app): State<App>, uri: Uri) -> Response {
    let name = uri.path().rsplit('/').next().and_then(|file| file.strip_suffix(".json"));
    match documents().find(|(known, _)| Some(*known) == name) {
        Some((_, document)) => served(&app, document),
        None => not_found::no_such_route(uri).await,
    }
}

/// How the title of each document ends.
const SPOKEN_HERE: &str = ", as Guichet speaks it";

/// Where the documents are, beside `/docs`, and whose APIs they describe.
pub(super) fn addresses() -> Vec<(String, String)> {
    let whose = |document| {
        let read: Value = serde_json::from_str(document).unwrap_or_default();
        read["info"]["title"].as_str().unwrap_or_default().trim_end_matches(SPOKEN_HERE).to_owned()
    };
    documents().map(|(name, document)| (format!("openapi/{name}.json"), whose(document))).collect()
}

#[cfg(test)]
mod tests {
    use super::super::at_server;
    use super::*;

    #[test]
    fn each_document_has_a_name_a_title_and_this_server() {
        let mut names: Vec<&str> = documents().map(|(name, _)| name).collect();
        assert_eq!(names.len(), DIALECTS.len() + 1);
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), DIALECTS.len() + 1, "{names:?}");
        for ((name, document), (address, whose)) in documents().zip(addresses()) {
            assert_eq!(address, format!("openapi/{name}.json"));
            assert!(!whose.is_empty() && !whose.contains("Guichet"), "{whose}");
            let mut read: Value =
                serde_json::from_str(&at_server("https://pay.example", document)).expect("JSON");
            assert_eq!(read["servers"][0]["url"], "https://pay.example", "{name}");
            read.as_object_mut().expect("an object").remove("servers");
            assert_eq!(read, serde_json::from_str::<Value>(document).expect("JSON"), "{name}");
            assert_eq!(read["info"]["version"], env!("CARGO_PKG_VERSION"), "{name}");
            assert_eq!(read["info"]["title"], format!("{whose}{SPOKEN_HERE}"), "{name}");
        }
    }
}
