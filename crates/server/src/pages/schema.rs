//! Reads JSON schemas out of an OpenAPI 3.1 document: as flat rows of fields for a table, and as a
//! sample value for an example. Absent and unknown parts are passed over, never an error, because a
//! reference that shows most of the API is better than none.

use serde_json::{Map, Value, json};

/// How deep nested objects are shown; deeper ones are named only.
const DEEPEST: usize = 4;
/// How many references in a row are followed; a chain that long leads in a circle.
const MOST_HOPS: usize = 16;

/// The names of the schemas being read, outermost first: what is in it already is not entered again.
type Trail<'a> = Vec<&'a str>;

/// One row of a field table.
#[derive(Clone, Debug, Default)]
pub(super) struct Field {
    /// How many objects it is nested in.
    pub(super) depth: usize,
    /// Its name; empty on a row that only announces an alternative.
    pub(super) name: String,
    /// The type in words.
    pub(super) kind: String,
    /// Whether it must be there.
    pub(super) required: bool,
    /// What the document says about it, as written.
    pub(super) description: String,
    /// The values it may take, if they are listed.
    pub(super) choices: Vec<String>,
    /// An example, or the default.
    pub(super) example: Option<String>,
}

/// The document that references lead back into.
#[derive(Clone, Copy, Debug)]
pub(super) struct Document<'a>(pub(super) &'a Value);

impl<'a> Document<'a> {
    /// Follows `$ref` to what it names; also answers the last name on the way.
    pub(super) fn resolve(self, node: &'a Value) -> (&'a Value, Option<&'a str>) {
        let (mut node, mut name) = (node, None);
        for _ in 0..MOST_HOPS {
            let Some(target) = node.get("$ref").and_then(Value::as_str) else { break };
            let Some(found) = target.strip_prefix('#').and_then(|pointer| self.0.pointer(pointer)) else {
                break;
            };
            name = target.rsplit('/').next();
            node = found;
        }
        (node, name)
    }

    /// The fields of a schema and of the objects in it, as rows in reading order.
    pub(super) fn fields(self, schema: &'a Value) -> Vec<Field> {
        let mut rows = Vec::new();
        self.walk(schema, 0, &Trail::new(), &mut rows);
        rows
    }

    fn walk(self, schema: &'a Value, depth: usize, trail: &Trail<'a>, rows: &mut Vec<Field>) {
        let Some((schema, trail)) = self.enter(schema, trail).filter(|_| depth <= DEEPEST) else { return };
        for part in list(schema, "allOf") {
            self.walk(part, depth, &trail, rows);
        }
        for (name, property) in entries(schema, "properties") {
            let required = list(schema, "required").any(|known| known.as_str() == Some(name));
            rows.push(self.field(name, property, required, depth));
            self.walk(property, depth + 1, &trail, rows);
        }
        let objects: Vec<&Value> = alternatives(schema).filter(|variant| self.has_fields(variant)).collect();
        for (at, variant) in objects.iter().enumerate() {
            if objects.len() > 1 {
                rows.push(self.announce(if at == 0 { "either" } else { "or" }, variant, depth));
            }
            self.walk(variant, depth, &trail, rows);
        }
        for inner in ["items", "additionalProperties"].iter().filter_map(|key| schema.get(*key)) {
            self.walk(inner, depth, &trail, rows);
        }
    }

    /// The schema behind a reference and the trail with its name; nothing if it is being read already.
    fn enter(self, schema: &'a Value, trail: &Trail<'a>) -> Option<(&'a Value, Trail<'a>)> {
        let (target, name) = self.resolve(schema);
        let mut trail = trail.clone();
        if let Some(name) = name {
            if trail.contains(&name) {
                return None;
            }
            trail.push(name);
        }
        Some((target, trail))
    }

    /// One field, with the words beside a reference before those behind it.
    pub(super) fn field(self, name: &str, schema: &'a Value, required: bool, depth: usize) -> Field {
        let (target, _) = self.resolve(schema);
        let description = text(schema, "description").or_else(|| text(target, "description"));
        let example =
            first_example(schema).or_else(|| first_example(target)).or_else(|| target.get("default"));
        Field {
            depth,
            name: name.to_owned(),
            kind: self.kind(schema),
            required,
            description: description.unwrap_or_default().to_owned(),
            choices: self.choices(schema),
            example: example.map(plain),
        }
    }

    fn announce(self, joint: &str, variant: &'a Value, depth: usize) -> Field {
        let (target, name) = self.resolve(variant);
        let title = text(target, "title").or(name).unwrap_or("object");
        Field {
            depth,
            kind: format!("{joint}: {title}"),
            description: text(target, "description").unwrap_or_default().to_owned(),
            ..Field::default()
        }
    }

    fn has_fields(self, schema: &'a Value) -> bool {
        let (target, _) = self.resolve(schema);
        target.get("properties").is_some() || target.get("allOf").is_some()
    }

    /// The type in words: `Order`, `array of string`, `integer (int64) or null`.
    pub(super) fn kind(self, schema: &'a Value) -> String {
        self.kind_within(schema, 0)
    }

