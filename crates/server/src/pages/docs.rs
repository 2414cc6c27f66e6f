//! The browsable API reference, made on the server from the OpenAPI document: no script, nothing from
//! elsewhere, so it also reads on a phone and on a machine without Internet.

use std::fmt::Write as _;

use askama::Template;
use serde_json::Value;

use super::schema::{Document, Field, entries, list, plain, text};
use super::{DOCS_STYLE, STYLE};

/// In the order a reader meets them.
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

#[derive(Template)]
#[template(path = "docs.html", whitespace = "minimize")]
struct DocsPage {
    title: String,
    version: String,
    description: String,
    groups: Vec<Group>,
    /// The fields of every problem.
    problem: Vec<Field>,
    /// The codes of problems, each with its sentence.
    codes: Vec<(String, String)>,
}

/// The operations of one tag.
struct Group {
    name: String,
    anchor: String,
    description: String,
    operations: Vec<Operation>,
}

struct Operation {
    anchor: String,
    method: &'static str,
    path: String,
    summary: String,
    description: String,
    deprecated: bool,
    secured: bool,
    /// Where each stands, beside its row.
    parameters: Vec<(String, Field)>,
    body: Option<Body>,
    responses: Vec<Response>,
    curl: String,
}

struct Body {
    media: String,
    kind: String,
    required: bool,
    description: String,
    fields: Vec<Field>,
    example: String,
}

struct Response {
    status: String,
    description: String,
    kind: String,
    fields: Vec<Field>,
    /// The stable problem codes it may carry.
    codes: Vec<String>,
    example: Option<String>,
}

impl Response {
    fn tone(&self) -> &'static str {
        if self.status.starts_with('2') { "good" } else { "bad" }
    }
}

/// The whole reference as one HTML page.
pub(crate) fn render_api_docs(openapi: &Value) -> String {
    let document = Document(openapi);
    let info = openapi.get("info").unwrap_or(&Value::Null);
    let problem = openapi.pointer("/components/schemas/Problem").unwrap_or(&Value::Null);
    let page = DocsPage {
        title: owned(info, "title"),
        version: owned(info, "version"),
        description: prose(text(info, "description").unwrap_or_default()),
        groups: groups(document),
        // The codes are so many that each has a line of its own below the fields.
        problem: document
            .fields(problem)
            .into_iter()
            .map(|field| Field { choices: Vec::new(), ..field })
            .collect(),
        codes: every_code(document, problem),
    };
    // Writing into a String cannot fail, so there is no error to pass on.
    page.render().unwrap_or_default()
}

impl DocsPage {
    fn style(&self) -> &'static str {
        &STYLE
    }

    fn docs_style(&self) -> &'static str {
        &DOCS_STYLE
    }
}

/// The operations by their first tag: declared tags in their order, then the others as they come.
fn groups(document: Document<'_>) -> Vec<Group> {
    let mut groups: Vec<Group> = list(document.0, "tags")
        .map(|tag| group(text(tag, "name").unwrap_or_default(), text(tag, "description").unwrap_or_default()))
        .collect();
    for (path, item) in entries(document.0, "paths") {
        for (method, node) in METHODS.into_iter().filter_map(|method| Some((method, item.get(method)?))) {
            let tag = list(node, "tags").find_map(Value::as_str).unwrap_or("API");
            let at = groups.iter().position(|known| known.name == tag).unwrap_or_else(|| {
                groups.push(group(tag, ""));
                groups.len() - 1
            });
            groups[at].operations.push(operation(document, path, item, method, node));
        }
    }
    groups.retain(|group| !group.operations.is_empty());
    groups
}

fn group(name: &str, description: &str) -> Group {
    Group {
        name: name.to_owned(),
        anchor: anchor(&["tag", name]),
        description: prose(description),
        operations: Vec::new(),
    }
}

