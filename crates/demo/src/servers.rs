//! The demo's three servers, each on a listener of its own, on one clock and on a
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

use guichet_server::clock::Clock;
use guichet_server::inbound::Proxies;
use guichet_server::node::{Node, Settings};
use guichet_server::operators::DemoEntrance;
use guichet_server::outbound::{Network, Reach, network};
use guichet_server::vault::{KeyPlaces, VaultKey};
use guichet_server::{edge, random, webhook};

use super::api::Api;
use super::browser::Browser;
use super::declared::{COUNTER, GROCERY, shop_file};
use super::front::Front;
use super::listeners::{Listeners, clickable};
use super::shop::{Others, Shop};
use super::vendors::VendorShops;

/// How long the server waits for a gateway: long enough for a sandbox next listener.
const GATEWAY_TIMEOUT: Duration = Duration::from_secs(5);

/// All of it, running.
pub(super) struct Servers {
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

impl Servers {
    /// Opens every listener, and the back office by `entrance` where there is one.
    pub(super) async fn open(
        listeners: Listeners,
        clock: Clock,
        entrance: Option<DemoEntrance>,
    ) -> anyhow::Result<Self> {
        let mut notes = Vec::new();
        let server_listener = listeners.server.open(&mut notes).await?;
        let sandbox_listener = listeners.sandbox.open(&mut notes).await?;
        let shop_listener = listeners.shop.open(&mut notes).await?;
        let sandbox_url = clickable(sandbox_listener.local_addr()?);
        let shop_url = clickable(shop_listener.local_addr()?);
        let folder = Folder::fresh()?;
        let listeners = [shop_listener.local_addr()?.ip(), sandbox_listener.local_addr()?.ip()];
        let reach = reach(listeners)?;
        let client = reach.client()?;
        let listen = server_listener.local_addr()?;
        drop(server_listener); // The node binds for itself; the port was only tried.
        let settings = Settings {
            listen,
            database: format!("sqlite:{}", folder.0.join("demo.db").display()),
            public_url: Some(clickable(listen).parse()?),
            key: KeyPlaces::Given(VaultKey::random()),
            quiet: false,
            reach,
            proxies: Proxies::default(),
            clock: clock.clone(),
            gateway_timeout: GATEWAY_TIMEOUT,
            calls_per_minute: None,
        };
        let node = match entrance {
            Some(entrance) => Node::start_with_entrance(settings, entrance).await?,
            None => Node::start(settings, None).await?,
        };
        let secret = webhook::new_secret();
        node.declare(&shop_file(&sandbox_url, &shop_url, &secret)).await?;
        let key = node.create_key(GROCERY, Environment::Test).await?;
        let live_key = node.create_key(GROCERY, Environment::Live).await?;
        let counter_key = node.create_key(COUNTER, Environment::Test).await?;
        let base_url = node.app().public_url().to_string();
        let api = |key: &str| Api::new(client.clone(), &base_url, key.to_owned());
        let others = Others { sandbox: format!("{sandbox_url}/"), office: format!("{base_url}/office") };
        let shop = Shop::new([api(&key), api(&live_key)], shop_url.clone(), secret, clock.clone(), others);
        let vendor_shops = VendorShops::open(&node, api(&counter_key), client.clone(), &shop_url).await?;
        let app_token = node.create_publishable_key(GROCERY, Environment::Test).await?;
        let front = Front::new(client.clone(), &base_url, app_token);
        let sandbox = sandbox(&clock);
        set_up_notifications(&node, &sandbox)?;
        let (stop, stopped) = watch::channel(false);
        let serve = |listener, router| {
            tokio::spawn(edge::serve(listener, router, Proxies::default(), stopped.clone()))
        };
        let shops = shop.router().merge(vendor_shops.router()).merge(front.router());
        let tasks = vec![serve(sandbox_listener, sandbox.router()), serve(shop_listener, shops)];
        let browser = Browser::new(client);
        let _folder = folder; // Kept until the servers are closed.
        Ok(Servers {
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

    /// Closes every listener and forgets everything.
    pub(super) async fn close(self) {
        // The database goes with the folder.
        let _ = self.node.stop().await;
        self.stop.send_replace(true);
        for task in self.tasks {
            let _ = task.await;
        }
    }
}

/// Webhooks and messages go to this machine, and to the demo's own listeners wherever they were opened.
fn reach(listeners: [IpAddr; 2]) -> anyhow::Result<Reach> {
    let own = listeners.map(Network::from);
    Ok(Reach::with(&[network("127.0.0.0/8")?, network("::1/128")?, own[0], own[1]]))
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
        let credentials = account.credentials.as_ref().map_err(Clone::clone)?;
        // Of every vendor's credentials the key comes first, and then what goes with it.
        sandbox.set_webhook(Webhook {
            dialect: vendor.to_owned(),
            key: credentials.secret(0).to_owned(),
            account: credentials.secret(1).to_owned(),
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
