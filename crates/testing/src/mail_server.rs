//! A small mail server that speaks SMTP as it is told to and keeps the mails it was
//! given, whole, with the commands it heard. It reads a mail back as a reader would: folded lines,
//! encoded words and transfer encodings undone.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use data_encoding::BASE64;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// How the mail server behaves. A verb is the first word of a command, `CONNECT` before the first one,
/// `.` at the end of a mail.
#[derive(Debug, Clone, Copy)]
pub enum Behaviour {
    /// It takes every mail.
    Takes,
    /// It answers that verb with this line.
    Answers(&'static str, &'static str),
    /// It hangs up at that verb.
    HangsUpAt(&'static str),
    /// It hangs up after the first line of a mail.
    HangsUpWithin,
    /// It says no more from that verb on, and stays on the line.
    FallsSilentAt(&'static str),
}

/// A mail as it was given up.
#[derive(Debug, Clone)]
pub struct Mail {
    /// The envelope's sender.
    pub from: String,
    /// The envelope's recipients.
    pub to: Vec<String>,
    /// Headers and body as they came, dots unstuffed.
    pub raw: String,
}

impl Mail {
    fn head(&self) -> &str {
        self.raw.split_once("\r\n\r\n").map_or(self.raw.as_str(), |(head, _)| head)
    }

    /// The values of a header of that name, unfolded and decoded.
    pub fn headers(&self, name: &str) -> Vec<String> {
        let unfolded = self.head().replace("\r\n ", " ").replace("\r\n\t", " ");
        let lines = unfolded.split("\r\n").filter_map(|line| line.split_once(':'));
        let values = lines.filter(|(found, _)| found.eq_ignore_ascii_case(name));
        values.map(|(_, value)| decoded_words(value.trim())).collect()
    }

    /// The one header of that name.
    pub fn header(&self, name: &str) -> String {
        let mut values = self.headers(name);
        assert!(values.len() <= 1, "{name} stands there {} times", values.len());
        values.pop().unwrap_or_default()
    }

    /// The text as a reader sees it, with plain line ends.
    pub fn text(&self) -> String {
        let body = self.raw.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        let bytes = match self.header("Content-Transfer-Encoding").as_str() {
            "quoted-printable" => quoted_printable(body),
            "base64" => {
                let packed: String = body.split_whitespace().collect();
                BASE64.decode(packed.as_bytes()).expect("base64")
            }
            _ => body.as_bytes().to_vec(),
        };
        let text = String::from_utf8(bytes).expect("UTF-8").replace("\r\n", "\n");
        text.trim_end_matches('\n').to_owned()
    }
}

/// The mail server; a clone is the same one.
#[derive(Clone)]
pub struct MailServer {
    /// Its port on 127.0.0.1.
    pub port: u16,
    parts: Arc<Parts>,
}

struct Parts {
    manner: Mutex<Behaviour>,
    mails: Mutex<Vec<Mail>>,
    heard: Mutex<Vec<String>>,
    arrived: watch::Sender<usize>,
    silent: watch::Sender<bool>,
}

impl MailServer {
    /// A mail server of that manner.
    pub async fn open(manner: Behaviour) -> MailServer {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("a bound port").port();
        let parts = Arc::new(Parts {
            manner: Mutex::new(manner),
            mails: Mutex::default(),
            heard: Mutex::default(),
            arrived: watch::Sender::new(0),
            silent: watch::Sender::new(false),
        });
        let counter = parts.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let parts = counter.clone();
                tokio::spawn(async move { serve(stream, &parts).await });
            }
        });
        MailServer { port, parts }
    }

    /// Its address for a shop file.
    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// From now on it behaves like this.
    pub fn behave(&self, manner: Behaviour) {
        *lock(&self.parts.manner) = manner;
    }

    /// The mails it was given so far.
    pub fn mails(&self) -> Vec<Mail> {
        lock(&self.parts.mails).clone()
    }

    /// The commands it heard so far, of every conversation.
    pub fn heard(&self) -> Vec<String> {
        lock(&self.parts.heard).clone()
    }

    /// Waits until it was given that many mails in all.
    pub async fn wait_for(&self, count: usize) -> Vec<Mail> {
        let mut arrived = self.parts.arrived.subscribe();
        arrived.wait_for(|arrived| *arrived >= count).await.expect("the mail server is open");
        self.mails()
    }

    /// Waits until it has fallen silent.
    pub async fn until_silent(&self) {
        let mut silent = self.parts.silent.subscribe();
        silent.wait_for(|silent| *silent).await.expect("the mail server is open");
    }
}

