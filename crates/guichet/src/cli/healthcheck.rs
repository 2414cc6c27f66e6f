//! `guichet healthcheck`: what a container's engine asks every few seconds.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use guichet_gateways::{HttpTransport, Request, Transport as _};

use super::exit::Exit;
use super::listen::listen_address;

/// How long the server may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Ask the server on this machine whether it is ready, by its own /readyz. Exits with 0 when it is.
#[derive(Debug, Args)]
#[command(after_help = "Example: guichet healthcheck --listen 127.0.0.1:8080")]
pub(super) struct Healthcheck {
    /// Where the server listens.
    #[arg(long, env = "GUICHET_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDRESS",
          value_parser = listen_address)]
    listen: SocketAddr,
}

impl Healthcheck {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let address = reached(self.listen);
        let request = Request {
            method: http::Method::GET,
            url: format!("http://{address}/readyz").parse()?,
            headers: http::HeaderMap::new(),
            body: Default::default(),
        };
        let answer = HttpTransport::new(PATIENCE)?.send(request).await;
        let answer = answer
            .map_err(|error| Exit::Unreachable.error(format!("no server answers at {address}: {error}")))?;
        let (ready, sentence) = (answer.status.is_success(), String::from_utf8_lossy(&answer.body));
        let sentence = sentence.trim();
        if ready {
            say!("{sentence}");
            return Ok(ExitCode::SUCCESS);
        }
        Err(Exit::Unreachable.error(format!("the server at {address} is not ready: {sentence}")))
    }
}

/// Where a server that listens there is reached from this machine.
fn reached(listen: SocketAddr) -> SocketAddr {
    let here = match listen.ip() {
        IpAddr::V4(address) if address.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(address) if address.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        address @ (IpAddr::V4(_) | IpAddr::V6(_)) => address,
    };
    SocketAddr::new(here, listen.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_of_the_machine_is_reached_at_its_own() {
        for (listen, expected) in
            [("0.0.0.0:80", "127.0.0.1:80"), ("[::]:80", "[::1]:80"), ("10.0.0.5:8080", "10.0.0.5:8080")]
        {
            assert_eq!(reached(listen.parse().unwrap()).to_string(), expected);
        }
    }
}
