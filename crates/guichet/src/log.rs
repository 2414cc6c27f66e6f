//! The log on standard output: a line is made by the thread that has something to say, and written by
//! one that does nothing else, a hundred times a second, so that no payment waits for the terminal.

use std::fmt::{self, Write as _};
use std::io::{self, IsTerminal as _, Write as _};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use guichet_server::REQUESTS;
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Subscriber};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime as _, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields, MakeWriter};
use tracing_subscriber::registry::{LookupSpan, Scope};

/// How long lines are gathered before they are written.
const GATHERED: Duration = Duration::from_millis(10);

/// How much may wait to be written; whoever has more to say waits too.
const MOST_BYTES: usize = 1 << 20;

/// How a line is written.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(crate) enum Format {
    /// One JSON object a line.
    Json,
    /// One sentence a line.
    Text,
}

impl Format {
    /// Sentences for whoever looks at a terminal, JSON for what reads anything else.
    pub(crate) fn of_stdout() -> Self {
        if io::stdout().is_terminal() { Format::Text } else { Format::Json }
    }
}

/// What is wrong.
pub(crate) const WARNINGS: &str = "warn";

/// The same but for money that no order asked for: the demo makes some itself, and its office shows it.
pub(crate) const WARNINGS_OF_THE_DEMO: &str = "warn,guichet_server::app::unmatched=error";

/// Logs only that, to standard error: standard output is for what a command has to say.
pub(crate) fn to_stderr(what: &str) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(what));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_target(false);
    let lines = lines.with_ansi(io::stderr().is_terminal()).with_writer(io::stderr);
    if lines.compact().try_init().is_err() {
        note!("guichet: another logger is set already");
    }
}

/// Begins to log to standard output; `RUST_LOG` chooses how much, and `requests` whether that is a line for every
/// request as well. What is logged until the end stands there once the returned value is dropped.
pub(crate) fn to_stdout(format: Format, requests: bool) -> impl Drop {
    let lines = Lines::default();
    let mut filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    // The spans of requests are errors: whatever is logged of a request says which it is.
    let level = if requests { LevelFilter::INFO } else { LevelFilter::ERROR };
    if let Ok(directive) = format!("{REQUESTS}={level}").parse() {
        filter = filter.add_directive(directive);
    }
    let person = io::stdout().is_terminal();
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_target(false).with_ansi(person);
    let log = log.with_writer(lines.clone());
    let set = match format {
        Format::Json => log.event_format(Json).fmt_fields(Json).try_init(),
        Format::Text => log.compact().try_init(),
    };
    if set.is_err() {
        note!("guichet: another logger is set already");
    }
    let gathered = lines.clone();
    if let Err(error) = std::thread::Builder::new().name("log".to_owned()).spawn(move || gathered.write()) {
        note!("guichet: nothing can be logged: {error}");
    }
    Rest(lines)
}

/// Lines that wait to be written.
#[derive(Debug, Clone, Default)]
struct Lines(Arc<Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    bytes: Mutex<Vec<u8>>,
    /// There is something to write.
    some: Condvar,
    /// There is room again.
    room: Condvar,
}

impl Lines {
    fn bytes(&self) -> MutexGuard<'_, Vec<u8>> {
        self.0.bytes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes what comes in, for ever.
    fn write(&self) {
        loop {
            drop(self.0.some.wait_while(self.bytes(), |bytes| bytes.is_empty()));
            std::thread::sleep(GATHERED);
            self.write_waiting();
        }
    }

    fn write_waiting(&self) {
        // First the output, then the lines: whoever finds none waiting knows that all are written.
        let mut output = io::stdout().lock();
        let bytes = std::mem::take(&mut *self.bytes());
        self.0.room.notify_all();
        // When nobody reads the log any more, the server works on without it.
        let _ = output.write_all(&bytes);
    }
}

impl io::Write for Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let full = |bytes: &mut Vec<u8>| bytes.len() > MOST_BYTES;
        let mut bytes = self.0.room.wait_while(self.bytes(), full).unwrap_or_else(PoisonError::into_inner);
        if bytes.is_empty() {
            self.0.some.notify_one();
        }
        bytes.extend_from_slice(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Lines;

    fn make_writer(&'a self) -> Lines {
        self.clone()
    }
}

/// Writes the rest when it is dropped.
struct Rest(Lines);

impl Drop for Rest {
    fn drop(&mut self) {
        self.0.write_waiting();
    }
}

/// One JSON object a line: when, how grave, what the event has to say, then the request it belongs to.
struct Json;

impl<S, N> FormatEvent<S, N> for Json
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut out: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        out.write_str(r#"{"timestamp":""#)?;
        SystemTime.format_time(&mut out)?;
        write!(out, r#"","level":"{}""#, event.metadata().level())?;
        self.format_fields(out.by_ref(), event)?;
        for span in context.event_scope().into_iter().flat_map(Scope::from_root) {
            if let Some(members) = span.extensions().get::<FormattedFields<N>>() {
                out.write_str(members)?;
            }
        }
        out.write_str("}\n")
    }
}

