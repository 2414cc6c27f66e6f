//! The background task: it carries out what is due and sends notifications. It sleeps until something is due,
//! and wakes when the clock is moved or a payment changes. It sends no ping before a notification.

use std::sync::{Arc, Weak};
use std::time::Duration;

use guichet_gateways::{HttpTransport, Notification, Request, Transport, TransportError};
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use tokio::task::JoinSet;
use url::Url;

use crate::clock::Clock;
use crate::notifications::Answer;
use crate::sandbox::{Acquirer, Sandbox};

/// The time in which a receiver must answer: our choice.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The most notifications that are sent at once, each to another receiver.
const MOST_AT_ONCE: usize = 32;

/// Records, however the task ends, that it has ended, so that another may begin.
struct Running(Weak<Acquirer>);

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(acquirer) = self.0.upgrade() {
            acquirer.stop_notifying();
        }
    }
}

/// Works until the last handle of the sandbox is gone.
pub(crate) async fn run(acquirer: Weak<Acquirer>, clock: Clock) {
    let _running = Running(acquirer.clone());
    let mut wakeups = clock.wakeups();
    let mut transport = None;
    let mut sending: JoinSet<(u64, Answer)> = JoinSet::new();
    loop {
        // Before the look, so that a change during it wakes the task again.
        wakeups.borrow_and_update();
        let Some(sandbox) = acquirer.upgrade().map(Sandbox::from) else { return };
        let chosen = sandbox.notifies_over();
        let (due, due_ms) = sandbox.take_due_notifications(MOST_AT_ONCE - sending.len());
        drop(sandbox);
        for notification in due {
            let transport = transport.get_or_insert_with(|| chosen.clone().map_or_else(usual, Ok)).clone();
            sending.spawn(async move {
                let answer = match transport {
                    Ok(transport) => send(&*transport, notification.url, notification.notification).await,
                    Err(error) => Err(error.to_string()),
                };
                (notification.number, answer)
            });
        }
        tokio::select! {
            () = clock.wait(due_ms, &mut wakeups) => {}
            Some(ended) = sending.join_next(), if !sending.is_empty() => {
                let Some(sandbox) = acquirer.upgrade().map(Sandbox::from) else { return };
                match ended {
                    Ok((number, answer)) => sandbox.note(number, answer),
                    Err(error) => tracing::error!(%error, "a notification's task failed"),
                }
            }
        }
    }
}

/// A transport to wherever a merchant says.
fn usual() -> Result<Arc<dyn Transport>, TransportError> {
    Ok(Arc::new(HttpTransport::new(TIMEOUT)?))
}

/// One POST, no redirect followed, nothing repeated.
async fn send(transport: &dyn Transport, url: Url, notification: Notification) -> Answer {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(notification.content_type));
    for (name, value) in notification.headers {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|error| error.to_string())?;
        headers.append(name, HeaderValue::from_str(&value).map_err(|error| error.to_string())?);
    }
    let request = Request { method: Method::POST, url, headers, body: notification.body };
    let answer = transport.send(request).await.map_err(|error| error.to_string())?;
    Ok(answer.status.as_u16())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notifications::NewNotification;
    use crate::payment_view::Status;
    use crate::sandbox::Settings;

    #[tokio::test]
    async fn it_ends_with_the_last_handle_of_the_sandbox() {
        let sandbox = Sandbox::new(Settings::default());
        let task = tokio::spawn(run(sandbox.downgrade(), sandbox.clock().clone()));
        let other = sandbox.clone();
        drop(sandbox);
        other.settle().await;
        assert!(!task.is_finished());
        drop(other);
        assert!(task.await.is_ok());
    }

    #[test]
    fn another_begins_where_the_runtime_of_one_has_ended() {
        let sandbox = Sandbox::new(Settings::default());
        let new = || NewNotification {
            dialect: "any",
            reference: "REF".into(),
            url: "http://127.0.0.1:1/".to_owned(),
            payment_status: Status::Paid,
            notification: Notification { headers: Vec::new(), content_type: "text/plain", body: "".into() },
            misbehaviours: Vec::new(),
        };
        for _ in 0..2 {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            sandbox.with_store(|store, now_ms| store.notifications.add(new(), now_ms));
            runtime.block_on(sandbox.settle());
        }
        let tried: Vec<usize> = sandbox.notifications().iter().map(|entry| entry.attempts.len()).collect();
        assert_eq!(tried, [1, 1]);
    }
}
