//! A flight of writes: all of them are sent before the first answer is waited for.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Error, Statement};

use super::super::value::Value;
use super::super::write::{Kind, Write};
use super::address::Statements;
use super::connection::{Connection, cell, set};
use super::merged::{Column, adds};
use super::wire;

/// The end of a query that only looks: the row stays as it is until the transaction ends.
const HELD: &str = " FOR SHARE";

/// The name by which the server knows a transaction.
pub(super) const NAMED: &str = "SELECT pg_current_xact_id()";

type Answer<'a> = Pin<Box<dyn Future<Output = Result<u64, Error>> + 'a>>;

/// What a flight brought back.
#[derive(Debug, Default)]
pub(super) struct Landed {
    /// The server's name for the transaction, when the flight began one.
    pub(super) transaction: Option<String>,
    /// How many rows each write touched, as far as that is known: up to the first that failed.
    pub(super) touched: Vec<usize>,
    /// Whether several went as one and not all was well: which of them it lay with is not known.
    pub(super) is_unclear: bool,
    /// Why not all of them did.
    pub(super) error: Option<Error>,
}

/// What is sent as one statement.
struct Sending<'a> {
    /// Which of the writes it is.
    members: Vec<usize>,
    sql: &'static str,
    end: &'static str,
    statement: Option<Statement>,
    params: Vec<Box<dyn ToSql + Sync + Send + 'a>>,
    kinds: Vec<Type>,
}

/// Sends writes, and before them what begins a transaction, and reads what became of all of them. Where they may be merged,
/// equal statements go as one.
///
/// # Errors
/// A statement could not be prepared, or the transaction not begun.
pub(super) async fn fly(
    connection: &mut Connection,
    writes: &[&Write],
    begins: bool,
    may_merge: bool,
) -> Result<Landed, Error> {
    let groups =
        if may_merge { grouped(writes) } else { (0..writes.len()).map(|index| vec![index]).collect() };
    let mut sendings = Vec::with_capacity(groups.len());
    for members in groups {
        add(connection, writes, members, &mut sendings).await?;
    }
    let begin = begins.then(|| match connection.statements {
        Statements::Named => format!("BEGIN; {NAMED}"),
        Statements::Unnamed => format!("BEGIN; {}{NAMED}", set("SET LOCAL", connection.is_lax)),
    });
    let connection = &*connection;
    let mut begun = begin.as_ref().map(|begin| Box::pin(connection.client.simple_query(begin)));
    let mut told = None;
    if let Some(begun) = &mut begun {
        told = sent(begun.as_mut()).await;
    }
    let mut answers: Vec<Answer<'_>> = sendings.iter().map(|sending| answer(connection, sending)).collect();
    let mut early = Vec::with_capacity(answers.len());
    for answer in &mut answers {
        early.push(sent(answer.as_mut()).await);
    }
    if let (None, Some(begun)) = (&told, begun) {
        told = Some(begun.await);
    }
    let mut landed = Landed::default();
    if let Some(told) = told {
        landed.transaction = cell(&told?, 0).map(str::to_owned);
    }
    let mut touched = vec![None; writes.len()];
    for ((sending, answer), early) in sendings.iter().zip(answers).zip(early) {
        let rows = match early {
            Some(rows) => rows,
            None => answer.await,
        };
        match rows {
            Ok(rows) => landed.is_unclear |= !sending.tell(rows, &mut touched),
            Err(error) => {
                // Equal statements came before others of their decisions, so this may be what a guard would have stopped.
                landed.is_unclear |= may_merge;
                landed.error = landed.error.or(Some(error));
            }
        }
    }
    landed.touched = touched.into_iter().map_while(|rows| rows).collect();
    Ok(landed)
}

