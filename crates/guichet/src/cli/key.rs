//! `guichet key create|list|revoke` for API keys, `guichet key generate|rotate` for the vault key.

mod generate;
mod list;
mod rotate;

use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};
use guichet_core::Environment;
use guichet_gateways::Dialect;

use super::database::Beside;
use super::exit::Exit;
use super::print_json;
use super::spoken::{Spoken, dialect_named};
use guichet_server::app::App;
use guichet_server::keys::{self, NewCredential, PublicName};
use guichet_server::store::{KeyKind, Opening, Role};

/// Make, list and revoke API keys, which let shops and their fronts in; make and change the vault key, which seals the
/// secrets in the database.
#[derive(Debug, Subcommand)]
pub(super) enum KeyCommand {
    /// Make an API key; its secret is shown this once.
    #[command(
        after_help = "Examples: guichet key create --merchant my-shop --environment test\n          guichet key create --merchant my-shop --role accountant\n          guichet key create --merchant my-shop --publishable\n          guichet key create --merchant my-shop --dialect GATEWAY"
    )]
    Create(Create),
    /// List the API keys.
    #[command(after_help = "Example: guichet key list --json")]
    List(list::List),
    /// Make an API key useless at once.
    #[command(after_help = "Example: guichet key revoke key_01kaqwm3v0e9r8t7y6v5w4x3z2")]
    Revoke(Revoke),
    /// Make the vault key: the file with which the secrets in the database are sealed.
    #[command(after_help = "Example: guichet key generate --key-file /etc/guichet/guichet.key")]
    Generate(generate::Generate),
    /// Change the vault key: everything sealed is sealed with a new one. The server must be stopped.
    #[command(after_help = "Example: guichet key rotate --database sqlite:/var/lib/guichet/guichet.db")]
    Rotate(rotate::Rotate),
}

#[derive(Debug, Args)]
pub(super) struct Create {
    /// The merchant's short name.
    #[arg(long)]
    merchant: String,
    /// Play money or real money.
    #[arg(long, value_enum, default_value_t = KeyEnvironment::Test)]
    environment: KeyEnvironment,
    /// Let in the clients of another vendor instead, by its gateway's name: its credentials are made in
    /// that vendor's shapes.
    #[arg(long, value_parser = dialect_named)]
    dialect: Option<Spoken>,
    /// Make a publishable key instead, for a shop front: it is what the front sends as `x-app-token`.
    #[arg(long, conflicts_with = "dialect")]
    publishable: bool,
    /// Restrict the key to what that role does in the back office, for a program that does one thing.
    #[arg(long, value_parser = restricting_role, conflicts_with_all = ["dialect", "publishable"])]
    role: Option<Role>,
    /// Where that vendor's notifications go, for a vendor that keeps the address with the credential.
    #[arg(long, requires = "dialect")]
    notify_url: Option<String>,
    /// What to call it.
    #[arg(long, default_value = "")]
    label: String,
    /// Print it as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    database: Beside,
}

/// A role that restricts: an owner's would not.
fn restricting_role(word: &str) -> Result<Role, String> {
    let role = Role::of(word).filter(|role| *role != Role::Owner);
    role.ok_or_else(|| "there are: accountant, clerk, developer".to_owned())
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum KeyEnvironment {
    Test,
    Live,
}

#[derive(Debug, Args)]
pub(super) struct Revoke {
    /// The key's public name.
    #[arg(id = "public_name", value_name = "KEY")]
    key: PublicName,
    #[command(flatten)]
    database: Beside,
}

impl KeyCommand {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            KeyCommand::Create(create) => create.run().await,
            KeyCommand::List(list) => list.run().await,
            KeyCommand::Revoke(revoke) => revoke.run().await,
            KeyCommand::Generate(generate) => generate.run().await,
            KeyCommand::Rotate(rotate) => rotate.run().await,
        }
    }
}

impl Create {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let (database, create) = (&self.database, async |app: &App| self.create(app).await);
        match self.dialect {
            // What signs that vendor's notifications is sealed.
            Some(_) => database.with_secrets(Opening::AsItIs, create).await,
            None => database.with_app(Opening::AsItIs, create).await,
        }
    }

    async fn create(&self, app: &App) -> anyhow::Result<ExitCode> {
        let environment = match self.environment {
            KeyEnvironment::Test => Environment::Test,
            KeyEnvironment::Live => Environment::Live,
        };
        if let Some(Spoken(dialect)) = self.dialect {
            return self.credential(app, dialect, environment).await;
        }
        let kind = match (self.publishable, self.role) {
            (true, _) => KeyKind::Publishable,
            (false, Some(role)) => KeyKind::Restricted(role),
            (false, None) => KeyKind::Secret,
        };
        let (row, secret) = keys::create(app, &self.merchant, environment, kind, &self.label).await?;
        if self.json {
            print_json(&serde_json::json!({
                "id": row.id, "merchant": self.merchant, "environment": environment, "label": row.label,
                "role": kind.role().map(Role::as_str), "secret": secret,
            }))?;
        } else {
            say!("{secret}");
            note!("This is {} of {}; it is not shown again.", row.id, self.merchant);
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Create {
    async fn credential(
        &self,
        app: &App,
        dialect: &'static dyn Dialect,
        environment: Environment,
    ) -> anyhow::Result<ExitCode> {
        let new = NewCredential {
            merchant: &self.merchant,
            environment,
            dialect,
            notify_url: self.notify_url.as_deref(),
            label: &self.label,
        };
        let (row, parts) = keys::create_credential(app, new).await?;
        if self.json {
            let parts: serde_json::Map<_, _> =
                parts.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
            print_json(&serde_json::json!({
                "id": row.id, "merchant": self.merchant, "environment": environment, "dialect": row.dialect,
                "label": row.label, "credentials": parts,
            }))?;
        } else {
            for (name, value) in parts {
                say!("{name} = {value}");
            }
            note!("This is {} of {}; it is not shown again.", row.id, self.merchant);
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Revoke {
    async fn run(self) -> anyhow::Result<ExitCode> {
        self.database.with_app(Opening::AsItIs, async |app| self.revoke(app).await).await
    }

    async fn revoke(&self, app: &App) -> anyhow::Result<ExitCode> {
        let (snapshot, name) = (app.registry().snapshot(), self.key);
        let known = match name {
            PublicName::Key(id) => snapshot.keys.values().any(|key| key.id == id),
            PublicName::Credential(id) => snapshot.credentials.contains_key(&id),
        };
        if !known {
            return Err(Exit::NotFound.error(format!("there is no key {name}")));
        }
        keys::revoke(app, name).await?;
        say!("{name} is revoked");
        Ok(ExitCode::SUCCESS)
    }
}
