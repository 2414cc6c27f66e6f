//! `guichet demo`: a server, a sandbox and small shops in one process, over real sockets. Either a
//! person clicks through it, or it plays its own customers in virtual time and judges how every
//! order ended. The shops are clients like any other: one knows the native API and the webhooks, the
//! others know nothing but another vendor's API, or OneEntry's.

mod api;
mod browser;
mod declared;
mod ending;
mod front;
mod interactive;
mod language;
mod listeners;
mod month;
mod notified;
mod options;
mod people;
mod report;
mod run;
mod scenario;
mod scripts;
mod servers;
mod shop;
mod vendors;

use std::process::ExitCode;

use guichet_server::clock::Clock;

use listeners::Listeners;
pub use options::{Count, Options, Print, Show};
use run::Run;
pub use scenario::Scenario;
use servers::Servers;

/// What is played.
#[derive(Debug, Clone, Copy, Default)]
pub struct Selection {
    /// Only this scenario.
    pub only: Option<Scenario>,
    /// The scenario whose world lies, so that its expectations must fail.
    pub tamper: Option<Scenario>,
}

/// Opens the listeners and waits until interrupted.
pub async fn interactive(options: Options) -> anyhow::Result<ExitCode> {
    interactive::run(options).await
}

/// Plays the scenarios; success only when every order ended as it must.
pub async fn auto(options: Options, selection: Selection) -> anyhow::Result<ExitCode> {
    let real = Clock::default();
    let began_ms = real.now_ms();
    let servers = Servers::open(Listeners::for_plays(&options), Clock::default(), None).await?;
    let opened_ms = servers.clock.now_ms();
    let mut played = Vec::new();
    for scenario in Scenario::ALL.iter().filter(|one| selection.only.is_none_or(|only| only == **one)) {
        let tampered = selection.tamper == Some(*scenario);
        let mut run = Run::begin(&servers, *scenario, tampered, (!options.json).then_some(options.print))?;
        let played_through = scripts::play(&mut run, *scenario).await;
        let ended = run.end(played_through).await?;
        if options.json {
            (options.print)(format_args!("{}", serde_json::to_string(&ended)?));
        }
        played.push(ended);
    }
    let virtual_ms = servers.clock.now_ms() - opened_ms;
    servers.close().await;
    if !options.json {
        let table = report::table(&played, virtual_ms, real.now_ms() - began_ms);
        (options.print)(format_args!("{}", table.trim_end()));
    }
    let all_well = played.iter().all(|ended| ended.ok);
    Ok(if all_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
