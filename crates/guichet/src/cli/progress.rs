//! What a command shows while something takes long: a bar where it can be measured, else how long it has taken. It is
//! drawn on standard error, only on a terminal, only after a second, and is gone when the work is done.

use std::path::PathBuf;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// What is done sooner shows nothing.
const PATIENCE: Duration = Duration::from_secs(1);

/// How often it is drawn.
const EVERY: Duration = Duration::from_millis(120);

/// How far a piece of work has come.
pub(super) enum Measure {
    /// Nobody can say.
    Unknown,
    /// The file that is being written, and how many bytes it will have, about.
    FileGrows(PathBuf, u64),
    /// So many of so many, which are 0 where nobody can say.
    Counts(Box<dyn Fn() -> (u64, u64) + Send>),
}

/// Shows that something is under way until it is dropped.
pub(super) struct Progress {
    /// Dropped first: the thread ends by it.
    under_way: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Progress {
    /// Begins; `what` is under way, such as “reading every page”. The work itself is neither asked nor slowed.
    pub(super) fn of(what: &'static str, measure: Measure) -> Self {
        let (under_way, ended) = mpsc::channel::<()>();
        let show = move || {
            if ended.recv_timeout(PATIENCE) != Err(RecvTimeoutError::Timeout) {
                return;
            }
            let bar = bar(&measure).with_message(what);
            loop {
                advance(&bar, &measure);
                bar.tick();
                if ended.recv_timeout(EVERY) != Err(RecvTimeoutError::Timeout) {
                    return bar.finish_and_clear();
                }
            }
        };
        // Without a thread nothing is shown, and the work goes on.
        let thread = std::thread::Builder::new().name("progress".to_owned()).spawn(show).ok();
        Progress { under_way: Some(under_way), thread }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        drop(self.under_way.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Moves the bar to where the work is.
fn advance(bar: &ProgressBar, measure: &Measure) {
    match measure {
        Measure::Unknown => {}
        Measure::FileGrows(file, total) => {
            let written = std::fs::metadata(file).map_or(0, |file| file.len());
            bar.set_position(written.min(*total));
        }
        Measure::Counts(count) => {
            let (done, total) = count();
            if bar.length() != Some(total) && total > 0 {
                bar.set_length(total);
                bar.set_style(style(OF_SO_MANY));
                bar.reset_eta();
            }
            bar.set_position(done);
        }
    }
}

/// How a count is drawn of which the end is known.
const OF_SO_MANY: &str = "{msg} {bar:30} {human_pos} of {human_len}, {per_sec}, {eta} to go";

/// A bar on standard error; one that is not a terminal shows none.
fn bar(measure: &Measure) -> ProgressBar {
    let target = ProgressDrawTarget::stderr();
    let (bar, template) = match measure {
        Measure::Unknown => (ProgressBar::no_length(), "{spinner} {msg}: {elapsed}"),
        Measure::FileGrows(_, total) => {
            (ProgressBar::new(*total), "{msg} {bar:30} {bytes} of {total_bytes}, {eta} to go")
        }
        Measure::Counts(_) => (ProgressBar::no_length(), "{spinner} {msg}: {human_pos}, {per_sec}"),
    };
    bar.set_draw_target(target);
    bar.with_style(style(template))
}

/// The templates stand here; one that were wrong would show the library's own look.
fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
