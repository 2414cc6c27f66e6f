//! `guichet gateway list`.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use guichet_gateways::catalogue::{self, Card};

use super::print_json;

/// What the gateways take and can do.
#[derive(Debug, Subcommand)]
pub(super) enum GatewayCommand {
    /// List the gateways with what their connectors declare.
    #[command(after_help = "Example: guichet gateway list --json")]
    List(List),
}

#[derive(Debug, Args)]
pub(super) struct List {
    /// Print them as JSON.
    #[arg(long)]
    json: bool,
}

impl GatewayCommand {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let GatewayCommand::List(list) = self;
        for card in catalogue::cards() {
            match list.json {
                true => print_json(&card)?,
                false => print_card(&card),
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn print_card(card: &Card) {
    say!("{} ({})", card.title, card.name);
    for amount in &card.amounts {
        say!("  amounts      {amount}");
    }
    let credentials =
        if card.credentials.is_empty() { "none".to_owned() } else { card.credentials.join(", ") };
    say!("  credentials  {credentials}");
    for option in &card.options {
        say!("  option       {option}");
    }
    say!("  lost answer  {}", card.lost_answer);
    say!("  callbacks    {}", card.callbacks);
    if let (Some(every_ms), Some(rate)) = (card.check_every_ms, card.checks_per_second) {
        say!("  checks       every {} s, {rate} a second for an account", every_ms / 1000);
    }
    if let Some(minutes) = card.link_minutes {
        say!("  links        live {minutes} min");
    }
    say!("  clients      {}", if card.dialect { "served too" } else { "none" });
}
