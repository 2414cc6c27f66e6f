//! What holds now, as far as a shop file may declare it: read from the database at one revision of the configuration.

use std::collections::{BTreeMap, HashMap};

use guichet_core::MerchantId;

use crate::catalogue::{Product, Project};
use crate::store::{AccountRow, EndpointRow, Fault, MadeBy, MerchantRow, Store};

/// What is declared now.
#[derive(Default)]
pub(super) struct Present {
    /// The revision before anything here was read: where it still stands at the commit, all of this is true.
    pub(super) revision: i64,
    pub(super) merchants: Vec<MerchantRow>,
    /// Those that have ended too.
    pub(super) accounts: Vec<AccountRow>,
    /// Those that have ended too, behind the others.
    pub(super) endpoints: Vec<EndpointRow>,
    pub(super) projects: HashMap<MerchantId, (Project, MadeBy)>,
    /// The catalogues of the merchants that the file names.
    pub(super) products: HashMap<MerchantId, BTreeMap<i64, (Product, MadeBy)>>,
}

impl Present {
    /// Whether nothing is declared, and so nothing sealed.
    pub(super) fn is_empty(&self) -> bool {
        self.merchants.is_empty()
    }

    /// What is declared, with the catalogues of the merchants of those names.
    pub(super) async fn read(store: &Store, names: &[&str]) -> Result<Self, Fault> {
        let revision = store.revision().await?;
        let merchants = store.merchants().await?;
        let mut endpoints = store.webhook_endpoints().await?;
        endpoints.extend(store.ended_webhook_endpoints().await?);
        let projects = store.projects().await?.into_iter();
        let mut products = HashMap::new();
        for merchant in merchants.iter().filter(|merchant| names.contains(&merchant.name.as_str())) {
            products.insert(merchant.id, store.products_and_makers(merchant.id).await?);
        }
        Ok(Present {
            revision,
            accounts: store.gateway_accounts().await?,
            endpoints,
            projects: projects.map(|(merchant, project, made_by)| (merchant, (project, made_by))).collect(),
            products,
            merchants,
        })
    }
}
