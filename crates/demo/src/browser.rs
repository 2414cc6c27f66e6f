//! A customer's browser without JavaScript: it opens pages, sends forms and follows redirects, and
//! so reaches only what a customer can reach.

use anyhow::{Context, bail};
use http::header;
use url::{Url, form_urlencoded};

/// How many redirects are followed.
const MOST_REDIRECTS: usize = 8;

/// A browser.
#[derive(Debug, Clone)]
pub(super) struct Browser {
    client: reqwest::Client,
}

/// A page that was reached.
#[derive(Debug)]
pub(super) struct Page {
    /// Its address.
    pub(super) url: String,
    /// Its HTML.
    pub(super) html: String,
}

impl Browser {
    /// `client` follows no redirects by itself.
    pub(super) fn new(client: reqwest::Client) -> Self {
        Browser { client }
    }

    /// Opens an address.
    pub(super) async fn open(&self, url: &str) -> anyhow::Result<Page> {
        self.follow(Url::parse(url)?, None).await
    }

    /// Sends a form.
    pub(super) async fn submit(&self, url: &str, fields: &[(&str, &str)]) -> anyhow::Result<Page> {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.follow(Url::parse(url)?, Some(form)).await
    }

    /// Chooses a way to pay on a checkout page by the words on its button.
    pub(super) async fn choose(&self, checkout_url: &str, label: &str) -> anyhow::Result<Page> {
        let page = self.open(checkout_url).await?;
        let mut offers = page.html.split(r#"name="account" value=""#).skip(1);
        let offer = offers.find(|offer| offer.contains(label));
        let account = offer.and_then(|offer| offer.split('"').next());
        let account = account.with_context(|| format!("the page {} does not offer “{label}”", page.url))?;
        self.submit(checkout_url, &[("account", account)]).await
    }

    async fn follow(&self, mut url: Url, mut form: Option<String>) -> anyhow::Result<Page> {
        for _ in 0..MOST_REDIRECTS {
            let request = match form.take() {
                Some(form) => self
                    .client
                    .post(url.clone())
                    .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                    .body(form),
                None => self.client.get(url.clone()),
            };
            let answer = request.header(header::ACCEPT_LANGUAGE, "fr").send().await?;
            let status = answer.status();
            let location = answer.headers().get(header::LOCATION).and_then(|value| value.to_str().ok());
            if let Some(location) = location.filter(|_| status.is_redirection()) {
                url = url.join(location)?;
                continue;
            }
            if status.is_server_error() {
                bail!("the page {url} was answered {status}");
            }
            return Ok(Page { url: url.to_string(), html: answer.text().await? });
        }
        bail!("{url} redirects for ever")
    }
}
