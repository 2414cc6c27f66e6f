//! One question to a gateway and what came of it. What it means when a call cannot be made, is never
//! sent or is never answered is the same at every gateway; what an answer means is for each to say.

use guichet_core::{FailureReason, Link, Seen};
use secrecy::SecretString;

use crate::gateway::OpenTrouble;
use crate::scrub::scrubbed;
use crate::transport::{Request, Response, Transport, TransportError};

/// The way to one account's gateway.
pub(crate) struct Exchange<'a> {
    /// What sends.
    pub(crate) transport: &'a dyn Transport,
    /// What must be in no text that is kept.
    pub(crate) secrets: &'a [SecretString],
}

impl Exchange<'_> {
    /// Asks to open a payment, once; `call` is the request, or why it cannot be made.
    pub(crate) async fn open(
        &self,
        call: Result<Request, String>,
        read: impl FnOnce(&Response) -> Result<Link, OpenTrouble> + Send,
    ) -> Result<Link, OpenTrouble> {
        let call = call.map_err(|message| self.not_sent(&message))?;
        match self.transport.send(call).await {
            Ok(response) => read(&response),
            Err(TransportError::NotSent(message)) => Err(self.not_sent(&message)),
            Err(TransportError::Lost(message)) => {
                Err(OpenTrouble::Lost(scrubbed(message.as_bytes(), self.secrets)))
            }
        }
    }

    /// Asks about a payment, once; an answer that says nothing of it is read as the name of the trouble.
    pub(crate) async fn check(
        &self,
        call: Result<Request, String>,
        read: impl FnOnce(&Response) -> Result<Seen, &'static str> + Send,
    ) -> Seen {
        let call = match call {
            Ok(call) => call,
            Err(message) => return self.unknown("check_not_possible", message.as_bytes()),
        };
        match self.transport.send(call).await {
            Ok(response) => read(&response).unwrap_or_else(|trouble| self.unknown(trouble, &response.body)),
            Err(TransportError::NotSent(message)) => self.unknown("gateway_unreachable", message.as_bytes()),
            Err(TransportError::Lost(message)) => self.unknown("gateway_no_answer", message.as_bytes()),
        }
    }

    /// An answer to opening from which nobody can tell what happened.
    pub(crate) fn lost(&self, what: &str, body: &[u8]) -> OpenTrouble {
        OpenTrouble::Lost(format!("{what}: {}", scrubbed(body, self.secrets)))
    }

    fn not_sent(&self, message: &str) -> OpenTrouble {
        let message = scrubbed(message.as_bytes(), self.secrets);
        OpenTrouble::Failed(FailureReason::NotSent { message })
    }

    fn unknown(&self, trouble: &str, raw: &[u8]) -> Seen {
        Seen::Unknown { trouble: trouble.to_owned(), raw: scrubbed(raw, self.secrets) }
    }
}
