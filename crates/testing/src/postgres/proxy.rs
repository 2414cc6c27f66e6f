//! A wire between a server and PostgreSQL that breaks where a test says. It reads as much of what the client sends as it
//! takes to see a COMMIT. Source: <https://www.postgresql.org/docs/15/protocol-message-formats.html>.

use std::collections::HashSet;
use std::io::{Error, ErrorKind, Read, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// The request for TLS that may come before the first message; this wire has none.
const TLS_REQUEST: u32 = 80_877_103;

/// What becomes of a COMMIT whose answer is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It arrives, and nobody is told.
    Arrives,
    /// It does not arrive either.
    IsLost,
}

/// The wire. It is closed when this is dropped.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    wire: Arc<Wire>,
}

#[derive(Debug)]
struct Wire {
    target: u16,
    fates: Mutex<Vec<Fate>>,
    cut: AtomicUsize,
    is_closed: AtomicBool,
    /// Whether whoever connects is turned away.
    is_down: AtomicBool,
    /// The ends of the wires that are not broken yet.
    open: Mutex<Vec<Weak<TcpStream>>>,
}

impl Proxy {
    /// A wire to that port of 127.0.0.1, from a port of its own.
    pub fn open(target: u16) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("a bound port").port();
        let wire = Arc::new(Wire {
            target,
            fates: Mutex::default(),
            cut: AtomicUsize::new(0),
            is_closed: AtomicBool::new(false),
            is_down: AtomicBool::new(false),
            open: Mutex::default(),
        });
        let accepting = wire.clone();
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if accepting.is_closed.load(Ordering::SeqCst) {
                    return;
                }
                if !accepting.is_down.load(Ordering::SeqCst) {
                    // Whoever cannot be led on finds its connection closed.
                    let _ = join(client, &accepting);
                }
            }
        });
        Proxy { port, wire }
    }

    /// Its port of 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Breaks the wire of each of the next COMMITs right after it was sent, the last of these first.
    pub fn cut(&self, fates: impl IntoIterator<Item = Fate>) {
        self.wire.fates.lock().unwrap_or_else(PoisonError::into_inner).extend(fates);
    }

    /// How many COMMITs have lost their answers.
    pub fn cuts(&self) -> usize {
        self.wire.cut.load(Ordering::SeqCst)
    }

    /// Breaks every wire, and lets nobody through until [`Proxy::mend`].
    pub fn down(&self) {
        self.wire.is_down.store(true, Ordering::SeqCst);
        for end in self.wire.open.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            let _ = end.upgrade().map(|stream| stream.shutdown(Shutdown::Both));
        }
    }

    /// Lets everybody through again.
    pub fn mend(&self) {
        self.wire.is_down.store(false, Ordering::SeqCst);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.wire.is_closed.store(true, Ordering::SeqCst);
        self.down();
        // So that the listener looks again.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

fn join(client: TcpStream, wire: &Arc<Wire>) -> Result<(), Error> {
    let (client, server) = (Arc::new(client), Arc::new(TcpStream::connect(("127.0.0.1", wire.target))?));
    {
        let mut open = wire.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|end| end.strong_count() > 0);
        for stream in [&client, &server] {
            stream.set_nodelay(true)?;
            open.push(Arc::downgrade(stream));
        }
    }
    let (answers, to_client) = (server.clone(), client.clone());
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut &*answers, &mut &*to_client);
        let _ = to_client.shutdown(Shutdown::Both);
    });
    let wire = wire.clone();
    std::thread::spawn(move || {
        let mut commits = Commits::default();
        let outcome = Outgoing { client: &client, server: &server, wire: &wire }.carry(&mut commits);
        if outcome.is_err() {
            let _ = client.shutdown(Shutdown::Both);
        }
        // What was sent is still read at the other end.
        let _ = server.shutdown(Shutdown::Write);
    });
    Ok(())
}

/// What a client sends, on its way.
struct Outgoing<'a> {
    client: &'a TcpStream,
    server: &'a TcpStream,
    wire: &'a Wire,
}

impl Outgoing<'_> {
    fn carry(&mut self, commits: &mut Commits) -> Result<(), Error> {
        loop {
            let startup = message(self.client, false)?;
            if startup.get(4..8) == Some(&TLS_REQUEST.to_be_bytes()) {
                self.client.write_all(b"N")?;
                continue;
            }
            self.server.write_all(&startup)?;
            break;
        }
        loop {
            let message = message(self.client, true)?;
            if !commits.is_one(&message) {
                self.server.write_all(&message)?;
                continue;
            }
            let fate = self.wire.fates.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let Some(fate) = fate else {
                self.server.write_all(&message)?;
                continue;
            };
            // Whoever sent it hears nothing any more, and may look at the count at once.
            self.wire.cut.fetch_add(1, Ordering::SeqCst);
            self.client.shutdown(Shutdown::Both)?;
            if fate == Fate::Arrives {
                self.server.write_all(&message)?;
                // By the extended protocol a statement is done once there is a Sync behind it.
                if message[0] != b'Q' {
                    self.server.write_all(&[b'S', 0, 0, 0, 4])?;
                }
            }
            return Ok(());
        }
    }
}

/// One whole message.
fn message(mut stream: &TcpStream, has_tag: bool) -> Result<Vec<u8>, Error> {
    let head = if has_tag { 5 } else { 4 };
    let mut bytes = vec![0; head];
    stream.read_exact(&mut bytes)?;
    let length: [u8; 4] = bytes[head - 4..].try_into().map_err(Error::other)?;
    let rest = (u32::from_be_bytes(length) as usize)
        .checked_sub(4)
        .ok_or_else(|| Error::new(ErrorKind::InvalidData, "a message of no length"))?;
    bytes.resize(head + rest, 0);
    stream.read_exact(&mut bytes[head..])?;
    Ok(bytes)
}

/// Which statements and portals of a connection are a COMMIT.
#[derive(Debug, Default)]
struct Commits {
    statements: HashSet<Vec<u8>>,
    portals: HashSet<Vec<u8>>,
}

impl Commits {
    /// Whether that message has a COMMIT done.
    fn is_one(&mut self, message: &[u8]) -> bool {
        let mut words = message[5..].split(|byte| *byte == 0);
        let mut word = || words.next().unwrap_or_default();
        match message[0] {
            b'Q' => is_commit(word()),
            b'P' => {
                let (name, sql) = (word().to_owned(), word());
                note(&mut self.statements, name, is_commit(sql));
                false
            }
            b'B' => {
                let (portal, statement) = (word().to_owned(), word());
                let is_commit = self.statements.contains(statement);
                note(&mut self.portals, portal, is_commit);
                false
            }
            b'E' => self.portals.contains(word()),
            _ => false,
        }
    }
}

fn note(names: &mut HashSet<Vec<u8>>, name: Vec<u8>, is_commit: bool) {
    if is_commit {
        names.insert(name);
    } else {
        names.remove(&name);
    }
}

fn is_commit(sql: &[u8]) -> bool {
    sql.trim_ascii().to_ascii_uppercase().starts_with(b"COMMIT")
}
