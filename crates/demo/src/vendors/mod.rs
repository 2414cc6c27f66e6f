//! Three shops that were written for other vendors. Each knows its vendor's API and nothing of
//! Guichet: all that was changed in it is the base address and the credentials.

mod cinetpay;
mod notices;
mod novasend;
mod ocpay;
mod wire;

use std::sync::Arc;

use axum::Router;
use axum::routing::post;
use guichet_core::Environment;

use guichet_server::node::Node;

use super::api::Api;
use super::declared::COUNTER;
use notices::Notices;
use wire::Wire;

/// The vendor that a shop was written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Vendor {
    /// It asks, and is told nothing.
    OcPay,
    /// It is notified at the address that each request names.
    CinetPay,
    /// It is notified at one address that was set up.
    Novasend,
}

impl Vendor {
    /// Its name in credentials and on the sandbox.
    pub(super) fn name(self) -> &'static str {
        match self {
            Vendor::OcPay => "ocpay",
            Vendor::CinetPay => "cinetpay",
            Vendor::Novasend => "novasend",
        }
    }

    /// For people.
    pub(super) fn title(self) -> &'static str {
        match self {
            Vendor::OcPay => "OCPay",
            Vendor::CinetPay => "CinetPay",
            Vendor::Novasend => "Novasend",
        }
    }

    /// What its shop sells, and for how much, as the vendor's check spells that amount.
    pub(super) fn price(self) -> &'static str {
        match self {
            Vendor::OcPay => "1250",
            Vendor::CinetPay => "2500",
            Vendor::Novasend => "4000.00",
        }
    }
}

/// What a shop got when it asked for a payment.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    /// By which name the order is known, to the shop as to everybody.
    pub(super) reference: String,
    /// By which name the shop asks how it stands.
    pub(super) name: String,
    /// Where it sends its customer.
    pub(super) url: String,
}

/// What a shop learnt by asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Checked {
    /// `paid`, `failed` or `pending`, as a client of that vendor reads the answer.
    pub(super) status: &'static str,
    /// As the vendor spells it; empty where it says none.
    pub(super) amount: String,
}

/// The three shops; a clone is the same shops.
#[derive(Clone)]
pub(super) struct VendorShops(Arc<Inner>);

struct Inner {
    ocpay: ocpay::Shop,
    cinetpay: cinetpay::Shop,
    novasend: novasend::Shop,
    api: Api,
    notices: Notices,
}

impl VendorShops {
    /// Makes their credentials and opens them. `api` is for whoever looks after them: a person who
    /// records cash, and the audience.
    pub(super) async fn open(
        node: &Node,
        api: Api,
        client: reqwest::Client,
        shop_url: &str,
    ) -> anyhow::Result<Self> {
        let wire = Wire::new(client, node.app().public_url().as_str());
        let novasend_url = format!("{shop_url}/novasend");
        let issue = async |vendor: Vendor, notify_url: Option<&str>| {
            node.create_credential(COUNTER, Environment::Test, vendor.name(), notify_url).await
        };
        let inner = Inner {
            ocpay: ocpay::Shop::new(wire.clone(), &issue(Vendor::OcPay, None).await?, shop_url)?,
            cinetpay: cinetpay::Shop::new(wire.clone(), &issue(Vendor::CinetPay, None).await?, shop_url)?,
            novasend: novasend::Shop::new(
                wire,
                &issue(Vendor::Novasend, Some(&novasend_url)).await?,
                shop_url,
            )?,
            api,
            notices: Notices::default(),
        };
        Ok(VendorShops(Arc::new(inner)))
    }

    /// Where they are notified.
    pub(super) fn router(&self) -> Router {
        Router::new()
            .route("/cinetpay", post(cinetpay::notified))
            .route("/novasend", post(novasend::notified))
            .with_state(self.clone())
    }

    /// Guichet's own API, with a key of their merchant.
    pub(super) fn api(&self) -> &Api {
        &self.0.api
    }

    /// The shop of that vendor asks for a payment.
    pub(super) async fn ask(&self, vendor: Vendor, reference: &str) -> anyhow::Result<Asked> {
        match vendor {
            Vendor::OcPay => self.0.ocpay.ask(vendor.price()).await,
            Vendor::CinetPay => self.0.cinetpay.ask(reference, vendor.price()).await,
            Vendor::Novasend => self.0.novasend.ask(reference, vendor.price()).await,
        }
    }

    /// Novasend itself opens a payment of that name for the merchant of these shops; its link.
    pub(super) async fn ask_novasend_itself(&self, sandbox_url: &str, name: &str) -> anyhow::Result<String> {
        let straight = self.0.novasend.straight(sandbox_url, COUNTER)?;
        Ok(straight.ask(name, Vendor::Novasend.price()).await?.url)
    }

    /// The shop of that vendor asks how its payment stands, and believes the answer.
    pub(super) async fn check(&self, vendor: Vendor, asked: &Asked) -> anyhow::Result<Checked> {
        let checked = match vendor {
            Vendor::OcPay => self.0.ocpay.check(&asked.name).await?,
            Vendor::CinetPay => self.0.cinetpay.check(&asked.name).await?,
            Vendor::Novasend => self.0.novasend.check(&asked.name).await?,
        };
        self.notices().learn(&asked.reference, checked.status);
        Ok(checked)
    }

    /// What these shops received, and what they believe.
    pub(super) fn notices(&self) -> &Notices {
        &self.0.notices
    }
}
