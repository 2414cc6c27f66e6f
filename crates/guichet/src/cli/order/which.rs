//! Which order a command is about: by its identifier, or by the shop's own reference, which is what people have at hand.

use clap::Args;
use guichet_core::{Environment, MerchantId};

use super::super::exit::{Exit, OrNotFound};
use guichet_server::app::App;
use guichet_server::registry::Snapshot;
use guichet_server::store::Stored;

/// The merchants and environments whose orders are meant; all of them where none is named.
#[derive(Debug, Clone, Default, Args)]
pub(in super::super) struct Scope {
    /// Only this merchant's, by its name.
    #[arg(long, value_name = "NAME")]
    merchant: Option<String>,
    /// Only of this environment.
    #[arg(long, value_parser = ["test", "live"], value_name = "ENVIRONMENT")]
    environment: Option<String>,
}

impl Scope {
    /// Those of the merchants that are declared.
    ///
    /// # Errors
    /// There is no merchant of that name.
    pub(in super::super) fn of(&self, snapshot: &Snapshot) -> anyhow::Result<Vec<(MerchantId, Environment)>> {
        let mut merchants: Vec<_> = snapshot.merchants.values().collect();
        if let Some(name) = &self.merchant {
            merchants.retain(|merchant| merchant.name == *name);
            merchants.first().or_not_found(|| format!("there is no merchant “{name}”; see the shop file"))?;
        }
        merchants.sort_by(|one, other| one.name.cmp(&other.name));
        let of_environment = |environment: &Environment| {
            self.environment.as_deref().is_none_or(|only| only == environment.as_str())
        };
        let environments = [Environment::Live, Environment::Test].into_iter().filter(of_environment);
        let environments: Vec<Environment> = environments.collect();
        let pairs = merchants.iter().flat_map(|merchant| environments.iter().map(|one| (merchant.id, *one)));
        Ok(pairs.collect())
    }
}

/// The order that a command is about.
#[derive(Debug, Clone, Args)]
pub(in super::super) struct Which {
    /// The order's identifier, or the shop's own reference for it.
    order: String,
    #[command(flatten)]
    scope: Scope,
}

impl Which {
    /// The order.
    ///
    /// # Errors
    /// There is none, or several shops have one of that reference: the sentence says which, and how to name one.
    pub(in super::super) async fn find(&self, app: &App) -> anyhow::Result<Stored> {
        let snapshot = app.registry().snapshot();
        let mut found = app.orders_called(&self.scope.of(&snapshot)?, &self.order).await?;
        if found.len() > 1 {
            let named = found.iter().map(|Stored { order, .. }| {
                let merchant = snapshot.merchants.get(&order.merchant).map_or("?", |merchant| &merchant.name);
                format!("{} of {merchant} ({})", order.id, order.environment.as_str())
            });
            let named: Vec<String> = named.collect();
            return Err(Exit::Usage.error(format!(
                "{} orders have the reference “{}”: {}; name one by its identifier, or add --merchant or --environment",
                named.len(),
                self.order,
                named.join(", ")
            )));
        }
        found.pop().or_not_found(|| {
            format!("there is no order that has the identifier or the reference “{}”", self.order)
        })
    }
}
