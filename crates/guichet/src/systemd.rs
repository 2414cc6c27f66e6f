//! What systemd is told about a running server (`Type=notify`): that it serves, that it still works, that it stops. Where
//! no supervisor asked to be told, nothing is.
//!
//! The watchdog is fed by the worker's rounds, each of which commits and reads: a server whose writing hangs is started
//! anew. One that is told that it cannot write, as on a full disk, answers that and goes on by itself, so it is left alone
//! and its status says it.

use std::convert::Infallible;
use std::io;
use std::time::Duration;

use guichet_server::Node;
use sd_notify::NotifyState;

/// How often the status is looked at where no watchdog waits.
const STATUS: Duration = Duration::from_secs(10);

/// Tells that the server is ready, once its worker has done its first round, and from then on that it works.
pub(crate) async fn report(node: &Node) -> Infallible {
    let Err(error) = tell_on(node).await;
    tracing::warn!(%error, "the supervisor cannot be told how the server fares; it is told nothing more");
    std::future::pending().await
}

async fn tell_on(node: &Node) -> io::Result<Infallible> {
    let (serving, mut rounds) = (format!("Serving on {}", node.address()), node.rounds());
    // Twice as often as asked for, so that one that comes late is no alarm.
    let pause = sd_notify::watchdog_enabled().map_or(STATUS, |timeout| timeout / 2);
    rounds.next().await;
    sd_notify::notify(&[NotifyState::Ready])?;
    loop {
        let status = match node.app().store().is_writing() {
            true => serving.as_str(),
            false => "The database cannot be written to; the log says why",
        };
        sd_notify::notify(&[NotifyState::Watchdog, NotifyState::Status(status)])?;
        wait(pause).await;
        rounds.next().await;
    }
}

/// Tells that the server stops. Whoever cannot be told was warned of before.
pub(crate) fn stopping() {
    let state = [NotifyState::Stopping, NotifyState::Status("Stopping: requests under way may finish")];
    let _ = sd_notify::notify(&state);
}

#[expect(clippy::disallowed_methods, reason = "a supervisor counts the seconds that really pass")]
async fn wait(pause: Duration) {
    tokio::time::sleep(pause).await;
}
