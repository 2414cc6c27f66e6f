//! Where the demo's three servers listen: where a person said, at the usual ports, or anywhere when
//! those are taken.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr};

use anyhow::Context;
use tokio::net::TcpListener;

use super::options::Options;

/// Which port each of the three tries.
#[derive(Debug, Clone, Copy)]
pub(super) struct Listeners {
    pub(super) server: Listen,
    pub(super) sandbox: Listen,
    pub(super) shop: Listen,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Listen {
    /// Where the person said.
    Given(SocketAddr),
    /// This port of this machine, or any when it is taken.
    Usual(u16),
}

impl Listeners {
    /// The usual ports, for a person.
    pub(super) fn for_people(options: &Options) -> Self {
        Listeners::new(options, [8080, 8090, 8088])
    }

    /// Any ports, so that several demos may play at once.
    pub(super) fn for_plays(options: &Options) -> Self {
        Listeners::new(options, [0, 0, 0])
    }

    fn new(options: &Options, [server, sandbox, shop]: [u16; 3]) -> Self {
        let listener = |given: Option<SocketAddr>, usual| given.map_or(Listen::Usual(usual), Listen::Given);
        Listeners {
            server: listener(options.listen, server),
            sandbox: listener(options.sandbox_listen, sandbox),
            shop: listener(options.shop_listen, shop),
        }
    }
}

impl Listen {
    /// Listens; what a person should know of it goes to the notes.
    pub(super) async fn open(self, notes: &mut Vec<String>) -> anyhow::Result<TcpListener> {
        let (address, fallback) = match self {
            Listen::Given(address) => (address, None),
            Listen::Usual(port) => (here(port), Some(here(0))),
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
pub(super) fn clickable(address: SocketAddr) -> String {
    let nearest = if address.ip().is_unspecified() { here(address.port()) } else { address };
    format!("http://{nearest}")
}
