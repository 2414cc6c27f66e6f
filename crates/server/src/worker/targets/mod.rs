//! Who sends a delivery: one file for each kind of target. It makes one try and says what came
//! of it; when to try again is not its business.

mod client;
mod customer;
mod endpoint;

use crate::app::App;
use crate::outbound::{beginning, reason, retry_after_ms};
use crate::store::{DueDelivery, Target};

/// The senders of this node.
pub(super) struct Senders {
    /// Reaches what merchants name, and nothing else.
    http: reqwest::Client,
}

/// What came of a try.
pub(super) struct Tried {
    /// The kind of target, for the metrics.
    pub(super) to: &'static str,
    /// Whether it arrived.
    pub(super) arrived: bool,
    /// Whether it never will.
    pub(super) gone: bool,
    /// What the target answered, when it answered.
    pub(super) status_code: Option<i64>,
    /// What came of it, in a few words.
    pub(super) outcome: String,
    /// The beginning of what it wrote, where it refused.
    pub(super) answer: Option<String>,
    /// How long the target asked to be left alone, in ms.
    pub(super) retry_after_ms: Option<i64>,
}

impl Senders {
    pub(super) fn new(app: &App) -> anyhow::Result<Self> {
        Ok(Senders { http: app.reach().client()? })
    }

    /// Makes one try.
    pub(super) async fn try_once(&self, app: &App, due: &DueDelivery) -> anyhow::Result<Tried> {
        match due.target {
            Target::Endpoint(endpoint) => endpoint::try_once(&self.http, app, due, endpoint).await,
            Target::Client(credential) => client::try_once(&self.http, app, due, credential).await,
            Target::Customers(merchant, channel) => {
                customer::try_once(&self.http, app, due, merchant, channel).await
            }
        }
    }
}

impl Tried {
    /// Nothing was sent, or nobody answered.
    fn nothing(to: &'static str, why: &str) -> Self {
        Tried {
            to,
            arrived: false,
            gone: false,
            status_code: None,
            outcome: why.to_owned(),
            answer: None,
            retry_after_ms: None,
        }
    }

    /// Nothing was sent, and nothing ever will be.
    fn over(to: &'static str, why: &str) -> Self {
        Tried { gone: true, ..Tried::nothing(to, why) }
    }

    /// There was nothing to send, and there never will be.
    fn needless(to: &'static str, why: &str) -> Self {
        Tried { arrived: true, ..Tried::nothing(to, why) }
    }

    /// What an HTTP receiver tried: only 2xx is a success, and 410 is for good.
    async fn received(to: &'static str, sent: Result<reqwest::Response, reqwest::Error>) -> Self {
        match sent {
            Ok(answer) if answer.status().is_success() => Tried::answered(to, &answer),
            Ok(answer) => {
                let tried = Tried::answered(to, &answer);
                Tried { answer: beginning(answer).await, ..tried }
            }
            Err(error) => Tried::nothing(to, &reason(error)),
        }
    }

    fn answered(to: &'static str, answer: &reqwest::Response) -> Self {
        let status = answer.status();
        Tried {
            to,
            arrived: status.is_success(),
            gone: status.as_u16() == 410,
            status_code: Some(i64::from(status.as_u16())),
            outcome: format!("answered {status}"),
            answer: None,
            retry_after_ms: retry_after_ms(answer.headers()),
        }
    }
}
