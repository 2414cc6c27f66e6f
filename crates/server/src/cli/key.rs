//! `guichet key create|list|revoke`.

use std::process::ExitCode;

use anyhow::ensure;
use clap::{Args, Subcommand, ValueEnum};
use guichet_core::{Environment, KeyId};

use super::place::Place;
use super::print_json;
use crate::clock::rfc3339;
use crate::keys;
use crate::store::{Opening, move_revision, revoke_key};

/// Make, list and revoke API keys.
#[derive(Debug, Subcommand)]
pub(super) enum KeyCommand {
    /// Make a key; its secret is shown this once.
    #[command(after_help = "Example: guichet key create --merchant my-shop --environment test")]
    Create(Create),
    /// List the keys.
    #[command(after_help = "Example: guichet key list --json")]
    List(List),
    /// Make a key useless, at the latest a second from now.
    #[command(after_help = "Example: guichet key revoke key_01kaqwm3v0e9r8t7y6v5w4x3z2")]
    Revoke(Revoke),
}

#[derive(Debug, Args)]
pub(super) struct Create {
    /// The merchant's short name.
    #[arg(long)]
    merchant: String,
    /// Play money or real money.
    #[arg(long, value_enum, default_value_t = KeyEnvironment::Test)]
    environment: KeyEnvironment,
    /// What to call it.
    #[arg(long, default_value = "")]
    label: String,
    /// Print it as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum KeyEnvironment {
    Test,
    Live,
}

#[derive(Debug, Args)]
pub(super) struct List {
    /// Print them as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
pub(super) struct Revoke {
    /// The key's public name.
    #[arg(id = "public_name", value_name = "KEY")]
    key: KeyIdArgument,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Clone)]
struct KeyIdArgument(KeyId);

impl std::str::FromStr for KeyIdArgument {
    type Err = guichet_core::BadId;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(KeyIdArgument)
    }
}

impl KeyCommand {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            KeyCommand::Create(create) => create.run().await,
            KeyCommand::List(list) => list.run(),
            KeyCommand::Revoke(revoke) => revoke.run().await,
        }
    }
}

impl Create {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let app = self.place.app(Opening::MustExist)?;
        let environment = match self.environment {
            KeyEnvironment::Test => Environment::Test,
            KeyEnvironment::Live => Environment::Live,
        };
        let (row, secret) = keys::create(&app, &self.merchant, environment, &self.label).await?;
        if self.json {
            print_json(&serde_json::json!({
                "id": row.id, "merchant": self.merchant, "environment": environment, "label": row.label, "secret": secret,
            }))?;
        } else {
            println!("{secret}");
            eprintln!("This is {} of {}; it is not shown again.", row.id, self.merchant);
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl List {
    fn run(self) -> anyhow::Result<ExitCode> {
        let app = self.place.app(Opening::MustExist)?;
        let snapshot = app.registry().snapshot();
        let mut keys: Vec<_> = snapshot.keys.values().collect();
        keys.sort_by_key(|key| key.id);
        for key in keys {
            let merchant =
                snapshot.merchants.get(&key.merchant).map_or("?", |merchant| merchant.name.as_str());
            let state = if key.revoked_at_ms.is_some() { "revoked" } else { "in use" };
            let made = rfc3339(key.created_at_ms);
            if self.json {
                print_json(&serde_json::json!({
                    "id": key.id, "merchant": merchant, "environment": key.environment, "label": key.label,
                    "begins": key.hint, "state": state, "created_at": made,
                }))?;
            } else {
                println!("{}  {merchant}  {}…  {state}  {made}  {}", key.id, key.hint, key.label);
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Revoke {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let app = self.place.app(Opening::MustExist)?;
        let KeyIdArgument(id) = self.key;
        let snapshot = app.registry().snapshot();
        ensure!(snapshot.keys.values().any(|key| key.id == id), "there is no key {id}");
        app.store().commit(vec![revoke_key(id, app.clock().now_ms()), move_revision()]).await?;
        println!("{id} is revoked");
        Ok(ExitCode::SUCCESS)
    }
}
