//! The promise to those who wrote programs for a description that was released: what it said still holds. `clients/released.json`
//! is the last one that was released, without its words for people; a description that breaks it is refused.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::document;

/// What is for people, and may change as it likes.
const FOR_PEOPLE: [&str; 9] =
    ["description", "summary", "example", "examples", "title", "info", "tags", "contact", "servers"];

/// Who writes what a schema describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum WrittenBy {
    /// The caller: what was taken must still be taken.
    Caller,
    /// This server: what was promised must still be there.
    Server,
}

/// Two descriptions, and what of the older one the newer breaks.
struct Comparison<'a> {
    old: &'a Value,
    new: &'a Value,
    seen: HashSet<(String, String, WrittenBy)>,
    broken: Vec<String>,
}

/// Everything of the older description that the newer breaks, as sentences.
fn breaks(old: &Value, new: &Value) -> Vec<String> {
    let mut comparison = Comparison { old, new, seen: HashSet::new(), broken: Vec::new() };
    comparison.operations();
    comparison.broken
}

impl Comparison<'_> {
    fn say(&mut self, location: &str, what: &str) {
        self.broken.push(format!("{location}: {what}"));
    }

    fn operations(&mut self) {
        let (old, new) = (self.old, self.new);
        for (path, item) in members(&old["paths"]) {
            for (method, operation) in members(item) {
                let location = format!("{} {path}", method.to_uppercase());
                match new["paths"].get(path).and_then(|item| item.get(method)) {
                    Some(now) => self.operation(&location, operation, now),
                    None => self.say(&location, "is gone"),
                }
            }
        }
        for (name, item) in members(&old["webhooks"]) {
            let body = "/post/requestBody/content/application~1json/schema";
            match (item.pointer(body), new["webhooks"][name].pointer(body)) {
                (Some(old), Some(new)) => self.schema(name, old, new, WrittenBy::Server),
                (Some(_), None) => self.say(name, "is gone"),
                (None, _) => {}
            }
        }
    }

    fn operation(&mut self, location: &str, old: &Value, new: &Value) {
        self.parameters(location, old, new);
        let (body, now) = (&old["requestBody"], &new["requestBody"]);
        if now["required"] == true && body["required"] != true {
            self.say(location, "now needs a body");
        }
        self.contents(&format!("{location}, body"), body, now, WrittenBy::Caller);
        for (status, answer) in members(&old["responses"]) {
            let location = format!("{location}, {status}");
            match new["responses"].get(status) {
                Some(now) => self.contents(&location, answer, now, WrittenBy::Server),
                None if status.starts_with('2') => self.say(&location, "is gone"),
                None => {}
            }
        }
    }

    fn parameters(&mut self, location: &str, old: &Value, new: &Value) {
        let named = |parameter: &Value| (parameter["name"].clone(), parameter["in"].clone());
        for parameter in list(&old["parameters"]) {
            let location = format!("{location}, parameter {}", parameter["name"]);
            match list(&new["parameters"]).find(|now| named(now) == named(parameter)) {
                Some(now) => {
                    self.schema(&location, &parameter["schema"], &now["schema"], WrittenBy::Caller);
                }
                None => self.say(&location, "is gone"),
            }
        }
        for parameter in list(&new["parameters"]).filter(|parameter| parameter["required"] == true) {
            let was = list(&old["parameters"]).find(|was| named(was) == named(parameter));
            if was.is_none_or(|was| was["required"] != true) {
                self.say(location, &format!("now needs the parameter {}", parameter["name"]));
            }
        }
    }

    fn contents(&mut self, location: &str, old: &Value, new: &Value, by: WrittenBy) {
        let (old, new) = (resolved(self.old, old), resolved(self.new, new));
        for (kind, media) in members(&old["content"]) {
            match new["content"].get(kind) {
                Some(now) => self.schema(location, &media["schema"], &now["schema"], by),
                None => self.say(location, &format!("{kind} is gone")),
            }
        }
    }

    fn schema(&mut self, location: &str, old: &Value, new: &Value, by: WrittenBy) {
        if let (Some(was), Some(is)) = (reference(old), reference(new))
            && !self.seen.insert((was.to_owned(), is.to_owned(), by))
        {
            return;
        }
        let (old, new) = (resolved(self.old, old), resolved(self.new, new));
        self.types(location, old, new, by);
        self.words(location, old, new, by);
        self.bounds(location, old, new, by);
        self.properties(location, old, new, by);
        for part in ["items", "additionalProperties"] {
            if old[part].is_object() {
                self.schema(&format!("{location}[]"), &old[part], &new[part], by);
            }
        }
        for part in ["oneOf", "anyOf", "allOf"] {
            let (were, are) = (list(&old[part]).count(), list(&new[part]).count());
            match by {
                WrittenBy::Caller if are < were => self.say(location, "takes less than it did"),
                WrittenBy::Server if are > were && part != "allOf" => {
                    self.say(location, "may be more than it was")
                }
                WrittenBy::Caller | WrittenBy::Server => {}
            }
            for (was, is) in list(&old[part]).zip(list(&new[part])) {
                self.schema(location, was, is, by);
            }
        }
    }

    fn types(&mut self, location: &str, old: &Value, new: &Value, by: WrittenBy) {
        let (were, are) = (types(old), types(new));
        let holds = match by {
            WrittenBy::Caller => {
                are.is_empty() || !were.is_empty() && were.iter().all(|one| are.contains(one))
            }
            WrittenBy::Server => {
                were.is_empty() || !are.is_empty() && are.iter().all(|one| were.contains(one))
            }
        };
        if !holds {
            self.say(location, &format!("was {were:?} and is {are:?}"));
        }
        if by == WrittenBy::Server && old["format"].is_string() && old["format"] != new["format"] {
            self.say(location, &format!("was written as {} and is not any more", old["format"]));
        }
    }

    /// A word that was taken must still be taken; new words in answers are announced as what may come.
    fn words(&mut self, location: &str, old: &Value, new: &Value, by: WrittenBy) {
        if by == WrittenBy::Server || !new["enum"].is_array() {
            return;
        }
        if !old["enum"].is_array() {
            self.say(location, "takes only some words now");
        }
        for word in list(&old["enum"]).filter(|word| !list(&new["enum"]).any(|now| now == *word)) {
            self.say(location, &format!("does not take {word} any more"));
        }
    }

    /// What fitted must still fit.
    fn bounds(&mut self, location: &str, old: &Value, new: &Value, by: WrittenBy) {
        if by == WrittenBy::Server {
            return;
        }
        let narrower = |was: &Value, is: &Value, lower: bool| match (was.as_f64(), is.as_f64()) {
            (_, None) => false,
            (None, Some(_)) => true,
            (Some(was), Some(is)) => {
                if lower {
                    is > was
                } else {
                    is < was
                }
            }
        };
        for (bound, lower) in [
            ("minimum", true),
            ("minLength", true),
            ("minItems", true),
            ("maximum", false),
            ("maxLength", false),
            ("maxItems", false),
            ("maxProperties", false),
        ] {
            if narrower(&old[bound], &new[bound], lower) {
                self.say(location, &format!("{bound} was {} and is {}", old[bound], new[bound]));
            }
        }
        if new["pattern"].is_string() && old["pattern"] != new["pattern"] {
            self.say(location, "takes texts of another pattern");
        }
    }

    fn properties(&mut self, location: &str, old: &Value, new: &Value, by: WrittenBy) {
        for (name, property) in members(&old["properties"]) {
            let location = format!("{location}.{name}");
            match new["properties"].get(name) {
                Some(now) => self.schema(&location, property, now, by),
                None => self.say(&location, "is gone"),
            }
        }
        let needs = |schema: &Value, name: &Value| list(&schema["required"]).any(|one| one == name);
        match by {
            WrittenBy::Caller => {
                for name in list(&new["required"]).filter(|name| !needs(old, name)) {
                    self.say(location, &format!("now needs {name}"));
                }
            }
            WrittenBy::Server => {
                for name in list(&old["required"]).filter(|name| !needs(new, name)) {
                    self.say(location, &format!("no longer always has {name}"));
                }
            }
        }
    }
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn reference(schema: &Value) -> Option<&str> {
    schema.get("$ref").and_then(Value::as_str)
}

