//! What merchants' shop fronts are made of: one document each, and the products they sell.

use std::collections::BTreeMap;

use guichet_core::MerchantId;

use crate::catalogue::{Product, Project};

use super::standing::MadeBy;
use crate::store::Store;
use crate::store::engine::value::{Values, params};
use crate::store::engine::{Fault, Guard, Write};

/// The most products that are read at once; a catalogue that is larger shows this many.
const MOST_PRODUCTS: i64 = 10_000;

impl Store {
    /// Every project, by its merchant, and who made it.
    pub async fn projects(&self) -> Result<Vec<(MerchantId, Project, MadeBy)>, Fault> {
        const SQL: &str = "SELECT merchant_id, document, made_by FROM projects ORDER BY merchant_id";
        let project = |row: &Values| Ok((row.parsed(0)?, row.json(1)?, MadeBy::read(row, 2)?));
        self.find(SQL, params![]).await?.iter().map(project).collect()
    }

    /// When the project of a merchant last changed (unix ms).
    pub async fn project_changed_at(&self, merchant: MerchantId) -> Result<Option<i64>, Fault> {
        const SQL: &str = "SELECT updated_at_ms FROM projects WHERE merchant_id = $1";
        self.find(SQL, params![merchant]).await?.first().map(|row| row.int(0)).transpose()
    }

    /// One product of a merchant, hidden or not.
    pub async fn product(&self, merchant: MerchantId, id: i64) -> Result<Option<Product>, Fault> {
        const SQL: &str = "SELECT document FROM products WHERE merchant_id = $1 AND id = $2";
        self.find(SQL, params![merchant, id]).await?.first().map(product).transpose()
    }

    /// One product of a merchant, hidden or not, and who made it.
    pub async fn product_and_maker(
        &self,
        merchant: MerchantId,
        id: i64,
    ) -> Result<Option<(Product, MadeBy)>, Fault> {
        const SQL: &str = "SELECT document, made_by FROM products WHERE merchant_id = $1 AND id = $2";
        let made = |row: &Values| Ok((row.json(0)?, MadeBy::read(row, 1)?));
        self.find(SQL, params![merchant, id]).await?.first().map(made).transpose()
    }

    /// The highest number of a merchant's products.
    pub async fn newest_product(&self, merchant: MerchantId) -> Result<Option<i64>, Fault> {
        const SQL: &str = "SELECT id FROM products WHERE merchant_id = $1 ORDER BY id DESC LIMIT $2";
        self.find(SQL, params![merchant, 1]).await?.first().map(|row| row.int(0)).transpose()
    }

    /// The products of a merchant that have these numbers, hidden ones too.
    pub async fn products_of(
        &self,
        merchant: MerchantId,
        ids: impl Iterator<Item = i64> + Send,
    ) -> Result<BTreeMap<i64, Product>, Fault> {
        let mut found = BTreeMap::new();
        for id in ids {
            found.extend(self.product(merchant, id).await?.map(|product| (id, product)));
        }
        Ok(found)
    }

    /// The products of a merchant after that number, hidden ones too.
    pub async fn products_after(
        &self,
        merchant: MerchantId,
        after: i64,
        limit: i64,
    ) -> Result<Vec<Product>, Fault> {
        const SQL: &str =
            "SELECT document FROM products WHERE merchant_id = $1 AND id > $2 ORDER BY id LIMIT $3";
        self.scan(SQL, params![merchant, after, limit]).await?.iter().map(product).collect()
    }

    /// The catalogue of a merchant by number, hidden products too.
    pub async fn products(&self, merchant: MerchantId) -> Result<Vec<Product>, Fault> {
        const SQL: &str = "SELECT document FROM products WHERE merchant_id = $1 ORDER BY id LIMIT $2";
        self.scan(SQL, params![merchant, MOST_PRODUCTS]).await?.iter().map(product).collect()
    }

