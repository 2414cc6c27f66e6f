//! A product as it stands in the form, and what becomes of what was typed: held against the same rules as a shop file's, part by part,
//! so that each mistake stands beside its field.

use std::collections::BTreeMap;

use guichet_core::{Currency, Money};

use crate::catalogue::{Product, Project, Text};
use crate::fields::typed_money;

/// A part of a product that may be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Number,
    /// Another product has the number.
    Taken,
    Title,
    Price,
    Sku,
    Image,
    Status,
    Categories,
    /// What is not changed here does not keep the rules.
    Rest,
}

/// A title in one language, or in all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TypedTitle {
    /// The language's code; empty where there is one title for all.
    pub(super) code: String,
    /// What the language calls itself; empty where there is one title for all.
    pub(super) called: String,
    pub(super) text: String,
}

/// What stands in the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Typed {
    pub(super) number: String,
    pub(super) titles: Vec<TypedTitle>,
    pub(super) price: String,
    pub(super) sku: String,
    pub(super) image: String,
    pub(super) status: String,
    /// One in a line.
    pub(super) categories: String,
    pub(super) visible: bool,
}

/// The languages in which a product has titles, each with what it calls itself; none where there is one for all.
fn languages(project: &Project, known: Option<&Product>) -> Vec<(String, String)> {
    let own = |locale: &str| {
        let locale = project.locales.iter().find(|known| known.code == locale);
        locale.map(|locale| locale.native_name.as_ref().unwrap_or(&locale.name).clone())
    };
    let mut codes: Vec<String> = project.locales.iter().map(|locale| locale.code.clone()).collect();
    match known.map(|product| &product.title) {
        Some(Text::Each(texts)) => {
            let more = texts.keys().filter(|code| !project.locales.iter().any(|known| known.code == **code));
            codes.extend(more.cloned());
        }
        Some(Text::Same(_)) | None if codes.len() < 2 => codes.clear(),
        Some(Text::Same(_)) | None => {}
    }
    codes.into_iter().map(|code| (code.clone(), own(&code).unwrap_or(code))).collect()
}

impl Typed {
    /// The form with what holds now, or an empty one for a new product of that number.
    pub(super) fn of(project: &Project, known: Option<&Product>, number: i64) -> Self {
        let title = |code: &str| match known.map(|product| &product.title) {
            Some(Text::Same(text)) => text.clone(),
            Some(Text::Each(texts)) => texts.get(code).cloned().unwrap_or_default(),
            None => String::new(),
        };
        let given = |text: Option<&String>| text.cloned().unwrap_or_default();
        let price = known.zip(project.currency().ok());
        Typed {
            number: number.to_string(),
            titles: titles(project, known, title),
            price: price
                .map(|(product, currency)| Money::new(product.price, currency).decimal())
                .unwrap_or_default(),
            sku: given(known.and_then(|product| product.sku.as_ref())),
            image: given(known.and_then(|product| product.image.as_ref())),
            status: given(known.and_then(|product| product.status.as_ref())),
            categories: known.map(|product| product.categories.join("\n")).unwrap_or_default(),
            visible: known.is_none_or(|product| product.visible),
        }
    }

    /// The same as it was posted.
    pub(super) fn posted(
        project: &Project,
        known: Option<&Product>,
        fields: &BTreeMap<String, String>,
    ) -> Self {
        let field = |name: &str| fields.get(name).map(|text| text.trim().to_owned()).unwrap_or_default();
        let title = |code: &str| match code {
            "" => field("title"),
            code => field(&format!("title.{code}")),
        };
        Typed {
            number: field("number"),
            titles: titles(project, known, title),
            price: field("price"),
            sku: field("sku"),
            image: field("image"),
            status: field("status"),
            categories: field("categories"),
            visible: fields.contains_key("visible"),
        }
    }

    /// The product that was typed, in the stead of the one that is known.
    ///
    /// # Errors
    /// The parts that break a rule.
    pub(super) fn product(
        &self,
        known: Option<&Product>,
        id: i64,
        currency: Currency,
    ) -> Result<Product, Vec<Part>> {
        let given = |text: &str| Some(text).filter(|text| !text.is_empty()).map(str::to_owned);
        let price = typed_money(&self.price, currency);
        let categories = self.categories.lines().map(str::trim).filter(|text| !text.is_empty());
        let product = Product {
            id,
            title: self.title(known),
            price: price.map_or(-1, |price| price.amount_minor),
            sku: given(&self.sku),
            image: given(&self.image),
            status: given(&self.status),
            categories: categories.map(str::to_owned).collect(),
            visible: self.visible,
            attributes: known.map(|product| product.attributes.clone()).unwrap_or_default(),
        };
        let mistakes = mistakes(&product);
        if mistakes.is_empty() { Ok(product) } else { Err(mistakes) }
    }

