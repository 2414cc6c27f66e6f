//! The settings that decide what is written and sent. The server takes them from its options, its environment and its setting
//! file. A command beside it takes what the server kept in the database, unless its own command line says otherwise, so that
//! it writes no link and reaches no network that the server would not.

use std::time::Duration;

use clap::Args;
use guichet_server::clock::rfc3339;
use guichet_server::kept::Kept;
use guichet_server::outbound::network;
use guichet_server::{Network, PublicUrl, Reach};

use super::settings::{Source, Sourced};

/// The options.
#[derive(Debug, Clone, Args)]
pub(super) struct Options {
    /// Where this server is reached from outside, http or https; with a path such as /pay where a proxy serves other things
    /// under the same name. Otherwise http:// and the address it listens on.
    #[arg(long, env = "GUICHET_PUBLIC_URL", value_name = "URL")]
    public_url: Option<PublicUrl>,

    /// A private network that webhooks and messages may reach, such as 10.0.0.0/8; may be repeated. Otherwise the public
    /// Internet only.
    #[arg(
        long = "allow-network",
        env = "GUICHET_ALLOW_NETWORKS",
        value_delimiter = ',',
        value_name = "NETWORK",
        value_parser = network
    )]
    allowed: Vec<Network>,

    /// How long a gateway may take to answer, in seconds.
    #[arg(long, env = "GUICHET_GATEWAY_TIMEOUT", default_value_t = 30, value_name = "SECONDS",
          value_parser = clap::value_parser!(u64).range(1..=60))]
    gateway_timeout: u64,
}

/// The options, and where each comes from.
pub(super) type Sending = Sourced<Options>;

/// What a process writes and sends by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SendsBy {
    /// Where the server is reached; `None`: as the address it listens on says, or, for a command, nobody knows.
    pub(super) public_url: Option<PublicUrl>,
    /// Where merchants' addresses may lead, beside the public Internet.
    pub(super) allowed: Vec<Network>,
    /// How long a gateway may take to answer.
    pub(super) gateway_timeout: Duration,
}

impl SendsBy {
    /// Where merchants' addresses may lead.
    pub(super) fn reach(&self) -> Reach {
        Reach::with(&self.allowed)
    }
}

impl Sending {
    /// What a server goes by.
    pub(super) fn of_a_server(&self) -> SendsBy {
        let Options { public_url, allowed, gateway_timeout } = self.options.clone();
        SendsBy { public_url, allowed, gateway_timeout: Duration::from_secs(gateway_timeout) }
    }

    /// What a command goes by beside a server that kept that; and what of its own surroundings it does not go by, as
    /// sentences.
    pub(super) fn beside(&self, kept: Option<&Kept>) -> (SendsBy, Vec<String>) {
        let (mut by, mut passed_over) = (self.of_a_server(), Vec::new());
        let Some(Kept { runs_with, at_ms, .. }) = kept else { return (by, passed_over) };
        let mut pass_over = |key: &str, option: &str, given: Option<String>, kept: String| {
            if let Some(given) = given.filter(|given| *given != kept) {
                passed_over.push(format!(
                    "{key}: the server runs with {kept} since {}, so this command does too; {given} is what the environment or \
                     the setting file says, which counts once the server is started with it, or with {option}",
                    rfc3339(*at_ms)
                ));
            }
        };
        if self.source_of("public_url") != Source::Line {
            let given = by.public_url.replace(runs_with.public_url.clone());
            pass_over(
                "public_url",
                "--public-url",
                given.map(|url| url.to_string()),
                runs_with.public_url.to_string(),
            );
        }
        if self.source_of("allow_networks") != Source::Line {
            let given = std::mem::replace(&mut by.allowed, runs_with.allowed_networks.clone());
            let given = Some(listed(&given)).filter(|_| !given.is_empty());
            pass_over("allow_networks", "--allow-network", given, listed(&by.allowed));
        }
        if self.source_of("gateway_timeout") != Source::Line {
            by.gateway_timeout = runs_with.gateway_timeout;
        }
        (by, passed_over)
    }
}

fn listed(networks: &[Network]) -> String {
    match networks {
        [] => "the public Internet only".to_owned(),
        some => some.iter().map(Network::to_string).collect::<Vec<_>>().join(", "),
    }
}
