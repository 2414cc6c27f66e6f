//! What may stand in a field of each type, as the SDK's versions write it.

use serde_json::Value;

use crate::catalogue::{Decimal, Field, FieldType};
use crate::fields::overrides_direction;

/// The longest text of a field that says nothing else, in characters.
const LONGEST: usize = 1000;

/// The most spans of time, files or pieces of text in one field.
const MOST: usize = 20;

/// The longest address of a file, in bytes.
const LONGEST_ADDRESS: usize = 2048;

/// The texts that a piece of text may consist of, in OneEntry's words.
const TEXTS: [&str; 4] = ["header", "htmlValue", "plainValue", "mdValue"];

impl Field {
    /// Whether that may stand in the field.
    ///
    /// # Errors
    /// The rule that it breaks.
    pub(super) fn takes(&self, value: &Value) -> Result<(), String> {
        let marker = &self.marker;
        let fits = match self.kind {
            FieldType::String => return self.takes_text(value),
            FieldType::Text | FieldType::TextWithHeader => return self.takes_pieces(value),
            FieldType::Integer => {
                value.is_i64()
                    || value.is_u64()
                    || value.as_str().is_some_and(|text| text.parse::<i64>().is_ok())
            }
            FieldType::Float | FieldType::Real => {
                value.is_number() || value.as_str().and_then(Decimal::parse).is_some()
            }
            FieldType::Date | FieldType::DateTime | FieldType::Time => is_moment(self.kind, value),
            FieldType::TimeInterval => return self.takes_spans(value),
            FieldType::File | FieldType::Image | FieldType::GroupOfImages => return self.takes_files(value),
            FieldType::Button => {
                return Err(format!(
                    "formData's marker '{marker}' is a button, and nothing is filled in there"
                ));
            }
            FieldType::List | FieldType::RadioButton => return self.takes_choice(value),
            FieldType::Spam | FieldType::Entity => {
                let why = self.kind.cannot_work().unwrap_or_default();
                return Err(format!("formData's marker '{marker}' cannot be used: {why}"));
            }
        };
        if fits {
            Ok(())
        } else {
            Err(format!("formData's marker '{marker}' is not a valid {}", self.kind.as_str()))
        }
    }

    fn takes_choice(&self, value: &Value) -> Result<(), String> {
        let (marker, chosen) = (&self.marker, chosen(value));
        let known = |one: &&str| self.values.iter().any(|choice| choice.value == **one);
        if chosen.is_empty() || !chosen.iter().all(known) {
            let values: Vec<&str> = self.values.iter().map(|choice| choice.value.as_str()).collect();
            return Err(format!("formData's marker '{marker}' value must be one of [{}]", values.join(", ")));
        }
        match self.kind == FieldType::List || chosen.len() == 1 {
            true => Ok(()),
            false => Err(format!("formData's marker '{marker}' is not a valid {}", self.kind.as_str())),
        }
    }

    fn takes_text(&self, value: &Value) -> Result<(), String> {
        let marker = &self.marker;
        let text = value.as_str().ok_or_else(|| format!("formData's marker '{marker}' must be a text"))?;
        let (length, most) = (text.chars().count(), self.max_length.unwrap_or(LONGEST));
        if length < self.min_length.unwrap_or(0) || length > most {
            let least = self.min_length.unwrap_or(0);
            return Err(format!("formData's marker '{marker}' must have {least} to {most} characters"));
        }
        let lines = self.kind != FieldType::String;
        let breaks = |c: char| c.is_control() && !(lines && matches!(c, '\n' | '\r' | '\t'));
        if text.chars().any(breaks) {
            return Err(format!("formData's marker '{marker}' must not have control characters"));
        }
        Ok(())
    }

    /// A text, or the pieces that OneEntry's editor makes of one.
    fn takes_pieces(&self, value: &Value) -> Result<(), String> {
        let pieces = match value {
            Value::Array(pieces) => pieces.as_slice(),
            Value::Object(_) => std::slice::from_ref(value),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                return self.takes_text(value);
            }
        };
        let rule = || {
            format!(
                "formData's marker '{}' must be a text, or at most {MOST} objects with some of [{}]",
                self.marker,
                TEXTS.join(", ")
            )
        };
        if pieces.len() > MOST {
            return Err(rule());
        }
        for piece in pieces {
            let texts: Vec<&Value> = TEXTS.iter().filter_map(|name| piece.get(name)).collect();
            if texts.is_empty() {
                return Err(rule());
            }
            texts.into_iter().try_for_each(|text| self.takes_text(text))?;
        }
        Ok(())
    }

    /// Pairs of moments, the later one second.
    fn takes_spans(&self, value: &Value) -> Result<(), String> {
        let moment = |value: &Value| value.as_str().and_then(|text| text.parse::<jiff::Timestamp>().ok());
        let is_span = |span: &Value| match span.as_array().map(Vec::as_slice) {
            Some([start, end]) => moment(start).zip(moment(end)).is_some_and(|(start, end)| start <= end),
            Some(_) | None => false,
        };
        let spans = value.as_array().filter(|spans| spans.len() <= MOST && spans.iter().all(is_span));
        spans.map(|_| ()).ok_or_else(|| {
            format!(
                "formData's marker '{}' must be at most {MOST} pairs of moments in ISO 8601, the later one second, \
                 such as [[\"2026-11-29T09:00:00.000Z\", \"2026-11-29T11:00:00.000Z\"]]",
                self.marker
            )
        })
    }

    /// Files that are kept elsewhere: nothing is uploaded to Guichet.
    fn takes_files(&self, value: &Value) -> Result<(), String> {
        let files = match value {
            Value::Array(files) => files.as_slice(),
            Value::Object(_) => std::slice::from_ref(value),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => &[],
        };
        let most = if self.kind == FieldType::Image { 1 } else { MOST };
        if (1..=most).contains(&files.len()) && files.iter().all(is_file) {
            return Ok(());
        }
        Err(format!(
            "formData's marker '{}' takes no upload, because Guichet keeps no files: send {{filename, downloadLink}} of \
             1 to {most}, with the http or https address where the file is",
            self.marker
        ))
    }
}

