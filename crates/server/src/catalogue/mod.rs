//! What a merchant's shop fronts are made of and sell: plain data and the rules it keeps, checked when it is declared. It
//! knows no vendor's API and no store.

mod basket;
mod decimal;
mod form_value;
mod product;
mod project;
mod rules;

pub(crate) use basket::{Basket, Bought, MOST_OF_ONE, NotForSale};
pub(crate) use decimal::Decimal;
pub(crate) use form_value::FormValue;
pub(crate) use product::{Attribute, Product};
pub(crate) use project::{
    AUTO, Field, FieldType, Form, FormKind, PaymentAccount, Project, Provider, Role, Storage, Text,
};
pub(crate) use project::{marked, with_ids};
