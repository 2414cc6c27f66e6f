//! The route of a request for a vendor's API, as the log and the counters call it: the vendor's template, because
//! what a client puts into a path is its own.

use guichet_gateways::DIALECTS;

/// The template of a path that is none of our own: the vendor's, or “none”.
pub(super) fn template(path: &str) -> &'static str {
    let Some(dialect) = DIALECTS.iter().find(|dialect| dialect.serves(path)) else { return "none" };
    let mut templates = dialect.profile().endpoints.iter().map(|(_, template, _)| *template);
    templates.find(|template| fits(path, template)).unwrap_or(dialect.name())
}

fn fits(path: &str, template: &str) -> bool {
    let (mut path, mut template) = (parts(path), parts(template));
    loop {
        match (path.next(), template.next()) {
            (None, None) => return true,
            (Some(part), Some(named)) if part == named || named.starts_with('{') => {}
            _ => return false,
        }
    }
}

fn parts(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|part| !part.is_empty())
}
