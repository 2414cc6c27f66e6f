//! One connection to the server that may write.

use std::collections::HashMap;
use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rustix::net::sockopt;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};
use tokio::time::timeout;
use tokio_postgres::config::Host;
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::{AsyncMessage, Client, Error, NoTls, Row, SimpleQueryMessage, Statement};

use super::super::fault::{Fault, FaultKind};
use super::super::value::Values;
use super::address::{Address, CONNECT, Encryption, Statements, host_name};
use super::merged::over_many_rows;
use super::trouble::Meaning;
use super::{tls, trouble, wire};

/// The oldest server that this program knows.
const OLDEST_SERVER: u32 = 140_000;

/// The port of a server whose URL names none.
const PORT: u16 = 5432;

/// How long what was sent may stay unacknowledged by the server's machine.
const UNACKNOWLEDGED: Duration = Duration::from_secs(15);

/// What is asked of a server first: whether it only follows another one, the client's port as it sees it, its version,
/// and whether a COMMIT waits for the disk.
const HELLO: &str = "SELECT pg_is_in_recovery()::int, coalesce(inet_client_port(), 0), \
     current_setting('server_version_num'), current_setting('synchronous_commit')";

/// How long a statement may take, a transaction be idle, and a lock be waited for, before the server ends it, in ms.
pub(super) const LIMITS: &str =
    "statement_timeout = 60000, idle_in_transaction_session_timeout = 30000, lock_timeout = 10000";

/// A connection.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) client: Client,
    pub(super) statements: Statements,
    /// Whether the server would not wait for the disk at a COMMIT unless it is told to.
    pub(super) is_lax: bool,
    /// Whether the server has warned since that was last asked.
    warned: Arc<AtomicBool>,
    /// Those that were prepared, by where their text is in the program.
    known: HashMap<usize, Statement>,
    /// The same for many rows at once; `None` where that cannot be said.
    known_over_rows: HashMap<usize, Option<Statement>>,
}

impl Connection {
    /// Connects to the first of the hosts that may write.
    ///
    /// # Errors
    /// There is none.
    pub(super) async fn open(address: &Address, statements: Option<Statements>) -> Result<Self, Fault> {
        let ports = address.config.get_ports();
        let mut last = unreachable(address, "it names no host");
        for (index, host) in address.config.get_hosts().iter().enumerate() {
            let port = ports.get(index).or(ports.first()).copied().unwrap_or(PORT);
            match timeout(CONNECT, Self::open_one(address, host, port, statements)).await {
                Ok(Ok(connection)) => return Ok(connection),
                Ok(Err(fault)) => last = fault,
                Err(_) => last = unreachable(address, "it did not answer in time"),
            }
        }
        Err(last)
    }

    async fn open_one(
        address: &Address,
        host: &Host,
        port: u16,
        statements: Option<Statements>,
    ) -> Result<Self, Fault> {
        let not_there = |error: std::io::Error| unreachable(address, &error.to_string());
        match host {
            Host::Tcp(name) => {
                let stream = TcpStream::connect((name.as_str(), port)).await.map_err(not_there)?;
                watch(&stream).map_err(not_there)?;
                let own_port = stream.local_addr().map_err(not_there)?.port();
                Self::over(address, host, stream, own_port, statements).await
            }
            Host::Unix(folder) => {
                let stream =
                    UnixStream::connect(folder.join(format!(".s.PGSQL.{port}"))).await.map_err(not_there)?;
                Self::over(address, host, stream, 0, statements).await
            }
        }
    }

