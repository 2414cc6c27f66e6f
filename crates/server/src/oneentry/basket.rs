//! The products of an order as fronts ask for them, and what they may not ask for.

use guichet_core::Currency;
use serde_json::Value;

use crate::catalogue::MOST_OF_ONE;

use super::front_error::FrontError;

/// The most lines of an order.
const MOST_LINES: usize = 100;

/// Reads the `products` of an order: each product with how many, in the front's order.
///
/// # Errors
/// They are no such list; the message says which entry.
pub(crate) fn lines(sent: &Value) -> Result<Vec<(i64, i64)>, FrontError> {
    let lines = sent.as_array().filter(|lines| (1..=MOST_LINES).contains(&lines.len())).ok_or_else(|| {
        FrontError::bad_request(format!("products must be a list of 1 to {MOST_LINES} products"))
    })?;
    lines.iter().enumerate().map(|(index, line)| wanted(index, line)).collect()
}

fn wanted(index: usize, line: &Value) -> Result<(i64, i64), FrontError> {
    let whole = |name: &str, most: i64| {
        let number = line.get(name).and_then(Value::as_i64).filter(|number| (1..=most).contains(number));
        number.ok_or_else(|| {
            FrontError::bad_request(format!(
                "products[{index}].{name} must be a whole number from 1 to {most}"
            ))
        })
    };
    Ok((whole("productId", i64::from(i32::MAX))?, whole("quantity", MOST_OF_ONE)?))
}

/// Whether a front asks for a price other than that of the catalogue.
///
/// # Errors
/// It names a coupon, a discount, a bonus, or another currency; totals that it sends along are not read.
pub(crate) fn no_other_price(
    coupon: &Value,
    discounts: &Value,
    bonus: &Value,
    named_currency: &Value,
    currency: Currency,
) -> Result<(), FrontError> {
    let blank = |value: &Value| match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Number(number) => number.as_i64() == Some(0),
        Value::Bool(true) | Value::Object(_) => false,
    };
    for (name, value) in
        [("couponCode", coupon), ("additionalDiscountsMarkers", discounts), ("bonusAmount", bonus)]
    {
        if !blank(value) {
            let message = format!("{name} cannot be used: there are no discounts here; leave it out");
            return Err(FrontError::bad_request(message));
        }
    }
    let same = named_currency.as_str().is_some_and(|named| named.eq_ignore_ascii_case(currency.code()));
    if !same && !blank(named_currency) {
        return Err(FrontError::bad_request(format!("Everything is sold in {} here", currency.code())));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use guichet_core::Item;
    use serde_json::json;

    use crate::catalogue::{Basket, Product};
    use crate::fields::MOST_MINOR;

    use super::*;

    fn catalogue() -> BTreeMap<i64, Product> {
        let product = |id: i64, price: i64, visible: bool| {
            let title = json!({ "en_US": format!("Book {id}"), "fr_FR": format!("Livre {id}") });
            let product = json!({ "id": id, "title": title, "price": price, "visible": visible, "sku": "B" });
            (id, serde_json::from_value(product).unwrap())
        };
        BTreeMap::from([
            product(1, 34_000, true),
            product(2, 50, true),
            product(3, MOST_MINOR, true),
            product(4, 0, true),
            product(5, 100, false),
        ])
    }

    fn priced(products: &Value) -> Result<Basket, FrontError> {
        Ok(Basket::price(&lines(products)?, Currency::DZD, "fr_FR", &catalogue())?)
    }

    #[test]
    fn the_catalogue_says_what_it_costs() {
        for (products, total) in [
            (json!([{ "productId": 1, "quantity": 1 }]), 34_000),
            (
                json!([{ "productId": 1, "quantity": 2, "price": 1 }, { "productId": 2, "quantity": 3 }]),
                68_150,
            ),
            (json!([{ "productId": 2, "quantity": 1 }, { "productId": 4, "quantity": 9 }]), 50),
            (json!([{ "productId": 2, "quantity": 1 }, { "productId": 2, "quantity": 2 }]), 150),
            (json!([{ "productId": 3, "quantity": 1 }]), MOST_MINOR),
        ] {
            assert_eq!(priced(&products).unwrap().total.amount_minor, total, "{products}");
        }
        let twice = json!([{ "productId": 2, "quantity": 1 }, { "productId": 2, "quantity": 2 }]);
        let basket = priced(&twice).unwrap();
        assert_eq!(basket.items(), [Item { name: "Livre 2".to_owned(), quantity: 3, unit_amount: 50 }]);
        assert_eq!(basket.in_words(), "Livre 2 × 3");
    }

    #[test]
    fn nothing_else_is_sold() {
        let line = |id: Value, quantity: Value| json!([{ "productId": id, "quantity": quantity }]);
        for (products, rule) in [
            (json!(null), "products must be a list"),
            (json!([]), "products must be a list"),
            (json!({}), "products must be a list"),
            (json!(vec![json!({ "productId": 1, "quantity": 1 }); 101]), "1 to 100 products"),
            (json!([[1, 1]]), "products[0].productId must be"),
            (line(json!("1"), json!(1)), "products[0].productId must be"),
            (line(json!(0), json!(1)), "products[0].productId must be"),
            (line(json!(1), json!(0)), "products[0].quantity must be"),
            (line(json!(1), json!(-1)), "products[0].quantity must be"),
            (line(json!(1), json!(2.0)), "products[0].quantity must be"),
            (line(json!(1), json!(1.5)), "products[0].quantity must be"),
            (line(json!(1), json!("2")), "products[0].quantity must be"),
            (line(json!(1), json!(1_000_001)), "products[0].quantity must be"),
            (line(json!(1), json!(u64::MAX)), "products[0].quantity must be"),
            (line(json!(1), Value::Null), "products[0].quantity must be"),
            (line(json!(99), json!(1)), "Product 99 is not sold here"),
            (line(json!(5), json!(1)), "Product 5 is not sold here"),
            (line(json!(4), json!(1)), "nothing to pay"),
            (line(json!(3), json!(2)), "add up to more"),
            (line(json!(3), json!(1_000_000)), "add up to more"),
            (
                json!([{ "productId": 2, "quantity": 1_000_000 }, { "productId": 2, "quantity": 1 }]),
                "at most 1000000 of product 2",
            ),
        ] {
            let message = priced(&products).unwrap_err().message;
            assert!(message.contains(rule), "{products}: {message}");
        }
    }

    #[test]
    fn no_price_but_the_catalogues() {
        let said = |coupon: Value, discounts: Value, bonus: Value, currency: Value| {
            no_other_price(&coupon, &discounts, &bonus, &currency, Currency::DZD).is_ok()
        };
        let none = || Value::Null;
        assert!(said(none(), none(), none(), none()));
        assert!(said(json!(""), json!([]), json!(0), json!("dzd")));
        assert!(!said(json!("HALF"), none(), none(), none()));
        assert!(!said(none(), json!(["vip"]), none(), none()));
        assert!(!said(none(), none(), json!(10), none()));
        assert!(!said(none(), none(), json!(0.5), none()));
        assert!(!said(none(), none(), none(), json!("EUR")));
        assert!(!said(none(), none(), none(), json!(["DZD"])));
    }
}
