//! One running server: its database open, its listener bound, its worker at work. `guichet serve`
//! is one of these, and so are the servers inside the demo and the tests.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context;
use axum::Router;
use guichet_core::Environment;
use guichet_gateways::{HttpTransport, Transport};
use rustix::system::uname;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::app::App;
use crate::clock::Clock;
use crate::inbound::Proxies;
use crate::kept::RunsWith;
use crate::keys;
use crate::operators::DemoEntrance;
use crate::outbound::Reach;
use crate::public_url::PublicUrl;
use crate::registry::Registry;
use crate::repeats;
use crate::scrape::{self, Metrics};
use crate::shopfile::ShopFile;
use crate::store::{Fault, KeyKind, Opening, Store};
use crate::vault::{KeyPlaces, Secret, Vault};
use crate::worker::{WholeRounds, Worker};
use crate::{edge, http, office, oneentry, sealing};

/// What a node is made of.
#[derive(Debug)]
pub struct Settings {
    /// Where to listen.
    pub listen: SocketAddr,
    /// `sqlite:PATH`.
    pub database: String,
    /// Where this server is reached from outside; `http://` and the address it listens on when `None`.
    pub public_url: Option<PublicUrl>,
    /// Where the key that opens the secrets in the database is looked for.
    pub key: KeyPlaces,
    /// Whether nothing is sent and nothing opened, whatever the database says.
    pub quiet: bool,
    /// Where merchants' webhook endpoints may be.
    pub reach: Reach,
    /// Whose word is believed about where a request comes from.
    pub proxies: Proxies,
    /// The clock; tests and the demo keep a clone and move it.
    pub clock: Clock,
    /// How long a gateway may take to answer.
    pub gateway_timeout: std::time::Duration,
    /// The calls that each key may make in a minute; as many as it likes when `None`.
    pub calls_per_minute: Option<u32>,
}

/// A running server.
pub struct Node {
    app: App,
    worker: Arc<Worker>,
    address: SocketAddr,
    metrics_address: Option<SocketAddr>,
    leave: watch::Sender<bool>,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

/// Everything but the network: what the command line uses on a database.
pub async fn assemble(
    store: Store,
    vault: Secret<Vault>,
    clock: Clock,
    public_url: PublicUrl,
    reach: Reach,
    gateway_timeout: std::time::Duration,
) -> anyhow::Result<App> {
    let registry = Registry::load(store.clone(), clock.clone(), vault).await?;
    let transport: Arc<dyn Transport> = Arc::new(HttpTransport::new(gateway_timeout)?);
    Ok(App::new(store, clock, registry, transport, public_url, reach))
}

/// A node's name for people: its machine, and where it listens.
fn name(address: SocketAddr) -> String {
    let machine = uname();
    format!("{}:{}", machine.nodename().to_string_lossy(), address.port())
}

async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))
}

impl Node {
    /// Opens the database, binds the addresses, starts to serve and to work, and tells what it counts where `metrics`
    /// says.
    pub async fn start(settings: Settings, metrics: Option<Metrics>) -> anyhow::Result<Self> {
        Node::open(settings, metrics, None).await
    }

    /// The same for the demo, whose operators come in by these links.
    pub async fn start_with_entrance(settings: Settings, entrance: DemoEntrance) -> anyhow::Result<Self> {
        Node::open(settings, None, Some(entrance)).await
    }