fn operation<'a>(
    document: Document<'a>,
    path: &str,
    item: &'a Value,
    method: &'static str,
    node: &'a Value,
) -> Operation {
    let security = node.get("security").or_else(|| document.0.get("security"));
    let secured = security.and_then(Value::as_array).is_some_and(|schemes| {
        // An empty scheme in the list means that the operation is open as well.
        !schemes.is_empty()
            && schemes.iter().all(|scheme| scheme.as_object().is_some_and(|names| !names.is_empty()))
    });
    let parameters: Vec<(String, Field)> = list(item, "parameters")
        .chain(list(node, "parameters"))
        .map(|given| parameter(document, given))
        .collect();
    let body = node.get("requestBody").map(|given| body(document, given));
    let curl = curl(document, method, path, &parameters, body.as_ref(), secured);
    Operation {
        anchor: anchor(&[method, path]),
        method,
        path: path.to_owned(),
        summary: owned(node, "summary"),
        description: prose(text(node, "description").unwrap_or_default()),
        deprecated: node.get("deprecated").and_then(Value::as_bool).unwrap_or(false),
        secured,
        parameters,
        body,
        responses: entries(node, "responses")
            .map(|(status, given)| response(document, status, given))
            .collect(),
        curl,
    }
}

fn parameter<'a>(document: Document<'a>, given: &'a Value) -> (String, Field) {
    let (given, _) = document.resolve(given);
    let required = given.get("required").and_then(Value::as_bool).unwrap_or(false);
    let schema = given.get("schema").unwrap_or(&Value::Null);
    let mut field = document.field(text(given, "name").unwrap_or_default(), schema, required, 0);
    if let Some(words) = text(given, "description") {
        words.clone_into(&mut field.description);
    }
    if let Some(example) = given.get("example") {
        field.example = Some(plain(example));
    }
    (owned(given, "in"), field)
}

/// The first media type of a `content`, its schema and its first example.
fn content(node: &Value) -> Option<(&str, &Value, Option<&Value>)> {
    let (media, inner) = entries(node, "content").next()?;
    let named = entries(inner, "examples").find_map(|(_, example)| example.get("value"));
    Some((media, inner.get("schema").unwrap_or(&Value::Null), inner.get("example").or(named)))
}

fn body<'a>(document: Document<'a>, given: &'a Value) -> Body {
    let (given, _) = document.resolve(given);
    let (media, schema, example) = content(given).unwrap_or(("", &Value::Null, None));
    Body {
        media: media.to_owned(),
        kind: document.kind(schema),
        required: given.get("required").and_then(Value::as_bool).unwrap_or(false),
        description: prose(text(given, "description").unwrap_or_default()),
        fields: document.fields(schema),
        example: pretty(&example.cloned().unwrap_or_else(|| document.sample(schema))),
    }
}

fn response<'a>(document: Document<'a>, status: &str, given: &'a Value) -> Response {
    let (given, _) = document.resolve(given);
    let found = content(given);
    let problem = found.is_some_and(|(media, ..)| media.contains("problem"));
    let (kind, fields, example) = found.map_or_else(Default::default, |(_, schema, example)| {
        // A problem looks the same everywhere, and is shown once, after the operations.
        let fields = if problem { Vec::new() } else { document.fields(schema) };
        let sample = example.cloned().or_else(|| (!problem).then(|| document.sample(schema)));
        (document.kind(schema), fields, sample.as_ref().map(pretty))
    });
    let codes = if status.starts_with('2') { Vec::new() } else { codes(given) };
    Response {
        status: status.to_owned(),
        description: prose(text(given, "description").unwrap_or_default()),
        kind,
        fields,
        codes,
        example,
    }
}

/// The words that a problem's code may be, each with what the document says of it.
fn every_code<'a>(document: Document<'a>, problem: &'a Value) -> Vec<(String, String)> {
    let Some(code) = problem.pointer("/properties/code") else { return Vec::new() };
    let sentences = list(document.resolve(code).0, "x-enum-descriptions").map(plain);
    document.choices(code).into_iter().zip(sentences.chain(std::iter::repeat_with(String::new))).collect()
}