/// The schema behind a reference.
fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let pointer = reference(schema).and_then(|target| target.strip_prefix('#'));
    pointer.and_then(|pointer| document.pointer(pointer)).unwrap_or(schema)
}

fn types(schema: &Value) -> Vec<&str> {
    let one = schema["type"].as_str();
    one.into_iter().chain(list(&schema["type"]).filter_map(Value::as_str)).collect()
}

/// The description without what is for people.
fn bare(value: &Value, is_names: bool) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members.iter().filter(|(name, _)| is_names || !FOR_PEOPLE.contains(&name.as_str()));
            let bared = kept.map(|(name, value)| {
                // Below these, members are names that somebody chose, such as a field called `title`.
                let names =
                    matches!(name.as_str(), "properties" | "schemas" | "paths" | "webhooks" | "responses");
                (name.clone(), bare(value, names && !is_names))
            });
            Value::Object(bared.collect::<Map<_, _>>())
        }
        Value::Array(list) => list.iter().map(|value| bare(value, false)).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

fn kept_at() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../clients/released.json")
}

#[test]
fn what_was_released_still_holds() {
    let now = document();
    if std::env::var_os("RELEASE").is_some() {
        let text = serde_json::to_string_pretty(&bare(&now, false)).expect("JSON") + "\n";
        std::fs::write(kept_at(), text).expect("written");
    }
    let kept = std::fs::read_to_string(kept_at()).expect("it is there");
    let kept: Value = serde_json::from_str(&kept).expect("JSON");
    let broken = breaks(&kept, &now);
    assert!(
        broken.is_empty(),
        "programs that were written for the released description break:\n{}",
        broken.join("\n")
    );
}

