//! What OneEntry has and Guichet has not: one table, from which come the answers and the docs.

use axum::Router;
use axum::routing::any;

use crate::oneentry::front::Front;

use super::front_error::FrontError;

/// What is not offered, by its path relative to `/api/content`, and why. What ends with `/*` is
/// everything below.
pub(crate) const NOT_OFFERED: &[(&str, &str)] = &[
    ("/admins/*", "administrators; Guichet is declared in the shop file and by its own API"),
    ("/attributes-sets/*", "attribute sets; products carry their own attributes"),
    ("/blocks/*", "blocks; Guichet keeps orders and payments, not the pages of a site"),
    ("/discounts/*", "discounts, coupons and bonuses; a product costs what the catalogue says"),
    ("/events/*", "subscriptions to events; the shop is told by webhooks"),
    ("/files/*", "files; keep them where the shop's own pages are"),
    ("/form-data/*", "data of forms that are no orders; an order carries its own"),
    ("/general-types/*", "general types; they describe the content of a site"),
    (
        "/integration-collections/*",
        "collections; Guichet keeps orders and payments, not the content of a site",
    ),
    ("/menus/*", "menus; Guichet keeps orders and payments, not the pages of a site"),
    ("/pages/*", "pages; Guichet keeps orders and payments, not the pages of a site"),
    ("/payments/connected", "OneEntry's own Stripe account; ways to pay lead to gateway accounts"),
    ("/payments/webhook/*", "webhooks of other systems; gateways call back at addresses of their own"),
    ("/product-statuses/*", "product statuses by themselves; each product says its own"),
    ("/products/empty-page", "groups of products; ask for all products and filter them"),
    ("/products/page/*", "products by page; filter all products by `pageUrls`"),
    ("/products/{id}/blocks", "blocks of a product; Guichet keeps no pages of a site"),
    ("/products/{id}/related", "related products; filter all products by an attribute"),
    ("/sitemap/*", "a site map; Guichet keeps orders and payments, not the pages of a site"),
    ("/system/*", "captchas, statistics and tests of OneEntry itself"),
    ("/template-previews/*", "templates; Guichet keeps orders and payments, not the pages of a site"),
    ("/templates/*", "templates; Guichet keeps orders and payments, not the pages of a site"),
    ("/ws/*", "a web socket; ask for the order or its session again, or use webhooks"),
];

/// The routes, relative to `/api/content`.
pub(super) fn routes() -> Router<Front> {
    let mut router = Router::new();
    for (path, why) in NOT_OFFERED {
        let answer = any(move || async move { FrontError::not_offered(why) });
        router = match path.strip_suffix("/*") {
            None => router.route(path, answer),
            Some(base) => router
                .route(base, answer.clone())
                .route(&format!("{base}/"), answer.clone())
                .route(&format!("{base}/{{*rest}}"), answer),
        };
    }
    router
}
