//! The demo for a person: it says what to click, and runs until interrupted.

use std::process::ExitCode;
use std::sync::Arc;

use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};

use guichet_server::clock::Clock;
use guichet_server::operators::DemoEntrance;

use super::front;
use super::listeners::Listeners;
use super::month;
use super::options::{Count, Options};
use super::people::People;
use super::servers::Servers;
use super::shop;

pub(super) async fn run(options: Options) -> anyhow::Result<ExitCode> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hangup = signal(SignalKind::hangup())?;
    let clock = if options.empty { Clock::default() } else { month::clock() };
    let entrance = DemoEntrance::default();
    let servers = Servers::open(Listeners::for_people(&options), clock, Some(entrance.clone())).await?;
    // Whoever is in a hurry ends it while the month is played, too.
    let greeted = tokio::select! {
        failed = begin(&servers, entrance, options) => failed,
        _ = terminate.recv() => Ok(()),
        _ = hangup.recv() => Ok(()),
        interrupted = tokio::signal::ctrl_c() => interrupted.map_err(Into::into),
    };
    servers.close().await;
    greeted?;
    Ok(ExitCode::SUCCESS)
}

/// Plays the month before, says what to click, and stays.
async fn begin(servers: &Servers, entrance: DemoEntrance, options: Options) -> anyhow::Result<()> {
    let people = People::make(servers.node.app(), entrance).await?;
    if !options.empty {
        let count = Arc::new(Count::default());
        let _shown = (options.show)(count.clone());
        month::play(servers, &count).await?;
    }
    greet(servers, &people, options).await?;
    std::future::pending().await
}

async fn greet(
    servers: &Servers,
    people: &People,
    Options { json, print, .. }: Options,
) -> anyhow::Result<()> {
    // One order waits already, so that there is a checkout page to look at.
    let order = servers.shop.sample().await?;
    let (shop_url, sandbox, server) =
        (servers.shop.url(), &servers.sandbox_url, servers.node.app().public_url().as_str());
    let (key, outbox) = (&servers.key, format!("{sandbox}/sandbox/outbox"));
    let (front, app_token) = (format!("{shop_url}{}", front::PATH), servers.front.app_token());
    let links = people.links(servers.node.app());
    let (office, owner) = (format!("{server}/office"), links.first().map_or("", |(_, link)| link));
    if json {
        let links: serde_json::Map<_, _> =
            links.iter().map(|(role, link)| ((*role).to_owned(), json!(link))).collect();
        let told = json!({
            "story": format!("{shop_url}{}", shop::STORY), "shop": shop_url, "sandbox": sandbox, "api": server, "docs": format!("{server}/docs"),
            "front": front, "app_token": app_token,
            "office": office, "office_links": links, "office_password": people.password,
            "checkout": order.checkout_url, "outbox": outbox, "api_key": key, "notes": servers.notes,
        });
        print(format_args!("{told}"));
        return Ok(());
    }
    print(format_args!("A server, a sandbox and a shop, all in this process. No money moves.\n"));
    for note in &servers.notes {
        print(format_args!("  {note}"));
    }
    print(format_args!(
        "  Story      {shop_url}{}\n             begin here: one payment in five steps, what to click, and what happened inside",
        shop::STORY
    ));
    print(format_args!(
        "  Office     {owner}\n             what the shops’ people see; the link serves once, as the owner, and then it is {office}\n             (its password, asked for before money and keys: {})",
        people.password
    ));
    print(format_args!(
        "  Shop       {shop_url}/\n             buy in dinars (OCPay, cash) or in francs (CinetPay, Novasend), and see what the shop is told"
    ));
    print(format_args!(
        "  Front      {front}\n             another shop, written for OneEntry: sign up, order, pay (its x-app-token is {app_token})"
    ));
    print(format_args!("  Checkout   {}\n             an order that waits for you", order.checkout_url));
    print(format_args!(
        "  Sandbox    {sandbox}/\n             the acquirer: every payment, and what can go wrong"
    ));
    print(format_args!("  Outbox     {outbox}\n             the e-mails and SMS that customers would get"));
    print(format_args!("  API docs   {server}/docs"));
    print(format_args!("  API key    {key}\n"));
    print(format_args!("  curl -H 'Authorization: Bearer {key}' {server}/v1/orders\n"));
    print(format_args!(
        "Ctrl-C ends it; then everything is forgotten. `guichet demo --auto` plays the customers itself."
    ));
    Ok(())
}