/// What a change of the description at that pointer breaks.
fn changed(pointer: &str, change: impl FnOnce(&mut Value)) -> Vec<String> {
    let old = document();
    let mut new = old.clone();
    change(new.pointer_mut(pointer).unwrap_or_else(|| panic!("there is no {pointer}")));
    breaks(&bare(&old, false), &new)
}

fn without(name: &'static str) -> impl FnOnce(&mut Value) {
    move |value| drop(value.as_object_mut().expect("an object").remove(name).expect("it is there"))
}

#[test]
fn a_break_is_found_wherever_it_is() {
    let orders = "/paths/~1v1~1orders";
    let order = "/components/schemas/Order";
    let new_order = "/components/schemas/OrderRequest";
    let found: Vec<(&str, Vec<String>)> = vec![
        ("is gone", changed("/paths", without("/v1/orders"))),
        ("is gone", changed(orders, without("post"))),
        ("201: is gone", changed(&format!("{orders}/post/responses"), without("201"))),
        (".amount: is gone", changed(&format!("{order}/properties"), without("amount"))),
        (".amount: is gone", changed(&format!("{new_order}/properties"), without("amount"))),
        (
            "no longer always has \"status\"",
            changed(&format!("{order}/required"), |required| {
                required.as_array_mut().expect("a list").retain(|name| name != "status");
            }),
        ),
        (
            "now needs \"title\"",
            changed(&format!("{new_order}/required"), |required| {
                required.as_array_mut().expect("a list").push("title".into());
            }),
        ),
        (
            "maxLength was",
            changed(&format!("{new_order}/properties/reference"), |field| {
                field["maxLength"] = 3.into();
            }),
        ),
        (
            "takes texts of another pattern",
            changed(&format!("{new_order}/properties/reference"), |field| {
                field["pattern"] = "^[a-z]$".into();
            }),
        ),
        (
            ".amount: was",
            changed(&format!("{order}/properties/amount"), |field| field["type"] = "string".into()),
        ),
        (
            ".amount: was",
            changed(&format!("{new_order}/properties/amount"), |field| {
                field["type"] = "string".into();
            }),
        ),
        (
            "now needs the parameter \"shop\"",
            changed(&format!("{orders}/get/parameters"), |parameters| {
                let new =
                    serde_json::json!({ "name": "shop", "in": "query", "required": true, "schema": {} });
                parameters.as_array_mut().expect("a list").push(new);
            }),
        ),
        (
            "parameter \"limit\": is gone",
            changed(&format!("{orders}/get/parameters"), |parameters| {
                parameters.as_array_mut().expect("a list").retain(|parameter| parameter["name"] != "limit");
            }),
        ),
        ("order.paid: is gone", changed("/webhooks", without("order.paid"))),
    ];
    for (expected, broken) in found {
        assert!(broken.iter().any(|one| one.contains(expected)), "{expected}: {broken:?}");
    }
}

#[test]
fn what_is_added_breaks_nothing() {
    let order = "/components/schemas/Order/properties";
    let new_order = "/components/schemas/OrderRequest/properties";
    for broken in [
        changed(order, |fields| fields["colour"] = serde_json::json!({ "type": "string" })),
        changed(new_order, |fields| fields["colour"] = serde_json::json!({ "type": "string" })),
        changed("/paths", |paths| paths["/v1/colours"] = serde_json::json!({ "get": {} })),
        changed(&format!("{new_order}/reference"), |field| field["maxLength"] = 1_000.into()),
        changed("/info", |info| info["description"] = "Other words.".into()),
        changed("/components/schemas/Order", |order| order["description"] = "Other words.".into()),
    ] {
        assert!(broken.is_empty(), "{broken:?}");
    }
}
