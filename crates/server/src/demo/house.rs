//! The demo's house: the three servers, each behind a door of its own, on one clock and on a
//! database that is gone with the process.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use guichet_core::Environment;
use guichet_sandbox::Sandbox;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::clock::Clock;
use crate::node::{Node, Settings};
use crate::outbound::{Network, Reach};
use crate::vault::Vault;
use crate::{http, random, webhook};

use super::Options;
use super::api::Api;
use super::browser::Browser;
use super::shop::Shop;

/// The merchant of the demo.
const MERCHANT: &str = "epicerie";
/// What customers read on the buttons.
pub(super) const CARD: &str = "Carte CIB / Edahabia";
/// The other button.
pub(super) const CASH: &str = "Espèces à la livraison";

/// How long the server waits for a gateway: long enough for a sandbox next door.
const GATEWAY_TIMEOUT: Duration = Duration::from_secs(5);

/// Which port each of the three tries.
#[derive(Debug, Clone, Copy)]
pub(super) struct Doors {
    server: Door,
    sandbox: Door,
    shop: Door,
}

#[derive(Debug, Clone, Copy)]
enum Door {
    /// Where the person said.
    Given(SocketAddr),
    /// This port of this machine, or any when it is taken.
    Usual(u16),
}

impl Doors {
    /// The usual ports, for a person.
    pub(super) fn for_people(options: &Options) -> Self {
        Doors::new(options, [8080, 8090, 8088])
    }

    /// Any ports, so that several demos may play at once.
    pub(super) fn for_plays(options: &Options) -> Self {
        Doors::new(options, [0, 0, 0])
    }

    fn new(options: &Options, [server, sandbox, shop]: [u16; 3]) -> Self {
        let door = |given: Option<SocketAddr>, usual| given.map_or(Door::Usual(usual), Door::Given);
        Doors {
            server: door(options.listen, server),
            sandbox: door(options.sandbox_listen, sandbox),
            shop: door(options.shop_listen, shop),
        }
    }
}

impl Door {
    async fn open(self, notes: &mut Vec<String>) -> anyhow::Result<TcpListener> {
        let (address, fallback) = match self {
            Door::Given(address) => (address, None),
            Door::Usual(port) => (here(port), Some(here(0))),
        };
        match (TcpListener::bind(address).await, fallback) {
            (Err(error), Some(any)) if error.kind() == ErrorKind::AddrInUse => {
                let listener = TcpListener::bind(any).await?;
                let port = listener.local_addr()?.port();
                notes.push(format!("Port {} is taken, so port {port} is used instead.", address.port()));
                Ok(listener)
            }
            (bound, _) => bound.with_context(|| format!("cannot listen on {address}")),
        }
    }
}

fn here(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

/// The address to click; “every address of this machine” is none, so it becomes the nearest.
fn clickable(address: SocketAddr) -> String {
    let nearest = if address.ip().is_unspecified() { here(address.port()) } else { address };
    format!("http://{nearest}")
}

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
        let shop_address = shop_door.local_addr()?;
        let shop_url = clickable(shop_address);
        let folder = Folder::fresh()?;
        let (clock, reach) = (Clock::default(), reach(shop_address.ip())?);
        let client = reach.client()?;
        let listen = server_door.local_addr()?;
        drop(server_door); // The node binds for itself; the port was only tried.
        let settings = Settings {
            listen,
            database: format!("sqlite:{}", folder.0.join("demo.db").display()),
            public_url: Some(clickable(listen)),
            vault: Vault::fleeting(),
            reach,
            clock: clock.clone(),
            gateway_timeout: GATEWAY_TIMEOUT,
        };
        let node = Node::start(settings, None).await?;
        let secret = webhook::new_secret();
        node.declare(&shop_file(&sandbox_url, &shop_url, &secret)).await?;
        let key = node.create_key(MERCHANT, Environment::Test).await?;
        let live_key = node.create_key(MERCHANT, Environment::Live).await?;
        let base_url = node.app().public_url().to_owned();
        let api = |key: &str| Api::new(client.clone(), &base_url, key.to_owned());
        let shop = Shop::new([api(&key), api(&live_key)], shop_url, secret, clock.clone());
        let followed = clock.clone();
        let sandbox = Sandbox::new(guichet_sandbox::Settings {
            clock: guichet_sandbox::Clock::following(move || followed.now_ms()),
            ..guichet_sandbox::Settings::default()
        });
        let (stop, stopped) = watch::channel(false);
        let serve = |door, router| tokio::spawn(http::edge::serve(door, router, stopped.clone()));
        let tasks = vec![serve(sandbox_door, sandbox.router()), serve(shop_door, shop.router())];
        let browser = Browser::new(client);
        let _folder = folder; // Kept until the house closes.
        Ok(House { node, clock, sandbox, shop, browser, sandbox_url, key, notes, stop, tasks, _folder })
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

/// Webhooks go to this machine, and to the shop wherever it was told to listen.
fn reach(shop: IpAddr) -> anyhow::Result<Reach> {
    let own = format!("{shop}/{}", if shop.is_ipv4() { 32 } else { 128 });
    let networks: Vec<Network> =
        ["127.0.0.0/8", "::1/128", &own].iter().map(|text| text.parse()).collect::<anyhow::Result<_>>()?;
    Ok(Reach::with(&networks))
}

/// The shop file of the demo, as a shop would write it.
fn shop_file(sandbox_url: &str, shop_url: &str, signing_secret: &str) -> String {
    format!(
        r#"
[[merchants]]
name = "{MERCHANT}"
title = "Épicerie Yasmine"
return_origins = ["{shop_url}"]

[[merchants.accounts]]
name = "ocpay"
gateway = "ocpay"
environment = "test"
label = "{CARD}"
base_url = "{sandbox_url}"
checks_per_second = 1000
secret = {{ access_token = "sk_sandbox_demo" }}

[[merchants.accounts]]
name = "cash"
gateway = "cash"
environment = "test"
label = "{CASH}"

# A mistake, made on purpose: a live account with a key that moves play money.
[[merchants.accounts]]
name = "ocpay"
gateway = "ocpay"
environment = "live"
label = "{CARD}"
base_url = "{sandbox_url}"
checks_per_second = 1000
secret = {{ access_token = "sk_sandbox_demo_mistake" }}

[[merchants.webhook_endpoints]]
url = "{shop_url}/webhooks"
environment = "test"
signing_secret = "{signing_secret}"

[[merchants.webhook_endpoints]]
url = "{shop_url}/webhooks"
environment = "live"
signing_secret = "{signing_secret}"
"#
    )
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
