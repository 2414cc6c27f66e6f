//! `guichet operator list`.

use std::process::ExitCode;

use clap::Args;
use guichet_server::app::App;
use guichet_server::clock::rfc3339;
use guichet_server::registry::Snapshot;
use guichet_server::store::{Opening, OperatorRow, RoleRow};
use serde_json::json;

use crate::cli::columns::Column::Left;
use crate::cli::columns::Columns;
use crate::cli::database::Beside;
use crate::cli::declared::merchant_name;
use crate::output::print_json;

#[derive(Debug, Args)]
pub(in crate::cli) struct List {
    /// Print them as JSON, one a line.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    database: Beside,
}

impl List {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let read = async |app: &App| Ok((app.registry().snapshot(), app.store().operators().await?));
        let (snapshot, operators) = self.database.with_app(Opening::AsItIs, read).await?;
        let mut listing = Columns::new(["LOGIN", "NAME", "MAY", "STATE", "MADE"].map(Left));
        for operator in &operators {
            if self.json {
                print_json(&as_json(&snapshot, operator))?;
            } else {
                let roles: Vec<String> = operator.roles.iter().map(|role| told(&snapshot, role)).collect();
                listing.row([
                    operator.login.clone(),
                    operator.name.clone(),
                    roles.join(", "),
                    state(operator).to_owned(),
                    rfc3339(operator.created_at_ms),
                ]);
            }
        }
        if !self.json {
            say!("{listing}");
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn state(operator: &OperatorRow) -> &'static str {
    match (operator.disabled_at_ms, operator.password.is_empty()) {
        (Some(_), _) => "disabled",
        (None, true) => "invited",
        (None, false) => "active",
    }
}

fn told(snapshot: &Snapshot, role: &RoleRow) -> String {
    let shop = role.merchant.map_or("all shops", |merchant| merchant_name(snapshot, merchant));
    let money = if role.live { "" } else { ", play money only" };
    format!("{} of {shop}{money}", role.role.as_str())
}

fn as_json(snapshot: &Snapshot, operator: &OperatorRow) -> serde_json::Value {
    let roles: Vec<serde_json::Value> = operator
        .roles
        .iter()
        .map(|role| {
            let merchant = role.merchant.map(|merchant| merchant_name(snapshot, merchant));
            json!({ "merchant": merchant, "role": role.role.as_str(), "live": role.live })
        })
        .collect();
    json!({
        "id": operator.id, "login": operator.login, "name": operator.name, "state": state(operator), "roles": roles,
        "created_at": rfc3339(operator.created_at_ms), "disabled_at": operator.disabled_at_ms.map(rfc3339),
    })
}