    async fn over<S>(
        address: &Address,
        host: &Host,
        stream: S,
        own_port: u16,
        statements: Option<Statements>,
    ) -> Result<Self, Fault>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let warned = Arc::new(AtomicBool::new(false));
        let client = match &address.encryption {
            Encryption::None => introduced(address, stream, NoTls, warned.clone()).await?,
            Encryption::Verified(authorities) => {
                let mut connector = tls::connector(authorities.as_ref())?;
                let connect = MakeTlsConnect::<S>::make_tls_connect(&mut connector, &host_name(host));
                let connect = connect.map_err(|error| unreachable(address, &error.to_string()))?;
                introduced(address, stream, connect, warned.clone()).await?
            }
        };
        Self::checked(address, client, warned, own_port, statements).await
    }

    /// Looks whom this connection leads to.
    async fn checked(
        address: &Address,
        client: Client,
        warned: Arc<AtomicBool>,
        own_port: u16,
        statements: Option<Statements>,
    ) -> Result<Self, Fault> {
        let told = client.simple_query(HELLO).await.map_err(|error| trouble::fault(&error))?;
        let cell = |column| cell(&told, column).unwrap_or_default();
        if cell(0) != "0" {
            return Err(unreachable(address, "it follows another server and cannot write"));
        }
        if cell(2).parse::<u32>().is_ok_and(|version| version < OLDEST_SERVER) {
            return Err(Fault::of(
                FaultKind::Refused,
                format!(
                    "{} is older than PostgreSQL 14, the oldest that this program knows",
                    address.shown()
                ),
            ));
        }
        // Another port than ours is a connection of somebody's between, who may share it with others.
        let direct = cell(1).parse() == Ok(own_port);
        let found = if direct { Statements::Named } else { Statements::Unnamed };
        let connection = Connection {
            client,
            statements: statements.unwrap_or(found),
            is_lax: cell(3) == "off",
            warned,
            known: HashMap::new(),
            known_over_rows: HashMap::new(),
        };
        connection.settle_in().await.map_err(|error| trouble::fault(&error))?;
        Ok(connection)
    }

    /// What holds for the whole connection; behind a pooler that would be told to whoever comes next.
    async fn settle_in(&self) -> Result<(), Error> {
        match self.statements {
            Statements::Named => self.client.batch_execute(&set("SET", self.is_lax)).await,
            Statements::Unnamed => Ok(()),
        }
    }

    pub(super) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// Whether the server has warned since this was last asked.
    pub(super) fn was_warned(&self) -> bool {
        self.warned.swap(false, Ordering::AcqRel)
    }

    /// The statement of that text, prepared when it is not yet.
    pub(super) async fn statement(&mut self, sql: &'static str, end: &str) -> Result<Statement, Error> {
        let at = sql.as_ptr().addr();
        if let Some(known) = self.known.get(&at) {
            return Ok(known.clone());
        }
        let statement = match end {
            "" => self.client.prepare(sql).await?,
            end => self.client.prepare(&format!("{sql}{end}")).await?,
        };
        self.known.insert(at, statement.clone());
        Ok(statement)
    }

    /// The statement that does for many rows what that text does for one, if there is one that can be prepared.
    pub(super) async fn statement_over_rows(
        &mut self,
        sql: &'static str,
    ) -> Result<Option<Statement>, Error> {
        if self.statements == Statements::Unnamed {
            return Ok(None);
        }
        let at = sql.as_ptr().addr();
        if let Some(known) = self.known_over_rows.get(&at) {
            return Ok(known.clone());
        }
        let single = self.statement(sql, "").await?;
        let statement = match over_many_rows(sql, single.params()) {
            Some(text) => match self.client.prepare(&text).await {
                Ok(statement) => Some(statement),
                // Each goes by itself then. A transaction that is open is undone by this, and sent again.
                Err(error) if trouble::meaning(&error) == Meaning::Statement => {
                    tracing::error!(%error, text, "a statement over many rows is not understood");
                    None
                }
                Err(error) => return Err(error),
            },
            None => None,
        };
        self.known_over_rows.insert(at, statement.clone());
        Ok(statement)
    }

    /// Runs one query and reads its rows.
    pub(super) async fn query(&mut self, sql: &'static str, params: &Values) -> Result<Vec<Row>, Error> {
        match self.statements {
            Statements::Named => {
                let statement = self.statement(sql, "").await?;
                let values: Vec<_> = params.iter().collect();
                let values: Vec<_> =
                    values.iter().map(|value| value as &(dyn tokio_postgres::types::ToSql + Sync)).collect();
                self.client.query(&statement, &values).await
            }
            Statements::Unnamed => {
                let values: Vec<_> = params.iter().map(|value| (value, wire::type_of(value))).collect();
                let values: Vec<_> = values
                    .iter()
                    .map(|(value, kind)| (value as &(dyn tokio_postgres::types::ToSql + Sync), kind.clone()))
                    .collect();
                self.client.query_typed(sql, &values).await
            }
        }
    }
}

/// A cell of the first row that came.
pub(super) fn cell(told: &[SimpleQueryMessage], column: usize) -> Option<&str> {
    let row = told.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => Some(row),
        SimpleQueryMessage::CommandComplete(_) | SimpleQueryMessage::RowDescription(_) | _ => None,
    });
    row.and_then(|row| row.get(column))
}

/// Settings of a session (`SET`) or of a transaction (`SET LOCAL`).
pub(super) fn set(scope: &str, is_lax: bool) -> String {
    let mut settings: Vec<&str> = LIMITS.split(", ").collect();
    if is_lax {
        settings.push("synchronous_commit = on");
    }
    settings.iter().map(|setting| format!("{scope} {setting}; ")).collect()
}

/// Introduces us to the server, and lets what it says be read as long as the client is there.
async fn introduced<S, T>(
    address: &Address,
    stream: S,
    connect: T,
    warned: Arc<AtomicBool>,
) -> Result<Client, Fault>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    T: TlsConnect<S>,
    T::Stream: Send + 'static,
{
    let (client, mut connection) = address
        .config
        .connect_raw(stream, connect)
        .await
        .map_err(|error| unreachable(address, &trouble::fault(&error).to_string()))?;
    tokio::spawn(async move {
        while let Some(Ok(message)) = poll_fn(|context| connection.poll_message(context)).await {
            if let AsyncMessage::Notice(notice) = message
                && notice.severity() == "WARNING"
            {
                tracing::warn!(code = notice.code().code(), "PostgreSQL warns: {}", notice.message());
                warned.store(true, Ordering::Release);
            }
        }
    });
    Ok(client)
}

/// Lets the kernel notice when the server's machine is gone.
fn watch(stream: &TcpStream) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    sockopt::set_socket_keepalive(stream, true)?;
    sockopt::set_tcp_keepidle(stream, UNACKNOWLEDGED)?;
    sockopt::set_tcp_keepintvl(stream, Duration::from_secs(5))?;
    sockopt::set_tcp_keepcnt(stream, 3)?;
    sockopt::set_tcp_user_timeout(stream, u32::try_from(UNACKNOWLEDGED.as_millis()).unwrap_or(u32::MAX))?;
    Ok(())
}

fn unreachable(address: &Address, why: &str) -> Fault {
    Fault::of(FaultKind::Unreachable, format!("the database {} cannot be used: {why}", address.shown()))
}