    fn kind_within(self, schema: &'a Value, hops: usize) -> String {
        let (target, name) = self.resolve(schema);
        if hops > DEEPEST {
            return name.unwrap_or("…").to_owned();
        }
        let mut words: Vec<String> =
            alternatives(target).map(|one| self.kind_within(one, hops + 1)).collect();
        if words.is_empty() {
            words = types(target).map(|one| self.one_kind(target, one, name, hops)).collect();
        }
        if words.is_empty() {
            let merged = list(target, "allOf").next().map(|part| self.kind_within(part, hops + 1));
            let guessed = if target.get("properties").is_some() { "object" } else { "any" };
            words.push(name.map(str::to_owned).or(merged).unwrap_or_else(|| guessed.to_owned()));
        }
        if branches(target).any(is_null) {
            words.push("null".to_owned());
        }
        words.dedup();
        words.join(" or ")
    }

    fn one_kind(self, schema: &'a Value, base: &str, name: Option<&str>, hops: usize) -> String {
        match base {
            "array" => {
                let inner = schema.get("items").map(|items| self.kind_within(items, hops + 1));
                format!("array of {}", inner.unwrap_or_else(|| "any".to_owned()))
            }
            "object" => {
                let values = schema.get("additionalProperties").filter(|inner| inner.is_object());
                match (name, values) {
                    (Some(name), _) => name.to_owned(),
                    (None, Some(inner)) => format!("map of {}", self.kind_within(inner, hops + 1)),
                    (None, None) => base.to_owned(),
                }
            }
            "null" => base.to_owned(),
            _ => {
                text(schema, "format").map_or_else(|| base.to_owned(), |format| format!("{base} ({format})"))
            }
        }
    }

    /// The listed values, also where every alternative is one value.
    pub(super) fn choices(self, schema: &'a Value) -> Vec<String> {
        let (target, _) = self.resolve(schema);
        let (target, _) = self.resolve(target.get("items").unwrap_or(target));
        let mut found: Vec<String> = list(target, "enum").chain(target.get("const")).map(plain).collect();
        for variant in alternatives(target) {
            let (variant, _) = self.resolve(variant);
            found.extend(list(variant, "enum").chain(variant.get("const")).map(plain));
        }
        found
    }

    /// A value that fits the schema: its own example where it has one, else one made from its parts.
    pub(super) fn sample(self, schema: &'a Value) -> Value {
        self.sample_within(schema, &Trail::new())
    }

    fn sample_within(self, schema: &'a Value, trail: &Trail<'a>) -> Value {
        let Some((target, trail)) = self.enter(schema, trail) else { return Value::Null };
        let given = first_example(schema).or_else(|| first_example(target)).or_else(|| target.get("default"));
        let listed = target.get("const").or_else(|| list(target, "enum").next());
        if let Some(value) = given.or(listed) {
            return value.clone();
        }
        if let Some(variant) = alternatives(target).next() {
            return self.sample_within(variant, &trail);
        }
        let mut object = Map::new();
        for part in list(target, "allOf") {
            if let Value::Object(members) = self.sample_within(part, &trail) {
                object.extend(members);
            }
        }
        for (name, property) in entries(target, "properties") {
            object.insert(name.to_owned(), self.sample_within(property, &trail));
        }
        if !object.is_empty() {
            return Value::Object(object);
        }
        match types(target).next() {
            Some("array") => Value::Array(
                target.get("items").map(|items| self.sample_within(items, &trail)).into_iter().collect(),
            ),
            Some("object") => json!({}),
            Some("integer" | "number") => json!(0),
            Some("boolean") => json!(true),
            Some("string") => json!(sample_text(text(target, "format"))),
            _ => Value::Null,
        }
    }
}

fn sample_text(format: Option<&str>) -> &'static str {
    match format {
        Some("date-time") => "2026-01-31T12:00:00Z",
        Some("date") => "2026-01-31",
        Some("email") => "amina@example.com",
        Some("uri" | "url") => "https://shop.example/",
        _ => "…",
    }
}

fn branches(schema: &Value) -> impl Iterator<Item = &Value> {
    list(schema, "oneOf").chain(list(schema, "anyOf"))
}

/// The branches of `oneOf` and `anyOf`, without `null`.
fn alternatives(schema: &Value) -> impl Iterator<Item = &Value> {
    branches(schema).filter(|variant| !is_null(variant))
}

fn is_null(schema: &Value) -> bool {
    text(schema, "type") == Some("null")
}

/// The types of a schema: 3.1 allows one or a list.
fn types(schema: &Value) -> impl Iterator<Item = &str> {
    text(schema, "type").into_iter().chain(list(schema, "type").filter_map(Value::as_str))
}

fn first_example(schema: &Value) -> Option<&Value> {
    schema.get("example").or_else(|| list(schema, "examples").next())
}

/// The elements of an array member; none if it is absent or something else.
pub(super) fn list<'a>(node: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    node.get(key).and_then(Value::as_array).into_iter().flatten()
}

/// The members of an object member; none if it is absent or something else.
pub(super) fn entries<'a>(
    node: &'a Value,
    key: &str,
) -> impl Iterator<Item = (&'a str, &'a Value)> + use<'a> {
    node.get(key).and_then(Value::as_object).into_iter().flatten().map(|(name, value)| (name.as_str(), value))
}

/// A text member.
pub(super) fn text<'a>(node: &'a Value, key: &str) -> Option<&'a str> {
    node.get(key).and_then(Value::as_str)
}

/// A value as one reads it: texts without their quotes.
pub(super) fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
