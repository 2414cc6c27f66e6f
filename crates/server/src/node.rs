//! One running server: its database open, its listener bound, its worker at work. `guichet serve`
//! is one of these, and so are the servers inside the demo and the tests.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context;
use axum::Router;
use guichet_core::Environment;
use guichet_gateways::{HttpTransport, Transport};
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::app::App;
use crate::clock::Clock;
use crate::inbound::Proxies;
use crate::keys;
use crate::outbound::Reach;
use crate::public_url::PublicUrl;
use crate::registry::Registry;
use crate::shopfile::ShopFile;
use crate::store::{Fault, KeyKind, Opening, Store};
use crate::vault::Vault;
use crate::worker::Worker;
use crate::{edge, http, oneentry};

/// What a node is made of.
#[derive(Debug)]
pub struct Settings {
    /// Where to listen.
    pub listen: SocketAddr,
    /// `sqlite:PATH`.
    pub database: String,
    /// Where this server is reached from outside; `http://` and the address it listens on when `None`.
    pub public_url: Option<PublicUrl>,
    /// Opens the secrets in the database.
    pub vault: Vault,
    /// Where merchants' webhook endpoints may be.
    pub reach: Reach,
    /// Whose word is believed about where a request comes from.
    pub proxies: Proxies,
    /// The clock; tests and the demo keep a clone and move it.
    pub clock: Clock,
    /// How long a gateway may take to answer.
    pub gateway_timeout: std::time::Duration,
}

/// A running server.
pub struct Node {
    app: App,
    worker: Arc<Worker>,
    address: SocketAddr,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

/// Everything but the network: what the command line uses on a database.
pub async fn assemble(
    store: Store,
    vault: Vault,
    clock: Clock,
    public_url: PublicUrl,
    reach: Reach,
    gateway_timeout: std::time::Duration,
) -> anyhow::Result<App> {
    let registry = Registry::load(store.clone(), vault).await?;
    let transport: Arc<dyn Transport> = Arc::new(HttpTransport::new(gateway_timeout)?);
    Ok(App::new(store, clock, registry, transport, public_url, reach))
}

impl Node {
    /// Opens the database, binds the address, starts to serve and to work.
    pub async fn start(settings: Settings, metrics: Option<PrometheusHandle>) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(settings.listen)
            .await
            .with_context(|| format!("cannot listen on {}", settings.listen))?;
        let address = listener.local_addr()?;
        let public_url = match settings.public_url {
            Some(public_url) => public_url,
            None => format!("http://{address}").parse()?,
        };
        let store = Store::open(&settings.database, Opening::MakeOrMigrate).await?;
        let app = assemble(
            store,
            settings.vault,
            settings.clock,
            public_url.clone(),
            settings.reach,
            settings.gateway_timeout,
        )
        .await?;
        let worker = Worker::new(app.clone())?;
        let (stop, stopped) = watch::channel(false);
        let front = Router::new().nest(oneentry::PREFIX, oneentry::router(app.clone()));
        let router = http::under_path(http::router(app.clone(), metrics, front), public_url);
        let serving = tokio::spawn(edge::serve(listener, router, settings.proxies, stopped.clone()));
        let working = tokio::spawn(worker.clone().run(stopped));
        Ok(Node { app, worker, address, stop, tasks: vec![serving, working] })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its parts, for the demo.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Declares merchants, accounts and endpoints from a shop file's text; the report, line by line.
    pub async fn declare(&self, shop_file: &str) -> anyhow::Result<Vec<String>> {
        ShopFile::parse(shop_file)?.apply(&self.app).await
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

    /// Waits until the database has failed for good. Whoever runs this server must end the process then, without
    /// [`Node::stop`]: the next start recovers from what is on disk.
    pub async fn failed(&self) -> Fault {
        self.app.store().failed().await
    }

    /// Lets requests under way finish, gives the leases back, closes the database, and ends.
    ///
    /// # Errors
    /// The database could not be closed as it should; its log is kept, and the next start recovers from it.
    pub async fn stop(self) -> Result<(), Fault> {
        self.stop.send_replace(true);
        for task in self.tasks {
            let _ = task.await;
        }
        self.app.store().close().await
    }
}
