//! Operators: those who work in the back office, and what each of them may do for which merchant.

use std::collections::HashMap;

use guichet_core::{MerchantId, OperatorId};

use crate::store::Store;
use crate::store::engine::value::{Values, params};
use crate::store::engine::{Fault, Guard, Write};

/// The most operators that are read at once.
const MOST_OPERATORS: i64 = 1_000;

/// What somebody is in a shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Everything.
    Owner,
    /// Reads all that is about money, and exports it.
    Accountant,
    /// Takes cash and hands over goods.
    Clerk,
    /// Keys, webhooks and their logs.
    Developer,
}

impl Role {
    /// Every role.
    pub const ALL: [Role; 4] = [Role::Owner, Role::Accountant, Role::Clerk, Role::Developer];

    /// The word for it in the database and at the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Owner => "owner",
            Role::Accountant => "accountant",
            Role::Clerk => "clerk",
            Role::Developer => "developer",
        }
    }

    /// The role of that word.
    pub fn of(word: &str) -> Option<Self> {
        Role::ALL.into_iter().find(|role| role.as_str() == word)
    }
}

/// What an operator is in which shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoleRow {
    /// The merchant; `None` for all that have no row of their own.
    pub merchant: Option<MerchantId>,
    /// The role.
    pub role: Role,
    /// Whether it holds for real money too.
    pub live: bool,
}

/// An operator.
#[derive(Debug, Clone)]
pub struct OperatorRow {
    /// The identifier.
    pub id: OperatorId,
    /// The name to sign in with, in lower case.
    pub login: String,
    /// The name for people.
    pub name: String,
    /// The password's hash; empty until one was chosen.
    pub password: String,
    /// How often there was a new secret of one-time codes.
    pub codes_made: i64,
    /// The newest one-time code that was used, by its number.
    pub last_code: i64,
    /// When it was made (unix ms).
    pub created_at_ms: i64,
    /// When it was disabled (unix ms), while it is.
    pub disabled_at_ms: Option<i64>,
    /// What they may do where.
    pub roles: Vec<RoleRow>,
}

impl OperatorRow {
    /// What they are in that shop, if anything.
    pub fn role_at(&self, merchant: MerchantId) -> Option<RoleRow> {
        let own = self.roles.iter().find(|role| role.merchant == Some(merchant));
        own.or_else(|| self.roles.iter().find(|role| role.merchant.is_none())).copied()
    }
}

impl Store {
    /// The operator of that id.
    pub async fn operator(&self, id: OperatorId) -> Result<Option<OperatorRow>, Fault> {
        const SQL: &str = "SELECT id, login, name, password, codes_made, last_code, created_at_ms, disabled_at_ms \
            FROM operators WHERE id = $1";
        self.with_roles(self.find(SQL, params![id]).await?.first()).await
    }

    /// The operator who signs in by that name.
    pub async fn operator_called(&self, login: &str) -> Result<Option<OperatorRow>, Fault> {
        const SQL: &str = "SELECT id, login, name, password, codes_made, last_code, created_at_ms, disabled_at_ms \
            FROM operators WHERE login = $1";
        self.with_roles(self.find(SQL, params![login]).await?.first()).await
    }

    /// The operator whom a link lets choose a password, by its hash.
    pub async fn operator_of_link(&self, hash: &str, now_ms: i64) -> Result<Option<OperatorRow>, Fault> {
        const SQL: &str = "SELECT operator_id FROM operator_links WHERE hash = $1 AND expires_at_ms > $2";
        match self.find(SQL, params![hash, now_ms]).await?.first() {
            Some(row) => self.operator(row.parsed(0)?).await,
            None => Ok(None),
        }
    }

    /// All operators, by their names to sign in with.
    pub async fn operators(&self) -> Result<Vec<OperatorRow>, Fault> {
        const SQL: &str = "SELECT id, login, name, password, codes_made, last_code, created_at_ms, disabled_at_ms \
            FROM operators ORDER BY login LIMIT $1";
        const ROLES: &str = "SELECT operator_id, merchant_id, role, live FROM operator_roles \
            ORDER BY operator_id, merchant_id";
        let mut roles: HashMap<OperatorId, Vec<RoleRow>> = HashMap::new();
        for row in self.scan(ROLES, params![]).await? {
            roles.entry(row.parsed(0)?).or_default().push(role(&row, 1)?);
        }
        let rows = self.scan(SQL, params![MOST_OPERATORS]).await?;
        let with_roles = |row: &Values| {
            let mut operator = operator(row)?;
            operator.roles = roles.remove(&operator.id).unwrap_or_default();
            Ok(operator)
        };
        rows.iter().map(with_roles).collect()
    }

    async fn with_roles(&self, row: Option<&Values>) -> Result<Option<OperatorRow>, Fault> {
        const SQL: &str = "SELECT merchant_id, role, live FROM operator_roles WHERE operator_id = $1 \
            ORDER BY merchant_id";
        let Some(row) = row else { return Ok(None) };
        let mut operator = operator(row)?;
        let rows = self.find(SQL, params![operator.id]).await?;
        operator.roles = rows.iter().map(|row| role(row, 0)).collect::<Result<_, Fault>>()?;
        Ok(Some(operator))
    }
}