impl Sending<'_> {
    /// Notes how many rows each of its writes touched; whether that is known.
    fn tell(&self, rows: u64, touched: &mut [Option<usize>]) -> bool {
        let rows = usize::try_from(rows).unwrap_or(usize::MAX);
        let (each, is_clear) = match (self.end, self.members.len()) {
            // The same look for all of them.
            (HELD, _) | (_, 1) => (rows, true),
            // Each was added to the row of its own, which others may have been added to as well.
            (_, count) if adds(self.sql) => (1, (1..=count).contains(&rows)),
            (_, count) => (1, rows == count),
        };
        for member in &self.members {
            touched[*member] = Some(each);
        }
        is_clear
    }
}

/// The writes by their statement, in the order in which they first appear. Those that only look are together when they
/// look for the same.
fn grouped(writes: &[&Write]) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (index, write) in writes.iter().enumerate() {
        let known = groups.iter_mut().find(|group| {
            let first = writes[group[0]];
            let is_same = std::ptr::eq(first.sql, write.sql) && first.kind == write.kind;
            is_same && (write.kind == Kind::Change || first.params.iter().eq(write.params.iter()))
        });
        match known {
            Some(group) => group.push(index),
            None => groups.push(vec![index]),
        }
    }
    groups
}

/// Adds the statement that does what a group of equal writes does, or one for each of them.
async fn add<'a>(
    connection: &mut Connection,
    writes: &[&'a Write],
    members: Vec<usize>,
    sendings: &mut Vec<Sending<'a>>,
) -> Result<(), Error> {
    let first = writes[members[0]];
    if first.kind == Kind::Change
        && members.len() > 1
        && let Some(statement) = connection.statement_over_rows(first.sql).await?
    {
        let mut columns: Vec<Vec<Value<'a>>> =
            vec![Vec::with_capacity(members.len()); first.params.iter().len()];
        for member in &members {
            for (column, value) in columns.iter_mut().zip(writes[*member].params.iter()) {
                column.push(value);
            }
        }
        let params = columns.into_iter().map(|column| Box::new(Column(column)) as Box<_>).collect();
        let (sql, statement) = (first.sql, Some(statement));
        sendings.push(Sending { members, sql, end: "", statement, params, kinds: Vec::new() });
        return Ok(());
    }
    let apart = first.kind == Kind::Change;
    let groups = if apart { members.into_iter().map(|member| vec![member]).collect() } else { vec![members] };
    for members in groups {
        let write = writes[members[0]];
        let end = match write.kind {
            Kind::Change => "",
            Kind::Look => HELD,
        };
        let statement = match connection.statements {
            Statements::Named => Some(connection.statement(write.sql, end).await?),
            Statements::Unnamed => None,
        };
        let kinds = write.params.iter().map(wire::type_of).collect();
        let params = write.params.iter().map(|value| Box::new(value) as Box<_>).collect();
        sendings.push(Sending { members, sql: write.sql, end, statement, params, kinds });
    }
    Ok(())
}

fn answer<'a>(connection: &'a Connection, sending: &'a Sending<'_>) -> Answer<'a> {
    let params = sending.params.iter().map(|param| &**param as &(dyn ToSql + Sync));
    match &sending.statement {
        Some(statement) => Box::pin(connection.client.execute_raw(statement, params)),
        None => Box::pin(async move {
            let typed: Vec<_> = params.zip(sending.kinds.iter().cloned()).collect();
            match sending.end {
                "" => connection.client.execute_typed(sending.sql, &typed).await,
                end => connection.client.execute_typed(&format!("{}{end}", sending.sql), &typed).await,
            }
        }),
    }
}

/// Lets a request go out without waiting for its answer; the answer, if it is there at once.
async fn sent<T>(mut request: Pin<&mut (impl Future<Output = T> + ?Sized)>) -> Option<T> {
    poll_fn(|context| {
        Poll::Ready(match request.as_mut().poll(context) {
            Poll::Ready(answer) => Some(answer),
            Poll::Pending => None,
        })
    })
    .await
}
