//! One call to a gateway and its outcome. A call that cannot be made, is never sent or is never answered means
//! the same at every gateway; what an answer means is for each gateway to say.

use guichet_core::{FailureReason, Link, Seen};
use secrecy::SecretString;

use crate::gateway::OpenTrouble;
use crate::redact::redacted;
use crate::transport::{Request, Response, Transport, TransportError};

/// The troubles of a gateway that is not well: what it answers says nothing of the payment, and it will be asked again.
/// Every other trouble is an answer that is not understood.
const UNWELL: [&str; 2] = ["gateway_error", "gateway_rate_limited"];

/// The trouble of a check that this server could not make: it says nothing of the gateway.
pub const NOT_CALLED: &str = "server_out_of_descriptors";

/// The transport to one account's gateway, with the secrets to redact.
pub(crate) struct Exchange<'a> {
    /// The transport.
    pub(crate) transport: &'a dyn Transport,
    /// The secrets that no kept text may contain.
    pub(crate) secrets: &'a [SecretString],
}

impl Exchange<'_> {
    /// Makes one call that opens a payment; `call` is the request, or the reason why it cannot be made.
    pub(crate) async fn open(
        &self,
        call: Result<Request, String>,
        read: impl FnOnce(&Response) -> Result<Link, OpenTrouble> + Send,
    ) -> Result<Link, OpenTrouble> {
        let call = call.map_err(|message| self.not_sent(&message))?;
        match self.transport.send(call).await {
            Ok(response) => read(&response),
            Err(TransportError::NotSent(message)) => Err(self.not_sent(&message)),
            Err(TransportError::NoDescriptor(message)) => {
                Err(OpenTrouble::NotCalled(redacted(message.as_bytes(), self.secrets)))
            }
            Err(TransportError::Lost(message)) => {
                Err(OpenTrouble::Lost(redacted(message.as_bytes(), self.secrets)))
            }
        }
    }

    /// Makes one call that checks a payment; `read` names the trouble of an answer from which nothing is learnt.
    pub(crate) async fn check(
        &self,
        call: Result<Request, String>,
        read: impl FnOnce(&Response) -> Result<Seen, &'static str> + Send,
    ) -> Seen {
        let call = match call {
            Ok(call) => call,
            Err(message) => return self.unknown("check_not_possible", message.as_bytes(), true),
        };
        match self.transport.send(call).await {
            Ok(response) => read(&response)
                .unwrap_or_else(|trouble| self.unknown(trouble, &response.body, !UNWELL.contains(&trouble))),
            Err(TransportError::NotSent(message)) => {
                self.unknown("gateway_unreachable", message.as_bytes(), false)
            }
            Err(TransportError::NoDescriptor(message)) => self.unknown(NOT_CALLED, message.as_bytes(), false),
            Err(TransportError::Lost(message)) => {
                self.unknown("gateway_no_answer", message.as_bytes(), false)
            }
        }
    }

    /// The outcome of an answer to opening from which nobody can tell what happened.
    pub(crate) fn lost(&self, what: &str, body: &[u8]) -> OpenTrouble {
        OpenTrouble::Lost(format!("{what}: {}", redacted(body, self.secrets)))
    }

    fn not_sent(&self, message: &str) -> OpenTrouble {
        let message = redacted(message.as_bytes(), self.secrets);
        OpenTrouble::Failed(FailureReason::NotSent { message })
    }

    fn unknown(&self, trouble: &str, raw: &[u8], unclear: bool) -> Seen {
        Seen::Unknown { trouble: trouble.to_owned(), raw: redacted(raw, self.secrets), unclear }
    }
}
