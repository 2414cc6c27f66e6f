//! `guichet webhook`: what helps with writing and mending a shop's handler of webhooks. One file for each command.

mod certify;
mod listen;
mod resend;
mod trigger;

use std::process::ExitCode;

use anyhow::ensure;
use clap::Subcommand;
use guichet_server::webhook::is_secret;

/// Receive webhooks on this machine, cause one, try a handler, or send one again.
#[derive(Debug, Subcommand)]
pub(super) enum WebhookCommand {
    /// Receive webhooks, verify them and print them, until interrupted.
    #[command(after_help = "Examples: guichet webhook listen --secret whsec_…\n\
        \x20         guichet webhook listen --register --merchant my-shop --forward http://127.0.0.1:3000/webhooks")]
    Listen(listen::Listen),
    /// Let an event of that type happen to a new order for play money, at the sandbox.
    #[command(after_help = "Example: guichet webhook trigger order.paid --api-key sk_test_…")]
    Trigger(trigger::Trigger),
    /// Try a handler with everything that may reach it, and say what it does wrong. Exits with 1 when it does.
    #[command(
        after_help = "Example: guichet webhook certify http://127.0.0.1:3000/webhooks --secret whsec_… \
        --allow-network 127.0.0.0/8"
    )]
    Certify(certify::Certify),
    /// Send a delivery again now; a running server does it.
    #[command(after_help = "Example: guichet webhook resend dlv_01kaqwm3v0e9r8t7y6v5w4x3z6")]
    Resend(resend::Resend),
}

impl WebhookCommand {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            WebhookCommand::Listen(listen) => listen.run().await?,
            WebhookCommand::Trigger(trigger) => trigger.run().await?,
            WebhookCommand::Certify(certify) => return certify.run().await,
            WebhookCommand::Resend(resend) => resend.run().await?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Refuses what cannot be a signing secret.
fn checked(secret: &str) -> anyhow::Result<&str> {
    ensure!(is_secret(secret), "a signing secret is whsec_ followed by 24 to 64 bytes in base64");
    Ok(secret)
}
