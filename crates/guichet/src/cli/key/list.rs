//! `guichet key list`.

use std::process::ExitCode;

use clap::Args;
use guichet_core::{Environment, MerchantId};

use super::super::columns::Column::Left;
use super::super::columns::Columns;
use super::super::database::Beside;
use crate::output::print_json;
use guichet_server::app::App;
use guichet_server::clock::rfc3339;
use guichet_server::store::{CredentialRow, KeyKind, KeyRow, Opening, Role};

#[derive(Debug, Args)]
pub(crate) struct List {
    /// Print them as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    database: Beside,
}

impl List {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let read = async |app: &App| Ok(app.registry().snapshot());
        let snapshot = self.database.with_app(Opening::AsItIs, read).await?;
        let mut listed: Vec<Listed> = snapshot.keys.values().map(Listed::of_key).collect();
        listed.extend(snapshot.credentials.values().map(|known| Listed::of_credential(&known.row)));
        listed.sort_by_key(|one| one.made_at_ms);
        let mut listing = Columns::new([
            Left("KEY"),
            Left("MERCHANT"),
            Left("ENVIRONMENT"),
            Left("OPENS"),
            Left("BEGINS"),
            Left("STATE"),
            Left("MADE"),
            Left("LABEL"),
        ]);
        for one in listed {
            let merchant = snapshot.merchants.get(&one.merchant).map_or("?", |merchant| &merchant.name);
            if self.json {
                print_json(&one.as_json(merchant))?;
            } else {
                listing.row(one.cells(merchant));
            }
        }
        if !self.json {
            say!("{listing}");
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// A key or a vendor's credential, as a line of the list.
struct Listed<'a> {
    id: String,
    merchant: MerchantId,
    environment: Environment,
    label: &'a str,
    is_revoked: bool,
    made_at_ms: i64,
    opens: Opens<'a>,
}

/// What it opens.
enum Opens<'a> {
    /// The native API; what the key begins with.
    Api(KeyKind, &'a str),
    /// A vendor's API.
    Dialect { name: &'a str, account: String, notify_url: Option<&'a str> },
}

impl<'a> Listed<'a> {
    fn of_key(key: &'a KeyRow) -> Self {
        Listed {
            id: key.id.to_string(),
            merchant: key.merchant,
            environment: key.environment,
            label: &key.label,
            is_revoked: key.revoked_at_ms.is_some(),
            made_at_ms: key.created_at_ms,
            opens: Opens::Api(key.kind, &key.hint),
        }
    }

    fn of_credential(row: &'a CredentialRow) -> Self {
        Listed {
            id: row.id.to_string(),
            merchant: row.merchant,
            environment: row.environment,
            label: &row.label,
            is_revoked: row.revoked_at_ms.is_some(),
            made_at_ms: row.created_at_ms,
            opens: Opens::Dialect {
                name: &row.dialect,
                account: beginning(&row.account),
                notify_url: row.notify_url.as_deref(),
            },
        }
    }

    fn state(&self) -> &'static str {
        if self.is_revoked { "revoked" } else { "in use" }
    }

    fn cells(&self, merchant: &str) -> [String; 8] {
        let (opens, begins) = match &self.opens {
            Opens::Api(kind, hint) => (kind.role().map_or(kind.as_str(), Role::as_str), format!("{hint}…")),
            Opens::Dialect { name, account, .. } => (*name, account.clone()),
        };
        [
            self.id.clone(),
            merchant.to_owned(),
            self.environment.as_str().to_owned(),
            opens.to_owned(),
            begins,
            self.state().to_owned(),
            rfc3339(self.made_at_ms),
            self.label.to_owned(),
        ]
    }

    fn as_json(&self, merchant: &str) -> serde_json::Value {
        let mut object = serde_json::json!({
            "id": self.id, "merchant": merchant, "environment": self.environment, "label": self.label,
            "state": self.state(), "created_at": rfc3339(self.made_at_ms),
        });
        match &self.opens {
            Opens::Api(kind, hint) => {
                object["kind"] = kind.as_str().into();
                object["role"] = kind.role().map(Role::as_str).into();
                object["begins"] = (*hint).into();
            }
            Opens::Dialect { name, account, notify_url } => {
                object["dialect"] = (*name).into();
                object["account"] = account.as_str().into();
                object["notify_url"] = (*notify_url).into();
            }
        }
        object
    }
}

/// Enough of what goes with a vendor's key to recognise it; with some vendors it is half of a password.
fn beginning(account: &str) -> String {
    match account.char_indices().nth(6) {
        Some((end, _)) => format!("{}…", &account[..end]),
        None => account.to_owned(),
    }
}