    /// One title for all languages stays one, unless they differ.
    fn title(&self, known: Option<&Product>) -> Text {
        let first = self.titles.first().map(|title| title.text.clone()).unwrap_or_default();
        let was_each = known.is_some_and(|product| matches!(product.title, Text::Each(_)));
        if !was_each && self.titles.iter().all(|title| title.text == first) {
            return Text::Same(first);
        }
        let given = self.titles.iter().filter(|title| !title.text.is_empty());
        Text::Each(given.map(|title| (title.code.clone(), title.text.clone())).collect())
    }
}

fn titles(project: &Project, known: Option<&Product>, text: impl Fn(&str) -> String) -> Vec<TypedTitle> {
    let languages = languages(project, known);
    if languages.is_empty() {
        return vec![TypedTitle { code: String::new(), called: String::new(), text: text("") }];
    }
    let title = |(code, called): (String, String)| TypedTitle { text: text(&code), code, called };
    languages.into_iter().map(title).collect()
}

/// The parts of a product that break a rule: each is held against it in a product that is right otherwise.
fn mistakes(product: &Product) -> Vec<Part> {
    let right = Product {
        id: 1,
        title: Text::Same("–".to_owned()),
        price: 0,
        sku: None,
        image: None,
        status: None,
        categories: Vec::new(),
        visible: true,
        attributes: BTreeMap::new(),
    };
    let parts = [
        (Part::Number, Product { id: product.id, ..right.clone() }),
        (Part::Title, Product { title: product.title.clone(), ..right.clone() }),
        (Part::Price, Product { price: product.price, ..right.clone() }),
        (Part::Sku, Product { sku: product.sku.clone(), ..right.clone() }),
        (Part::Image, Product { image: product.image.clone(), ..right.clone() }),
        (Part::Status, Product { status: product.status.clone(), ..right.clone() }),
        (Part::Categories, Product { categories: product.categories.clone(), ..right.clone() }),
        (Part::Rest, Product { attributes: product.attributes.clone(), ..right }),
    ];
    parts.into_iter().filter(|(_, probe)| probe.check().is_err()).map(|(part, _)| part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(locales: &[&str]) -> Project {
        let locales: Vec<_> =
            locales.iter().map(|code| serde_json::json!({ "code": code, "name": code })).collect();
        serde_json::from_value(serde_json::json!({ "currency": "DZD", "locales": locales }))
            .expect("a project")
    }

    fn book(title: &str) -> Product {
        let text =
            format!(r#"{{"id":14,"title":{title},"price":34000,"categories":["books"],"visible":false}}"#);
        serde_json::from_str(&text).expect("a product")
    }

    #[test]
    fn what_is_not_touched_stays_as_it_was() {
        for (locales, title) in [
            (&["fr_FR"][..], r#""Livre""#),
            (&["fr_FR", "en_US"], r#""Livre""#),
            (&["fr_FR"], r#"{"fr_FR":"Livre"}"#),
            (&["fr_FR", "en_US"], r#"{"ar_DZ":"كتاب","fr_FR":"Livre"}"#),
            (&[], r#"{"en_US":"Book","fr_FR":"Book"}"#),
        ] {
            let (project, known) = (project(locales), book(title));
            let typed = Typed::of(&project, Some(&known), known.id);
            assert_eq!(typed.product(Some(&known), 14, Currency::DZD), Ok(known), "{locales:?} {title}");
        }
    }

    #[test]
    fn every_mistake_is_told_of_its_part() {
        let (project, long) = (project(&[]), "x".repeat(201));
        let fields = |changed: &[(&str, &str)]| {
            let mut fields: BTreeMap<String, String> = [("title", "Book"), ("price", "340,50")]
                .map(|(name, text)| (name.to_owned(), text.to_owned()))
                .into();
            fields.extend(changed.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())));
            fields
        };
        for (changed, expected) in [
            (&[][..], vec![]),
            (&[("title", " ")], vec![Part::Title]),
            (&[("title", long.as_str())], vec![Part::Title]),
            (&[("price", "dear")], vec![Part::Price]),
            (&[("price", "-1")], vec![Part::Price]),
            (&[("price", "1,001")], vec![Part::Price]),
            (&[("image", "javascript:alert(1)"), ("status", "in stock")], vec![Part::Image, Part::Status]),
            (&[("categories", long.as_str())], vec![Part::Categories]),
            (&[("sku", "a\u{202e}b")], vec![Part::Sku]),
        ] {
            let typed = Typed::posted(&project, None, &fields(changed));
            let read = typed.product(None, 1, Currency::DZD);
            assert_eq!(read.as_ref().err().cloned().unwrap_or_default(), expected, "{changed:?}");
            if let Ok(product) = read {
                assert_eq!((product.price, product.visible), (34_050, false));
            }
        }
    }
}