/// A span's fields become members when the span is made, and are copied into each of its lines.
impl<'w> FormatFields<'w> for Json {
    fn format_fields<R: RecordFields>(&self, out: Writer<'w>, fields: R) -> fmt::Result {
        let mut members = Fields { out, outcome: Ok(()) };
        fields.record(&mut members);
        members.outcome
    }
}

/// Writes the fields of an event or a span as members of an object.
struct Fields<'a> {
    out: Writer<'a>,
    outcome: fmt::Result,
}

impl Fields<'_> {
    fn member(&mut self, field: &Field, value: impl FnOnce(&mut Writer<'_>) -> fmt::Result) {
        let member = || {
            [",\"", field.name(), "\":"].into_iter().try_for_each(|part| self.out.write_str(part))?;
            value(&mut self.out)
        };
        self.outcome = self.outcome.and_then(|()| member());
    }
}

impl Visit for Fields<'_> {
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.member(field, |out| write!(out, "{value}"));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.member(field, |out| write!(out, "{value}"));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.member(field, |out| write!(out, "{value}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.member(field, |out| quoted(out, |text| text.write_str(value)));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.member(field, |out| quoted(out, |text| write!(text, "{value:?}")));
    }
}

fn quoted(
    out: &mut Writer<'_>,
    write: impl FnOnce(&mut Escaped<&mut Writer<'_>>) -> fmt::Result,
) -> fmt::Result {
    out.write_char('"')?;
    write(&mut Escaped(&mut *out))?;
    out.write_char('"')
}

/// Text on its way into a JSON string.
struct Escaped<W>(W);

impl<W: fmt::Write> fmt::Write for Escaped<W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut rest = text;
        // Each of these is a byte of its own in UTF-8, whatever stands around it.
        while let Some(place) = rest.bytes().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f)) {
            let (plain, special) = rest.split_at(place);
            self.0.write_str(plain)?;
            match special.as_bytes()[0] {
                mark @ (b'"' | b'\\') => write!(self.0, "\\{}", char::from(mark))?,
                control => write!(self.0, "\\u{control:04x}")?,
            }
            rest = &special[1..];
        }
        self.0.write_str(rest)
    }
}

#[cfg(test)]
mod tests {
    use tracing::field::Empty;

    use super::*;

    /// What is logged meanwhile, line by line.
    fn logged(say: impl FnOnce()) -> Vec<serde_json::Value> {
        let lines = Lines::default();
        let log =
            tracing_subscriber::fmt().event_format(Json).fmt_fields(Json).with_writer(lines.clone()).finish();
        tracing::subscriber::with_default(log, say);
        let bytes = std::mem::take(&mut *lines.bytes());
        let text = String::from_utf8(bytes).expect("UTF-8");
        assert!(text.ends_with('\n'), "{text}");
        text.lines().map(|line| serde_json::from_str(line).expect(line)).collect()
    }

    #[test]
    fn a_line_is_an_object_with_what_was_said() {
        let nothing: Option<&str> = None;
        let lines = logged(|| {
            tracing::info!(order = %"ord_1", old = Some("pending"), new = nothing, count = 3_u64, "order.{}", "paid");
            tracing::warn!(minus = -1_i64, sure = true, why = "“a\"b\\c\nd\u{7}é”", "odd");
        });
        let [paid, odd] = lines.as_slice() else { panic!("{lines:?}") };
        let moment = paid["timestamp"].as_str().expect("a moment");
        assert!(moment.parse::<jiff::Timestamp>().is_ok(), "{moment}");
        for (line, name, expected) in [
            (paid, "level", "\"INFO\""),
            (paid, "message", "\"order.paid\""),
            (paid, "order", "\"ord_1\""),
            (paid, "old", "\"pending\""),
            (paid, "new", "null"),
            (paid, "count", "3"),
            (odd, "level", "\"WARN\""),
            (odd, "minus", "-1"),
            (odd, "sure", "true"),
            (odd, "why", r#""“a\"b\\c\nd\u0007é”""#),
        ] {
            assert_eq!(line[name].to_string(), expected, "{name}");
        }
        assert_eq!(paid.as_object().map(serde_json::Map::len), Some(6), "{paid}");
    }

    #[test]
    fn a_line_says_which_request_it_belongs_to() {
        let lines = logged(|| {
            let request =
                tracing::error_span!("request", request = "req_1", route = %"GET /v1/\"{id}", late = Empty);
            request.in_scope(|| tracing::info!("within"));
            request.record("late", 7);
            tracing::info!("without");
            let step = tracing::info_span!(parent: &request, "step", part = 2);
            step.in_scope(|| tracing::info!("deeper"));
        });
        let [within, without, deeper] = lines.as_slice() else { panic!("{lines:?}") };
        for (line, name, expected) in [
            (within, "request", "\"req_1\""),
            (within, "route", r#""GET /v1/\"{id}""#),
            (within, "late", "null"),
            (without, "request", "null"),
            (deeper, "request", "\"req_1\""),
            (deeper, "late", "7"),
            (deeper, "part", "2"),
        ] {
            assert_eq!(line[name].to_string(), expected, "{name}");
        }
    }
}
