//! Bodies without meaning, and bodies made from good ones by one small change.

use serde_json::Value;

/// Stands for a raw piece of JSON while a document is put together.
const MARK: &str = "~raw~";

/// Bodies that are no answer, by name.
pub(super) fn garbage() -> Vec<(&'static str, Vec<u8>)> {
    let mut bodies: Vec<(&'static str, Vec<u8>)> = [
        ("nothing", ""),
        ("white space", " \r\n\t "),
        ("HTML", "<!doctype html><html><body><h1>Welcome</h1></body></html>"),
        ("a form", "status=CONFIRMED&amount=5000"),
        ("null", "null"),
        ("true", "true"),
        ("a number", "0"),
        ("a text", "\"CONFIRMED\""),
        ("an empty array", "[]"),
        ("an empty object", "{}"),
        ("an array of objects", "[{\"success\":true}]"),
        ("success and nothing else", "{\"success\":true}"),
        ("no data", "{\"success\":true,\"data\":null}"),
        ("empty data", "{\"success\":true,\"data\":{}}"),
        ("data as a list", "{\"success\":true,\"data\":[]}"),
        ("data as a text", "{\"success\":true,\"data\":\"CONFIRMED\"}"),
        ("a number that is too large", "1e309"),
        ("XML", "<?xml version=\"1.0\"?><status>CONFIRMED</status>"),
        ("NUL bytes", "\0\0\0\0"),
        ("single quotes", "{'success': true}"),
    ]
    .map(|(name, body)| (name, body.as_bytes().to_vec()))
    .to_vec();
    bodies.push(("gzip", vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xab, 0x56]));
    bodies.push(("bytes that are not UTF-8", vec![0xff, 0xfe, 0xfd, 0x80]));
    bodies.push(("arrays a hundred thousand deep", vec![b'['; 100_000]));
    bodies.push(("objects many thousand deep", "{\"data\":".repeat(20_000).into_bytes()));
    bodies
}

/// Changes to a good body after which it must not be trusted, by name.
pub(super) fn spoilt(good: &str) -> Vec<(String, Vec<u8>)> {
    let mut bodies: Vec<(String, Vec<u8>)> = (1..16)
        .map(|part| (format!("cut at {part}/16"), good.as_bytes()[..good.len() * part / 16].to_vec()))
        .collect();
    bodies.push(("without its last byte".to_owned(), good.as_bytes()[..good.len() - 1].to_vec()));
    bodies.push(("followed by a letter".to_owned(), format!("{good}x").into_bytes()));
    bodies.push(("twice".to_owned(), good.repeat(2).into_bytes()));
    bodies.push(("after a line of PHP".to_owned(), format!("Warning: foo\n{good}").into_bytes()));
    bodies.push(("as a text".to_owned(), Value::from(good).to_string().into_bytes()));
    bodies.push(("in an array".to_owned(), format!("[{good}]").into_bytes()));
    bodies.push(("in UTF-16".to_owned(), good.encode_utf16().flat_map(u16::to_le_bytes).collect()));
    bodies.push(("in capitals".to_owned(), good.to_ascii_uppercase().into_bytes()));
    bodies
}

/// Changes to a good body after which it may be read or not, by name.
pub(super) fn odd(good: &str) -> Vec<(&'static str, Vec<u8>)> {
    let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
    let deeper = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    vec![
        ("after a byte order mark", format!("\u{feff}{good}").into_bytes()),
        ("with 200 KiB of white space", format!("{good}{}", " ".repeat(200 * 1024)).into_bytes()),
        ("with a deep extra field", with_extra(good, &deep)),
        ("with a very deep extra field", with_extra(good, &deeper)),
        ("with an extra 1e309", with_extra(good, "1e309")),
    ]
}

/// The good body with one more field at its top, which holds raw JSON.
pub(super) fn with_extra(good: &str, raw: &str) -> Vec<u8> {
    good.replacen('{', &format!("{{\"x-unheard-of\":{raw},"), 1).into_bytes()
}

/// The good body with raw JSON in place of the field.
pub(super) fn with(good: &str, pointer: &str, raw: &str) -> Vec<u8> {
    let mut document = parsed(good);
    *field(&mut document, pointer) = Value::from(MARK);
    document.to_string().replacen(&Value::from(MARK).to_string(), raw, 1).into_bytes()
}

/// The good body without the field.
pub(super) fn without(good: &str, pointer: &str) -> Vec<u8> {
    let mut document = parsed(good);
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer begins with a slash");
    field(&mut document, parent).as_object_mut().expect("its parent is an object").remove(name);
    document.to_string().into_bytes()
}

/// The good body with the field given twice: first as it was, then as raw JSON.
pub(super) fn twice(good: &str, pointer: &str, raw: &str) -> Vec<u8> {
    let name = pointer.rsplit('/').next().unwrap_or_default();
    with(good, pointer, &format!("{},\"{name}\":{raw}", value(good, pointer)))
}

/// The value of the field in the good body.
pub(super) fn value(good: &str, pointer: &str) -> Value {
    field(&mut parsed(good), pointer).clone()
}

fn parsed(good: &str) -> Value {
    serde_json::from_str(good).expect("the vendor's sample is JSON")
}

fn field<'a>(document: &'a mut Value, pointer: &str) -> &'a mut Value {
    document.pointer_mut(pointer).expect("the vendor's sample has the field")
}
