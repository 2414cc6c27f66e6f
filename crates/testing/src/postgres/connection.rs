//! A stranger's connection to PostgreSQL: the simple query protocol over a socket that waits, which a test may use on any
//! thread. Source: <https://www.postgresql.org/docs/15/protocol-flow.html>.

use std::fmt::{Display, Formatter};
use std::io::{BufReader, Error, ErrorKind, Read as _, Write as _};
use std::net::TcpStream;

/// Version 3.0 of the protocol.
const PROTOCOL: i32 = 3 << 16;

/// An open connection.
#[derive(Debug)]
pub struct Connection {
    stream: BufReader<TcpStream>,
}

/// The rows of a query, each value as its text, or none for NULL.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rows {
    /// What the columns are called.
    pub columns: Vec<String>,
    /// The rows.
    pub cells: Vec<Vec<Option<String>>>,
}

/// What the server says of a statement that failed, or that there is no server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostgresError {
    /// The SQLSTATE; `08006` where the connection broke.
    pub code: String,
    /// What was wrong.
    pub message: String,
}

impl Display for PostgresError {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({})", self.message, self.code)
    }
}

impl From<Error> for PostgresError {
    fn from(error: Error) -> Self {
        PostgresError { code: "08006".to_owned(), message: error.to_string() }
    }
}

impl Connection {
    /// Connects as somebody who need not say a password.
    ///
    /// # Errors
    /// There is no server, or it refuses.
    pub fn open(port: u16, user: &str, database: &str) -> Result<Connection, PostgresError> {
        let stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_nodelay(true)?;
        let mut connection = Connection { stream: BufReader::new(stream) };
        let mut startup = PROTOCOL.to_be_bytes().to_vec();
        for word in ["user", user, "database", database, "application_name", "stranger", ""] {
            startup.extend_from_slice(word.as_bytes());
            startup.push(0);
        }
        connection.send(None, &startup)?;
        connection.answer()?;
        Ok(connection)
    }

    /// Runs statements, one behind the other, and reads the rows of the last that has some.
    ///
    /// # Errors
    /// A statement failed; nothing of them is done then.
    pub fn query(&mut self, sql: &str) -> Result<Rows, PostgresError> {
        self.begin(sql)?;
        self.answer()
    }

    /// Sends statements and does not wait for them; [`Connection::answer`] does.
    ///
    /// # Errors
    /// The connection broke.
    pub fn begin(&mut self, sql: &str) -> Result<(), PostgresError> {
        Ok(self.send(Some(b'Q'), &[sql.as_bytes(), b"\0"].concat())?)
    }

    /// Runs statements that must not fail.
    #[track_caller]
    pub fn run(&mut self, sql: &str) {
        self.query(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    fn send(&mut self, tag: Option<u8>, body: &[u8]) -> Result<(), Error> {
        let length = i32::try_from(body.len() + 4).map_err(Error::other)?;
        let mut message: Vec<u8> = tag.into_iter().collect();
        message.extend_from_slice(&length.to_be_bytes());
        message.extend_from_slice(body);
        self.stream.get_mut().write_all(&message)
    }

    fn receive(&mut self) -> Result<(u8, Vec<u8>), Error> {
        let mut head = [0; 5];
        self.stream.read_exact(&mut head)?;
        let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]) as usize;
        let mut body = vec![0; length.saturating_sub(4)];
        self.stream.read_exact(&mut body)?;
        Ok((head[0], body))
    }

    /// Waits for what statements that were sent came to.
    ///
    /// # Errors
    /// One of them failed, or the connection broke.
    pub fn answer(&mut self) -> Result<Rows, PostgresError> {
        let (mut rows, mut failed) = (Rows::default(), None);
        loop {
            let (tag, body) = self.receive()?;
            match tag {
                b'T' => rows = Rows { columns: columns(&body)?, cells: Vec::new() },
                b'D' => rows.cells.push(cells(&body)?),
                b'E' => failed = failed.or(Some(error(&body))),
                b'Z' => return failed.map_or(Ok(rows), Err),
                b'R' if body != [0; 4] => {
                    return Err(Error::new(ErrorKind::Unsupported, "a password is asked for").into());
                }
                // Parameters, notices, and which statement is done.
                _ => {}
            }
            // A server that refuses a connection says why and closes it.
            if let (b'E', Some(fatal)) = (tag, failed.as_ref())
                && field(&body, b'V').as_deref() == Some("FATAL")
            {
                return Err(fatal.clone());
            }
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        // A goodbye; whoever is gone needs none.
        let _ = self.send(Some(b'X'), &[]);
    }
}

fn error(body: &[u8]) -> PostgresError {
    let field = |name| field(body, name).unwrap_or_default();
    PostgresError { code: field(b'C'), message: field(b'M') }
}

/// A field of an error, by the letter it begins with.
fn field(body: &[u8], name: u8) -> Option<String> {
    let mut fields = body.split(|byte| *byte == 0);
    let found = fields.find(|field| field.first() == Some(&name))?;
    Some(String::from_utf8_lossy(&found[1..]).into_owned())
}

/// Reads a message from its front.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], Error> {
        let cut = self.0.split_at_checked(count);
        let (front, rest) =
            cut.ok_or_else(|| Error::new(ErrorKind::InvalidData, "a message is cut short"))?;
        self.0 = rest;
        Ok(front)
    }

    fn count(&mut self) -> Result<usize, Error> {
        let bytes = self.take(2)?;
        Ok(usize::from(u16::from_be_bytes([bytes[0], bytes[1]])))
    }

    fn text(&mut self) -> Result<String, Error> {
        let end = self.0.iter().position(|byte| *byte == 0);
        let end = end.ok_or_else(|| Error::new(ErrorKind::InvalidData, "a name has no end"))?;
        let text = String::from_utf8_lossy(self.take(end)?).into_owned();
        self.take(1)?;
        Ok(text)
    }
}

fn columns(body: &[u8]) -> Result<Vec<String>, Error> {
    let mut reader = Reader(body);
    let count = reader.count()?;
    let column = |_| {
        let name = reader.text()?;
        // The table, the column, the type, its size, its modifier and the format.
        reader.take(18)?;
        Ok(name)
    };
    (0..count).map(column).collect()
}

fn cells(body: &[u8]) -> Result<Vec<Option<String>>, Error> {
    let mut reader = Reader(body);
    let count = reader.count()?;
    let cell = |_| {
        let length = reader.take(4)?;
        let length = i32::from_be_bytes([length[0], length[1], length[2], length[3]]);
        let Ok(length) = usize::try_from(length) else { return Ok(None) };
        Ok(Some(String::from_utf8_lossy(reader.take(length)?).into_owned()))
    };
    (0..count).map(cell).collect()
}