fn operator(row: &Values) -> Result<OperatorRow, Fault> {
    Ok(OperatorRow {
        id: row.parsed(0)?,
        login: row.text(1)?.to_owned(),
        name: row.text(2)?.to_owned(),
        password: row.text(3)?.to_owned(),
        codes_made: row.int(4)?,
        last_code: row.int(5)?,
        created_at_ms: row.int(6)?,
        disabled_at_ms: row.maybe_int(7),
        roles: Vec::new(),
    })
}

fn role(row: &Values, at: usize) -> Result<RoleRow, Fault> {
    let word = row.text(at + 1)?;
    Ok(RoleRow {
        merchant: (!row.text(at)?.is_empty()).then(|| row.parsed(at)).transpose()?,
        role: Role::of(word).ok_or_else(|| Fault::new(format!("“{word}” is no role")))?,
        live: row.int(at + 2)? == 1,
    })
}

/// The rows of a new operator, unless that name is taken.
pub fn insert(operator: &OperatorRow) -> Vec<Write> {
    const SQL: &str = "INSERT INTO operators (id, login, name, password, codes_made, last_code, created_at_ms) \
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";
    let OperatorRow { id, login, name, password, codes_made, last_code, created_at_ms, .. } = operator;
    let row = params![*id, &**login, &**name, &**password, *codes_made, *last_code, *created_at_ms];
    let mut writes = vec![Write::guarded(SQL, row, Guard::Row)];
    writes.extend(operator.roles.iter().map(|role| put_role(operator.id, role)));
    writes
}

/// Says what an operator is in a shop from now on.
pub fn put_role(operator: OperatorId, role: &RoleRow) -> Write {
    const SQL: &str = "INSERT INTO operator_roles (operator_id, merchant_id, role, live) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (operator_id, merchant_id) DO UPDATE SET role = excluded.role, live = excluded.live";
    Write::new(SQL, params![operator, merchant(role.merchant), role.role.as_str(), i64::from(role.live)])
}

/// Takes away what an operator is in a shop.
pub fn remove_role(operator: OperatorId, of: Option<MerchantId>) -> Write {
    const SQL: &str = "DELETE FROM operator_roles WHERE operator_id = $1 AND merchant_id = $2";
    Write::new(SQL, params![operator, merchant(of)])
}

fn merchant(merchant: Option<MerchantId>) -> String {
    merchant.map(|merchant| merchant.to_string()).unwrap_or_default()
}

/// The operator's password and name from now on, while the secret of their one-time codes is still that one.
pub fn choose_password(operator: &OperatorRow, password: &str, name: &str) -> Write {
    const SQL: &str = "UPDATE operators SET password = $1, name = $2 WHERE id = $3 AND codes_made = $4 \
        AND disabled_at_ms IS NULL";
    Write::guarded(SQL, params![password, name, operator.id, operator.codes_made], Guard::Row)
}

/// Takes the password and the secret of the one-time codes away, so that only a new link leads in.
pub fn reset(operator: OperatorId) -> Write {
    const SQL: &str =
        "UPDATE operators SET password = '', codes_made = codes_made + 1, last_code = 0 WHERE id = $1";
    Write::guarded(SQL, params![operator], Guard::Row)
}

/// Disables an operator, or lets them in again.
pub fn disable(operator: OperatorId, at_ms: Option<i64>) -> Write {
    const SQL: &str = "UPDATE operators SET disabled_at_ms = $1 WHERE id = $2";
    Write::guarded(SQL, params![at_ms, operator], Guard::Row)
}

/// Uses a one-time code, by its number, unless it or a newer one was used before.
pub fn use_code(operator: OperatorId, number: i64) -> Write {
    const SQL: &str = "UPDATE operators SET last_code = $1 WHERE id = $2 AND last_code < $1";
    Write::guarded(SQL, params![number, operator], Guard::Row)
}

/// The link by which an operator chooses a password, by its hash; an earlier one serves no more.
pub fn put_link(operator: OperatorId, hash: &str, expires_at_ms: i64) -> Write {
    const SQL: &str = "INSERT INTO operator_links (operator_id, hash, expires_at_ms) VALUES ($1, $2, $3) \
        ON CONFLICT (operator_id) DO UPDATE SET hash = excluded.hash, expires_at_ms = excluded.expires_at_ms";
    Write::new(SQL, params![operator, hash, expires_at_ms])
}

/// Uses such a link up.
pub fn use_up_link(hash: &str) -> Write {
    const SQL: &str = "DELETE FROM operator_links WHERE hash = $1";
    Write::guarded(SQL, params![hash], Guard::Row)
}

/// The codes that serve once in the stead of one-time codes, by their hashes, and none of those before.
pub fn put_recovery_codes(operator: OperatorId, hashes: &[String]) -> Vec<Write> {
    const FORGET: &str = "DELETE FROM recovery_codes WHERE operator_id = $1";
    const SQL: &str = "INSERT INTO recovery_codes (operator_id, hash) VALUES ($1, $2)";
    let mut writes = vec![Write::new(FORGET, params![operator])];
    writes.extend(hashes.iter().map(|hash| Write::new(SQL, params![operator, &**hash])));
    writes
}

/// Uses such a code up.
pub fn use_recovery_code(operator: OperatorId, hash: &str) -> Write {
    const SQL: &str = "DELETE FROM recovery_codes WHERE operator_id = $1 AND hash = $2";
    Write::guarded(SQL, params![operator, hash], Guard::Row)
}
