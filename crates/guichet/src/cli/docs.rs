//! `guichet docs`: the book, read in a browser without the Internet.

use std::net::SocketAddr;
use std::path::{Component, Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use clap::Args;
use guichet_server::edge;
use guichet_server::inbound::Proxies;
use http::{StatusCode, Uri, header};

use super::exit::Exit;
use super::listen::listen_address;

/// Read the book in a browser, in English or in French; searching it works without the Internet.
#[derive(Debug, Args)]
#[command(after_help = "Example: guichet docs\n         guichet docs --book target/book")]
pub(super) struct Docs {
    /// Where to listen: ADDRESS:PORT, localhost:PORT, or :PORT for every IPv4 address of this machine.
    #[arg(long, default_value = "127.0.0.1:8089", value_name = "ADDRESS", value_parser = listen_address)]
    listen: SocketAddr,
    /// The folder of the book, as mdBook built it; Debian's package brings it.
    #[arg(long, env = "GUICHET_BOOK", default_value = "/usr/share/doc/guichet/book", value_name = "FOLDER",
          value_hint = clap::ValueHint::DirPath)]
    book: PathBuf,
}

impl Docs {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        if !self.book.join("index.html").is_file() {
            let folder = self.book.display();
            return Err(Exit::NotFound.error(format!(
                "there is no book at {folder}: Debian's package brings it, or build it from the sources with `mdbook build docs` and name \
                 target/book with --book"
            )));
        }
        let listener = tokio::net::TcpListener::bind(self.listen)
            .await
            .with_context(|| format!("cannot listen on {}", self.listen))?;
        let address = listener.local_addr()?;
        say!("The book is at http://{address}/");
        if self.book.join("fr/index.html").is_file() {
            say!("Le livre est à http://{address}/fr/");
        }
        say!("Ctrl-C ends it.");
        let router = Router::new().fallback(page).with_state(Arc::new(self.book));
        let (_keep, stop) = tokio::sync::watch::channel(false);
        tokio::select! {
            () = edge::serve(listener, router, Proxies::default(), stop) => {}
            interrupted = tokio::signal::ctrl_c() => interrupted?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// A file of the book.
async fn page(State(book): State<Arc<PathBuf>>, uri: Uri) -> Response {
    let Some(file) = file_of(&book, uri.path()) else { return StatusCode::NOT_FOUND.into_response() };
    if file.is_dir() {
        // Links in a page are relative to its folder.
        if !uri.path().ends_with('/') {
            return Redirect::permanent(&format!("{}/", uri.path())).into_response();
        }
        return read(&file.join("index.html"));
    }
    read(&file)
}

fn read(file: &Path) -> Response {
    match std::fs::read(file) {
        Ok(bytes) => ([(header::CONTENT_TYPE, content_type(file))], bytes).into_response(),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The file of a path, which cannot lead out of the book.
fn file_of(book: &Path, path: &str) -> Option<PathBuf> {
    let relative = Path::new(path.trim_start_matches('/'));
    let inside = relative.components().all(|part| matches!(part, Component::Normal(_)));
    inside.then(|| book.join(relative))
}

/// What a file is, by the end of its name.
fn content_type(file: &Path) -> &'static str {
    match file.extension().and_then(|ending| ending.to_str()).unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_leads_out_of_the_book() {
        let book = Path::new("/book");
        for (path, expected) in [
            ("/", Some("/book/")),
            ("/start/php.html", Some("/book/start/php.html")),
            ("/../secret", None),
            ("/start/../../secret", None),
            ("//etc/passwd", Some("/book/etc/passwd")),
        ] {
            assert_eq!(file_of(book, path).as_deref(), expected.map(Path::new), "{path}");
        }
    }
}
