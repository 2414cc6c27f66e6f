//! Somebody who calls through a proxy, from an address of this machine that is theirs alone.

use std::net::IpAddr;

use super::proxy::Proxy;
use crate::support::call::Answer;

/// A visitor. Addresses without a host are below the public address.
pub(super) struct Visitor {
    client: reqwest::Client,
    public_url: String,
}

impl Visitor {
    /// One who calls from that address.
    pub(super) fn at(address: &str, proxy: &Proxy) -> Visitor {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let address: IpAddr = address.parse().expect("an address");
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .local_address(address)
            .resolve(proxy.host, proxy.address)
            .build()
            .expect("a client");
        Visitor { client, public_url: proxy.public_url.clone() }
    }

    pub(super) async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], "").await
    }

    pub(super) async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let url =
            if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.public_url) };
        let mut request = self.client.request(method.parse().expect("a method"), url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.body(body.to_owned()).send().await.expect("an answer");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response.bytes().await.expect("its body").to_vec();
        Answer { status, headers, bytes }
    }
}