    async fn open(
        settings: Settings,
        metrics: Option<Metrics>,
        entrance: Option<DemoEntrance>,
    ) -> anyhow::Result<Self> {
        let listener = bind(settings.listen).await?;
        // Whoever names the public address twice wants them there; port 0 is a new one each time.
        let is_apart = |metrics: &&Metrics| metrics.listen != settings.listen || settings.listen.port() == 0;
        let apart = metrics.as_ref().filter(is_apart);
        let metrics_listener = match apart {
            Some(metrics) => Some(bind(metrics.listen).await?),
            None => None,
        };
        let address = listener.local_addr()?;
        let public_url = match settings.public_url {
            Some(public_url) => public_url,
            None => format!("http://{address}").parse()?,
        };
        let store = Store::open(&settings.database, Opening::MakeOrMigrate).await?;
        store
            .become_copy_if_restored(env!("CARGO_PKG_VERSION"), settings.clock.now_ms())
            .await
            .context("whether the database is a copy could not be kept")?;
        RunsWith::new(public_url.clone(), &settings.reach, settings.gateway_timeout, &settings.proxies)
            .keep(&store, settings.clock.now_ms())
            .await?;
        let vault = sealing::unlock_or_make(&store, &settings.key).await?;
        let app = assemble(
            store,
            Ok(vault),
            settings.clock,
            public_url.clone(),
            settings.reach,
            settings.gateway_timeout,
        )
        .await?;
        if settings.quiet {
            app.registry().keep_quiet();
        }
        if let Some(per_minute) = settings.calls_per_minute {
            app.limit_calls(per_minute);
        }
        if let Some(why) = app.registry().quiet() {
            tracing::warn!(%why, "this server is quiet: it sends nothing and opens nothing");
        }
        let worker = Worker::new(app.clone(), name(address))?;
        let (stop, stopped) = watch::channel(false);
        let (leave, leaves) = watch::channel(false);
        let beside = Router::new()
            .nest(oneentry::PREFIX, oneentry::router(app.clone())?)
            .merge(office::router(app.clone(), stopped.clone(), entrance)?);
        let mut router = http::router(app.clone(), beside);
        let mut tasks = Vec::new();
        let mut metrics_address = None;
        if let Some(metrics) = metrics {
            let told = scrape::router(app.clone(), metrics.clone(), &http::routes());
            match metrics_listener {
                Some(listener) => {
                    metrics_address = Some(listener.local_addr()?);
                    tasks.push(tokio::spawn(edge::serve_operators(listener, told, stopped.clone())));
                }
                None => router = router.merge(told),
            }
            tasks.push(tokio::spawn(metrics.sum_up(app.clone(), stopped.clone())));
        }
        let router = http::under_path(router, public_url);
        tasks.push(tokio::spawn(edge::serve(listener, router, settings.proxies, stopped.clone())));
        tasks.push(tokio::spawn(worker.clone().run(leaves)));
        Ok(Node { app, worker, address, metrics_address, leave, stop, tasks })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it tells what it counts, where that is an address of its own.
    pub fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics_address
    }

    /// Its parts, for the demo.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Declares merchants, accounts and endpoints from a shop file's text; the report, line by line.
    pub async fn declare(&self, shop_file: &str) -> anyhow::Result<Vec<String>> {
        Ok(ShopFile::parse(shop_file)?.apply(&self.app).await?.all_lines())
    }

    /// Makes an API key of a declared merchant; its secret.
    pub async fn create_key(&self, merchant: &str, environment: Environment) -> anyhow::Result<String> {
        Ok(keys::create(&self.app, merchant, environment, KeyKind::Secret, "").await?.1)
    }

    /// Makes a publishable key of a declared merchant, which its shop front sends as `x-app-token`.
    pub async fn create_publishable_key(
        &self,
        merchant: &str,
        environment: Environment,
    ) -> anyhow::Result<String> {
        Ok(keys::create(&self.app, merchant, environment, KeyKind::Publishable, "").await?.1)
    }

    /// Makes a credential for the clients of a vendor, named by its gateway: its parts by the vendor's
    /// names. `notify_url` is for a vendor that keeps the address of notifications with the credential.
    pub async fn create_credential(
        &self,
        merchant: &str,
        environment: Environment,
        vendor: &str,
        notify_url: Option<&str>,
    ) -> anyhow::Result<Vec<(&'static str, String)>> {
        let dialect = guichet_gateways::dialect(vendor)
            .with_context(|| format!("no client of “{vendor}” is served"))?;
        let new = keys::NewCredential { merchant, environment, dialect, notify_url, label: "" };
        Ok(keys::create_credential(&self.app, new).await?.1)
    }

    /// Moves its clock and then does all that is due by then.
    pub async fn pass_time(&self, by_ms: i64) -> anyhow::Result<()> {
        self.app.clock().advance(by_ms);
        self.worker.settle_due().await
    }

    /// Does all that is due now.
    pub async fn settle_due(&self) -> anyhow::Result<()> {
        self.worker.settle_due().await
    }

    /// The rounds of its worker, for whoever supervises this server.
    pub fn rounds(&self) -> WholeRounds {
        self.worker.rounds()
    }

    /// Waits until the database has failed for good. Whoever runs this server must end the process then, without
    /// [`Node::stop`]: the next start recovers from what is on disk.
    pub async fn failed(&self) -> Fault {
        self.app.store().failed().await
    }

    /// Takes up nothing any more of what is due and gives the shards to the other nodes, and says so to whoever asks whether
    /// this one is ready. Requests are served as before.
    pub fn leave(&self) {
        self.app.leave();
        self.leave.send_replace(true);
    }

    /// Whether no other node lives that could take over.
    pub fn is_alone(&self) -> bool {
        self.app.living_nodes().nodes() <= 1
    }

    /// How many shards this node works.
    pub fn shards(&self) -> usize {
        self.app.shards().len()
    }

    /// Lets requests under way finish, gives the leases back, closes the database, and ends.
    ///
    /// # Errors
    /// The database could not be closed as it should; its log is kept, and the next start recovers from it.
    pub async fn stop(self) -> Result<(), Fault> {
        self.leave();
        self.stop.send_replace(true);
        for task in self.tasks {
            let _ = task.await;
        }
        repeats::say_all();
        self.app.store().close().await
    }
}