    /// The whole catalogue of a merchant by number, and who made each product.
    pub async fn products_and_makers(
        &self,
        merchant: MerchantId,
    ) -> Result<BTreeMap<i64, (Product, MadeBy)>, Fault> {
        const SQL: &str = "SELECT id, document, made_by FROM products WHERE merchant_id = $1 ORDER BY id";
        let made = |row: &Values| Ok((row.int(0)?, (row.json(1)?, MadeBy::read(row, 2)?)));
        self.scan(SQL, params![merchant]).await?.iter().map(made).collect()
    }
}

fn product(row: &Values) -> Result<Product, Fault> {
    row.json(0)
}

/// Makes the project of a merchant, or replaces it; belongs with a new revision of the configuration. What a shop file
/// makes or replaces is the file's; what the API replaces stays whose it was.
pub fn put_project(merchant: MerchantId, project: &Project, made_by: MadeBy, now_ms: i64) -> Write {
    const FILE: &str = "INSERT INTO projects (merchant_id, document, made_by, updated_at_ms) \
        VALUES ($1, $2, $3, $4) ON CONFLICT (merchant_id) DO UPDATE SET document = excluded.document, \
        made_by = excluded.made_by, updated_at_ms = excluded.updated_at_ms";
    const API: &str = "INSERT INTO projects (merchant_id, document, made_by, updated_at_ms) \
        VALUES ($1, $2, $3, $4) ON CONFLICT (merchant_id) DO UPDATE SET document = excluded.document, \
        updated_at_ms = excluded.updated_at_ms";
    let document = serde_json::to_string(project).unwrap_or_default();
    let sql = match made_by {
        MadeBy::File => FILE,
        MadeBy::Api => API,
    };
    Write::new(sql, params![merchant, document, made_by, now_ms])
}

/// Takes a merchant's project out of use, and with it the front: its publishable keys open nothing. Orders keep what they
/// say of it. Belongs with a new revision of the configuration.
pub fn end_project(merchant: MerchantId) -> Write {
    Write::new("DELETE FROM projects WHERE merchant_id = $1", params![merchant])
}

/// Makes a product, or replaces it; whose it is goes as with a project.
pub fn put_product(merchant: MerchantId, product: &Product, made_by: MadeBy, now_ms: i64) -> Write {
    const FILE: &str = "INSERT INTO products (merchant_id, id, document, made_by, updated_at_ms) \
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT (merchant_id, id) DO UPDATE SET document = excluded.document, \
        made_by = excluded.made_by, updated_at_ms = excluded.updated_at_ms";
    const API: &str = "INSERT INTO products (merchant_id, id, document, made_by, updated_at_ms) \
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT (merchant_id, id) DO UPDATE SET document = excluded.document, \
        updated_at_ms = excluded.updated_at_ms";
    let document = serde_json::to_string(product).unwrap_or_default();
    let sql = match made_by {
        MadeBy::File => FILE,
        MadeBy::Api => API,
    };
    Write::new(sql, params![merchant, product.id, document, made_by, now_ms])
}

/// Makes a product that is not there yet; guarded by [`Guard::Row`], in case its number is taken.
pub fn make_product(merchant: MerchantId, product: &Product, made_by: MadeBy, now_ms: i64) -> Write {
    const SQL: &str = "INSERT INTO products (merchant_id, id, document, made_by, updated_at_ms) \
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
    let document = serde_json::to_string(product).unwrap_or_default();
    Write::guarded(SQL, params![merchant, product.id, document, made_by, now_ms], Guard::Row)
}

/// Takes a product out of the catalogue, if it is there; orders that have it keep what they say of it.
pub fn end_product(merchant: MerchantId, id: i64) -> Write {
    Write::new("DELETE FROM products WHERE merchant_id = $1 AND id = $2", params![merchant, id])
}

/// Takes a product out of the catalogue; orders that have it keep what they say of it. Guarded by
/// [`Guard::Row`]: there may be no such product.
pub fn remove_product(merchant: MerchantId, id: i64) -> Write {
    const SQL: &str = "DELETE FROM products WHERE merchant_id = $1 AND id = $2";
    Write::guarded(SQL, params![merchant, id], Guard::Row)
}
