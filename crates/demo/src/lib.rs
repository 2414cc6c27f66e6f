//! `guichet demo`: a server, a sandbox and small shops in one process, over real sockets. Either a
//! person clicks through it, or it plays its own customers in virtual time and judges how every
//! order ended. The shops are clients like any other: one knows the native API and the webhooks, the
//! others know nothing but another vendor's API, or OneEntry's.

mod acts;
mod api;
mod browser;
mod declared;
mod doors;
mod ending;
mod front;
mod heard;
mod house;
mod open_house;
mod play;
mod report;
mod scenario;
mod shop;
mod vendors;

use std::net::SocketAddr;
use std::process::ExitCode;

use guichet_server::clock::Clock;

use doors::Doors;
use house::House;
use play::Play;
pub use scenario::Scenario;

/// Where the demo listens, where that was said, and how it speaks.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The server.
    pub listen: Option<SocketAddr>,
    /// The sandbox.
    pub sandbox_listen: Option<SocketAddr>,
    /// The shop.
    pub shop_listen: Option<SocketAddr>,
    /// Whether it speaks JSON.
    pub json: bool,
}

/// What is played.
#[derive(Debug, Clone, Copy, Default)]
pub struct Selection {
    /// Only this scenario.
    pub only: Option<Scenario>,
    /// The scenario whose world lies, so that its expectations must fail.
    pub tamper: Option<Scenario>,
}

/// Opens the doors and waits until interrupted.
pub async fn interactive(options: Options) -> anyhow::Result<ExitCode> {
    open_house::run(options).await
}

/// Plays the scenarios; success only when every order ended as it must.
pub async fn auto(options: Options, selection: Selection) -> anyhow::Result<ExitCode> {
    let real = Clock::default();
    let began_ms = real.now_ms();
    let house = House::open(Doors::for_plays(&options)).await?;
    let opened_ms = house.clock.now_ms();
    let mut played = Vec::new();
    for scenario in Scenario::ALL.iter().filter(|one| selection.only.is_none_or(|only| only == **one)) {
        let tampered = selection.tamper == Some(*scenario);
        let play = Play::begin(&house, *scenario, tampered, !options.json)?;
        let ended = play.run().await?;
        if options.json {
            println!("{}", serde_json::to_string(&ended)?);
        }
        played.push(ended);
    }
    let virtual_ms = house.clock.now_ms() - opened_ms;
    house.close().await;
    if !options.json {
        print!("{}", report::table(&played, virtual_ms, real.now_ms() - began_ms));
    }
    let all_well = played.iter().all(|ended| ended.ok);
    Ok(if all_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
