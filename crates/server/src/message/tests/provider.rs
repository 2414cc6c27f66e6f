//! A provider of SMS that answers as it is told and keeps what it was asked.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A request as it came.
#[derive(Debug, Clone, Default)]
pub(super) struct Asked {
    /// Method and target, such as `POST /send`.
    pub(super) line: String,
    /// Header lines as they came, names in lower case.
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: String,
}

impl Asked {
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(found, _)| found == name).map_or("", |(_, value)| value)
    }
}

/// A provider on 127.0.0.1.
pub(super) struct Provider {
    pub(super) port: u16,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Provider {
    /// One that answers with this, bytes as they go over the wire; with nothing it hangs up.
    pub(super) async fn open(answer: &str) -> Provider {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (kept, answer) = (asked.clone(), answer.to_owned());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (request, mut stream) = hear(stream).await;
                kept.lock().unwrap().push(request);
                let _ = stream.get_mut().write_all(answer.as_bytes()).await;
            }
        });
        Provider { port, asked }
    }

    pub(super) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

/// An answer of that status line, with these further header lines and that body.
pub(super) fn answer(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nconnection: close\r\n{headers}content-length: {}\r\n\r\n{body}", body.len())
}

async fn hear(stream: TcpStream) -> (Asked, BufReader<TcpStream>) {
    let mut stream = BufReader::new(stream);
    let mut asked = Asked::default();
    let mut line = String::new();
    while stream.read_line(&mut line).await.unwrap() > 2 {
        match (asked.line.is_empty(), line.trim_end().split_once(": ")) {
            (true, _) => asked.line = line.trim_end().trim_end_matches(" HTTP/1.1").to_owned(),
            (false, Some((name, value))) => asked.headers.push((name.to_lowercase(), value.to_owned())),
            (false, None) => {}
        }
        line.clear();
    }
    let length = asked.header("content-length").parse().unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.unwrap();
    asked.body = String::from_utf8(body).unwrap();
    (asked, stream)
}