fn is_file(file: &Value) -> bool {
    let text = |name: &str| file.get(name).and_then(Value::as_str).unwrap_or_default();
    let (name, address) = (text("filename"), text("downloadLink"));
    let plain = |c: char| !c.is_control() && !overrides_direction(c);
    let web =
        url::Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    (1..=LONGEST).contains(&name.chars().count())
        && name.chars().all(plain)
        && address.len() <= LONGEST_ADDRESS
        && web
}

/// A moment as text, or as the SDK's object with a `fullDate`.
fn is_moment(kind: FieldType, value: &Value) -> bool {
    if value.is_object() {
        return value.get("fullDate").is_some_and(Value::is_string);
    }
    let Some(text) = value.as_str() else { return false };
    let moment = text.parse::<jiff::Timestamp>().is_ok() || text.parse::<jiff::civil::DateTime>().is_ok();
    match kind {
        FieldType::Time => text.parse::<jiff::civil::Time>().is_ok() || moment,
        FieldType::Date => text.parse::<jiff::civil::Date>().is_ok() || moment,
        FieldType::DateTime
        | FieldType::String
        | FieldType::Text
        | FieldType::TextWithHeader
        | FieldType::Integer
        | FieldType::Float
        | FieldType::Real
        | FieldType::List
        | FieldType::RadioButton
        | FieldType::TimeInterval
        | FieldType::File
        | FieldType::Image
        | FieldType::GroupOfImages
        | FieldType::Button
        | FieldType::Spam
        | FieldType::Entity => moment,
    }
}

/// What was chosen: a value, a list of them, or of the SDK's objects with a `value`.
fn chosen(value: &Value) -> Vec<&str> {
    match value {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().flat_map(chosen).collect(),
        Value::Object(shown) => shown.get("value").map(chosen).unwrap_or_default(),
        Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn field(kind: &str) -> Field {
        serde_json::from_value(json!({ "marker": "one", "type": kind, "max_length": 40 })).unwrap()
    }

    #[test]
    fn each_type_takes_what_the_sdk_writes_and_says_why_not() {
        let day = ["2026-11-29T09:00:00.000Z", "2026-11-29T11:00:00.000Z"];
        let file = json!({ "filename": "a.pdf", "downloadLink": "https://shop.example/a.pdf", "size": 5 });
        let piece =
            json!({ "header": "Gift", "htmlValue": "<p>Card</p>", "plainValue": "Card", "params": {} });
        for (kind, value, rule) in [
            ("real", json!(1.5), ""),
            ("real", json!("1.5"), ""),
            ("real", json!("one"), "not a valid real"),
            ("timeInterval", json!([day]), ""),
            ("timeInterval", json!([day, day]), ""),
            ("timeInterval", json!([[day[1], day[0]]]), "pairs of moments"),
            ("timeInterval", json!(day), "pairs of moments"),
            ("timeInterval", json!([[day[0]]]), "pairs of moments"),
            ("timeInterval", json!([["9:00", "11:00"]]), "pairs of moments"),
            ("timeInterval", json!("tomorrow"), "pairs of moments"),
            ("text", json!("two\nlines"), ""),
            ("text", json!([piece]), ""),
            ("textWithHeader", json!([piece]), ""),
            ("textWithHeader", piece.clone(), ""),
            ("textWithHeader", json!("plain"), ""),
            ("textWithHeader", json!([{ "params": {} }]), "objects with some of [header"),
            ("textWithHeader", json!([{ "header": "h".repeat(41) }]), "0 to 40 characters"),
            ("file", json!([file]), ""),
            ("file", file.clone(), ""),
            ("image", json!([file]), ""),
            ("image", json!([file, file]), "takes no upload"),
            ("groupOfImages", json!([file, file]), ""),
            ("file", json!("data:text/plain,x"), "Guichet keeps no files"),
            ("file", json!([{ "filename": "a", "downloadLink": "javascript:alert(1)" }]), "takes no upload"),
            ("file", json!([{}]), "takes no upload"),
            ("button", json!("pressed"), "is a button"),
            ("spam", json!("token"), "checks no captcha"),
            ("entity", json!([5]), "keeps no pages"),
        ] {
            let found = field(kind).takes(&value).err().unwrap_or_default();
            assert!(found.contains(rule) && found.is_empty() == rule.is_empty(), "{kind} {value}: {found}");
        }
    }
}