/// What it does at a verb.
enum Turn {
    Say(&'static str),
    HangUp,
    Silence,
}

fn turn(parts: &Parts, verb: &str, usual: &'static str) -> Turn {
    match *lock(&parts.manner) {
        Behaviour::Answers(at, line) if at == verb => Turn::Say(line),
        Behaviour::HangsUpAt(at) if at == verb => Turn::HangUp,
        Behaviour::FallsSilentAt(at) if at == verb => {
            parts.silent.send_replace(true);
            Turn::Silence
        }
        Behaviour::Takes
        | Behaviour::Answers(..)
        | Behaviour::HangsUpAt(_)
        | Behaviour::HangsUpWithin
        | Behaviour::FallsSilentAt(_) => Turn::Say(usual),
    }
}

/// One conversation, until somebody hangs up.
async fn serve(stream: TcpStream, parts: &Parts) -> Option<()> {
    let mut stream = BufReader::new(stream);
    say(&mut stream, turn(parts, "CONNECT", "220 post.example ESMTP")).await?;
    let (mut from, mut to) = (String::new(), Vec::new());
    loop {
        let line = hear(&mut stream).await?;
        lock(&parts.heard).push(line.clone());
        let verb = line.split(' ').next().unwrap_or_default().to_ascii_uppercase();
        let usual = match verb.as_str() {
            "EHLO" => "250-post.example\r\n250-8BITMIME\r\n250-AUTH PLAIN LOGIN\r\n250 SIZE 1000000",
            "AUTH" => "235 2.7.0 welcome",
            "DATA" => "354 go on",
            "QUIT" => "221 2.0.0 bye",
            "STARTTLS" => "502 5.5.1 not here",
            _ => "250 2.0.0 so be it",
        };
        let turn = turn(parts, &verb, usual);
        let agrees = matches!(turn, Turn::Say(line) if line.starts_with(['2', '3']));
        say(&mut stream, turn).await?;
        match verb.as_str() {
            "MAIL" => from = inside(&line),
            "RCPT" if agrees => to.push(inside(&line)),
            "DATA" if agrees => take(&mut stream, parts, &from, std::mem::take(&mut to)).await?,
            "QUIT" => return None,
            _ => {}
        }
    }
}

/// Reads a mail to its dot and, if it is taken, keeps it before saying so.
async fn take(stream: &mut BufReader<TcpStream>, parts: &Parts, from: &str, to: Vec<String>) -> Option<()> {
    let mut raw = String::new();
    loop {
        let line = hear(stream).await?;
        if line == "." {
            break;
        }
        raw.push_str(line.strip_prefix('.').unwrap_or(&line));
        raw.push_str("\r\n");
        if matches!(*lock(&parts.manner), Behaviour::HangsUpWithin) {
            return None;
        }
    }
    let turn = turn(parts, ".", "250 2.0.0 taken as 4711");
    if matches!(turn, Turn::Say(line) if line.starts_with('2')) {
        lock(&parts.mails).push(Mail { from: from.to_owned(), to, raw });
        parts.arrived.send_modify(|arrived| *arrived += 1);
    }
    say(stream, turn).await
}

async fn hear(stream: &mut BufReader<TcpStream>) -> Option<String> {
    let mut line = String::new();
    let read = stream.read_line(&mut line).await.ok()?;
    (read > 0).then(|| line.trim_end_matches(['\r', '\n']).to_owned())
}

async fn say(stream: &mut BufReader<TcpStream>, turn: Turn) -> Option<()> {
    match turn {
        Turn::Say(line) => stream.get_mut().write_all(format!("{line}\r\n").as_bytes()).await.ok(),
        Turn::HangUp => None,
        Turn::Silence => std::future::pending().await,
    }
}

/// What stands between the angle brackets of a command.
fn inside(line: &str) -> String {
    let inside = line.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inside.map_or_else(String::new, |(inside, _)| inside.to_owned())
}

/// A header's value with its encoded words (RFC 2047) undone.
fn decoded_words(value: &str) -> String {
    let mut out = String::new();
    let mut after_encoded = false;
    for (at, word) in value.split(' ').enumerate() {
        let inner = word.strip_prefix("=?utf-8?").and_then(|rest| rest.strip_suffix("?="));
        let encoded = inner.and_then(|inner| inner.split_once('?'));
        // Space between two encoded words is not part of the text.
        if at > 0 && !(after_encoded && encoded.is_some()) {
            out.push(' ');
        }
        after_encoded = encoded.is_some();
        match encoded {
            Some(("b" | "B", text)) => {
                out.push_str(
                    &String::from_utf8(BASE64.decode(text.as_bytes()).expect("base64")).expect("UTF-8"),
                );
            }
            Some((_, text)) => {
                let text = text.replace('_', " ");
                out.push_str(&String::from_utf8(quoted_printable(&text)).expect("UTF-8"));
            }
            None => out.push_str(word),
        }
    }
    out
}

/// Quoted-printable undone (RFC 2045, 6.7).
fn quoted_printable(text: &str) -> Vec<u8> {
    let joined = text.replace("=\r\n", "");
    let mut bytes = joined.bytes();
    let mut out = Vec::new();
    while let Some(byte) = bytes.next() {
        if byte == b'=' {
            let digits = [bytes.next().expect("a digit"), bytes.next().expect("a digit")];
            let digits = std::str::from_utf8(&digits).expect("ASCII");
            out.push(u8::from_str_radix(digits, 16).expect("hexadecimal digits"));
        } else {
            out.push(byte);
        }
    }
    out
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
