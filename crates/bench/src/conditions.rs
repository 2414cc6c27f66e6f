//! How to measure, whatever is measured.

use std::path::PathBuf;

use clap::Args;

use crate::measure::Drive;
use crate::server;

#[derive(Args, Debug, Clone)]
pub(crate) struct Conditions {
    /// How many connections are driven at once, each with one request under way
    #[arg(long, default_value_t = 32, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) connections: u16,
    /// How long each measurement lasts, after a warm-up of one second
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=600))]
    pub(crate) seconds: u64,
    /// How many runs, each with a new server and a new database; the medians count
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=99))]
    pub(crate) runs: u16,
    /// How many open orders `settle` and `callback` prepare. The server asks about an order by itself
    /// 30 s after it was made, so one that waits longer for its turn goes wrong in `callback`
    #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(u64).range(10..))]
    pub(crate) orders: u64,
    /// Use this PostgreSQL instead of starting one: a database whose role may make others
    #[arg(long)]
    pub(crate) database_url: Option<url::Url>,
    /// Print nothing but one JSON object per measured unit
    #[arg(long)]
    pub(crate) json: bool,
    /// Measure this guichet instead of building one
    #[arg(long)]
    binary: Option<PathBuf>,
}

impl Conditions {
    /// The program to measure. It is built before the runtime starts, so that a signal ends the compiler in the ordinary way.
    pub(crate) fn binary(&self) -> anyhow::Result<PathBuf> {
        match &self.binary {
            Some(binary) => Ok(binary.canonicalize()?),
            None => server::build(self.json),
        }
    }

    pub(crate) fn drive(&self) -> Drive {
        let Conditions { connections, seconds, orders, json, .. } = *self;
        Drive { connections, seconds, orders, rate: 0, quiet: json }
    }
}
