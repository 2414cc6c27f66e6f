//! The demo's house: the three servers, each behind a door of its own, on one clock and on a
//! database that is gone with the process.

use std::net::IpAddr;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use guichet_core::Environment;
use guichet_gateways::Notifies;
use guichet_sandbox::{Sandbox, Webhook};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::clock::Clock;
use crate::inbound::Proxies;
use crate::node::{Node, Settings};
use crate::outbound::{Network, Reach};
use crate::vault::Vault;
use crate::{http, random, webhook};

use super::api::Api;
use super::browser::Browser;
use super::declared::{COUNTER, GROCERY, shop_file};
use super::doors::{Doors, clickable};
use super::front::Front;
use super::shop::Shop;
use super::vendors::VendorShops;

/// How long the server waits for a gateway: long enough for a sandbox next door.
const GATEWAY_TIMEOUT: Duration = Duration::from_secs(5);

/// All of it, running.
pub(super) struct House {
    /// The server.
    pub(super) node: Node,
    /// Its clock, which the sandbox follows.
    pub(super) clock: Clock,
    /// The acquirer.
    pub(super) sandbox: Sandbox,
    /// The shop.
    pub(super) shop: Shop,
    /// The shops that were written for other vendors.
    pub(super) vendor_shops: VendorShops,
    /// The grocery's front, written for OneEntry.
    pub(super) front: Front,
    /// A browser with nothing in it.
    pub(super) browser: Browser,
    /// Where the sandbox is.
    pub(super) sandbox_url: String,
    /// The shop's test key.
    pub(super) key: String,
    /// What a person should know about how it began.
    pub(super) notes: Vec<String>,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
    _folder: Folder,
}

impl House {
    /// Opens every door.
    pub(super) async fn open(doors: Doors) -> anyhow::Result<Self> {
        let mut notes = Vec::new();
        let server_door = doors.server.open(&mut notes).await?;
        let sandbox_door = doors.sandbox.open(&mut notes).await?;
        let shop_door = doors.shop.open(&mut notes).await?;
        let sandbox_url = clickable(sandbox_door.local_addr()?);
        let shop_url = clickable(shop_door.local_addr()?);
        let folder = Folder::fresh()?;
        let doors = [shop_door.local_addr()?.ip(), sandbox_door.local_addr()?.ip()];
        let (clock, reach) = (Clock::default(), reach(doors)?);
        let client = reach.client()?;
        let listen = server_door.local_addr()?;
        drop(server_door); // The node binds for itself; the port was only tried.
        let settings = Settings {
            listen,
            database: format!("sqlite:{}", folder.0.join("demo.db").display()),
            public_url: Some(clickable(listen)),
            vault: Vault::fleeting(),
            reach,
            proxies: Proxies::default(),
            clock: clock.clone(),
            gateway_timeout: GATEWAY_TIMEOUT,
        };
        let node = Node::start(settings, None).await?;
        let secret = webhook::new_secret();
        node.declare(&shop_file(&sandbox_url, &shop_url, &secret)).await?;
        let key = node.create_key(GROCERY, Environment::Test).await?;
        let live_key = node.create_key(GROCERY, Environment::Live).await?;
        let counter_key = node.create_key(COUNTER, Environment::Test).await?;
        let base_url = node.app().public_url().to_owned();
        let api = |key: &str| Api::new(client.clone(), &base_url, key.to_owned());
        let shop = Shop::new([api(&key), api(&live_key)], shop_url.clone(), secret, clock.clone());
        let vendor_shops = VendorShops::open(&node, api(&counter_key), client.clone(), &shop_url).await?;
        let app_token = node.create_publishable_key(GROCERY, Environment::Test).await?;
        let front = Front::new(client.clone(), &base_url, app_token);
        let sandbox = sandbox(&clock);
        set_up_notifications(&node, &sandbox)?;
        let (stop, stopped) = watch::channel(false);
        let serve =
            |door, router| tokio::spawn(http::edge::serve(door, router, Proxies::default(), stopped.clone()));
        let shops = shop.router().merge(vendor_shops.router()).merge(front.router());
        let tasks = vec![serve(sandbox_door, sandbox.router()), serve(shop_door, shops)];
        let browser = Browser::new(client);
        let _folder = folder; // Kept until the house closes.
        Ok(House {
            node,
            clock,
            sandbox,
            shop,
            vendor_shops,
            front,
            browser,
            sandbox_url,
            key,
            notes,
            stop,
            tasks,
            _folder,
        })
    }

    /// Closes every door and forgets everything.
    pub(super) async fn close(self) {
        self.node.stop().await;
        self.stop.send_replace(true);
        for task in self.tasks {
            let _ = task.await;
        }
    }
}

/// Webhooks and messages go to this machine, and to the demo's own doors wherever they were opened.
fn reach(doors: [IpAddr; 2]) -> anyhow::Result<Reach> {
    let own = doors.map(|ip| format!("{ip}/{}", if ip.is_ipv4() { 32 } else { 128 }));
    let networks = ["127.0.0.0/8", "::1/128"].into_iter().chain(own.iter().map(String::as_str));
    let networks: Vec<Network> = networks.map(str::parse).collect::<anyhow::Result<_>>()?;
    Ok(Reach::with(&networks))
}

/// An acquirer that goes by that clock.
fn sandbox(clock: &Clock) -> Sandbox {
    let followed = clock.clone();
    Sandbox::new(guichet_sandbox::Settings {
        clock: guichet_sandbox::Clock::following(move || followed.now_ms()),
        ..guichet_sandbox::Settings::default()
    })
}

/// Tells the acquirer where each account is notified, as a merchant does on a vendor's portal, for the
/// vendors that keep one address per merchant.
fn set_up_notifications(node: &Node, sandbox: &Sandbox) -> anyhow::Result<()> {
    for account in node.app().registry().snapshot().accounts.values() {
        let vendor = account.gateway.name();
        let profile = guichet_gateways::dialect(vendor).map(|dialect| dialect.profile().notifies);
        if profile != Some(Notifies::BySetting) {
            continue;
        }
        // Of every vendor's credentials the key comes first, and then what goes with it.
        sandbox.set_webhook(Webhook {
            dialect: vendor.to_owned(),
            key: account.credentials.secret(0).to_owned(),
            account: account.credentials.secret(1).to_owned(),
            url: Some(format!("{}/callbacks/{vendor}/{}", node.app().public_url(), account.id)),
            secret: None,
        })?;
    }
    Ok(())
}

/// A folder that is gone when the demo is.
struct Folder(PathBuf);

impl Folder {
    fn fresh() -> anyhow::Result<Self> {
        let path = std::env::temp_dir().join(format!("guichet-demo-{}", random::token()));
        std::fs::DirBuilder::new()
            .mode(0o700)
            .create(&path)
            .with_context(|| format!("cannot make the folder {}", path.display()))?;
        Ok(Folder(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