/// The problem codes that an extension or the examples of a response name.
fn codes(response: &Value) -> Vec<String> {
    let mut found: Vec<String> = ["x-codes", "x-problem-codes"]
        .into_iter()
        .flat_map(|key| list(response, key))
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect();
    for (_, media) in entries(response, "content") {
        let named = entries(media, "examples").filter_map(|(_, example)| example.get("value"));
        found.extend(
            named.chain(media.get("example")).filter_map(|value| text(value, "code")).map(str::to_owned),
        );
    }
    found.sort();
    found.dedup();
    found
}

fn curl(
    document: Document<'_>,
    method: &str,
    path: &str,
    parameters: &[(String, Field)],
    body: Option<&Body>,
    secured: bool,
) -> String {
    let server = list(document.0, "servers").find_map(|server| text(server, "url")).unwrap_or_default();
    // A relative server says where the API hangs, not where it runs.
    let host = if server.starts_with("http") { "" } else { "$GUICHET_URL" };
    let mut address = format!("{host}{}{path}", server.trim_end_matches('/'));
    let mut lines = Vec::new();
    for (place, field) in parameters {
        let example = field.example.as_deref();
        match place.as_str() {
            "path" => {
                if let Some(example) = example {
                    address = address.replace(&format!("{{{}}}", field.name), example);
                }
            }
            "query" if field.required => {
                let joint = if address.contains('?') { '&' } else { '?' };
                let _ = write!(address, "{joint}{}={}", field.name, example.unwrap_or("…"));
            }
            "header" if field.required || field.name.eq_ignore_ascii_case("Idempotency-Key") => {
                lines.push(format!("-H '{}: {}'", field.name, example.unwrap_or("…")));
            }
            _ => {}
        }
    }
    if secured {
        lines.insert(0, "-H 'Authorization: Bearer sk_test_…'".to_owned());
    }
    if let Some(body) = body {
        lines.push(format!("-H 'Content-Type: {}'", body.media));
        lines.push(format!("-d '{}'", body.example.replace('\'', r"'\''")));
    }
    let verb = if method == "get" { String::new() } else { format!(" -X {}", method.to_uppercase()) };
    lines.insert(0, format!("curl{verb} \"{address}\""));
    lines.join(" \\\n  ")
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

fn owned(node: &Value, key: &str) -> String {
    text(node, key).unwrap_or_default().to_owned()
}

/// A fragment id that survives any path.
fn anchor(parts: &[&str]) -> String {
    let joined = parts.join("-").to_lowercase();
    joined.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' }).collect()
}

/// The little Markdown that descriptions use (paragraphs, bullets, `code`) as safe HTML.
fn prose(markdown: &str) -> String {
    let mut html = String::new();
    for block in markdown.split("\n\n").map(str::trim).filter(|block| !block.is_empty()) {
        let bullets = block.lines().all(|line| line.starts_with("- ") || line.starts_with("  "));
        if bullets {
            let items = block.trim_start_matches("- ").split("\n- ").map(inline);
            let _ = write!(html, "<ul><li>{}</li></ul>", items.collect::<Vec<_>>().join("</li><li>"));
        } else {
            let _ = write!(html, "<p>{}</p>", inline(block));
        }
    }
    html
}

fn inline(words: &str) -> String {
    // Doc comments link names as [`Name`]; there is nothing to link to here.
    let safe = words
        .replace("[`", "`")
        .replace("`]", "`")
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    let mut html = String::with_capacity(safe.len());
    for (at, part) in safe.split('`').enumerate() {
        if at > 0 {
            html.push_str(if at % 2 == 1 { "<code>" } else { "</code>" });
        }
        html.push_str(part);
    }
    if safe.matches('`').count() % 2 == 1 {
        html.push_str("</code>");
    }
    html
}

#[cfg(test)]
#[path = "docs_tests.rs"]
pub(super) mod tests;
