//! Invitations: a link that serves once, by which somebody chooses a password and sets up their one-time codes. The same way leads
//! back in whoever has lost both.

use guichet_core::{MerchantId, OperatorId};

use crate::access::{BadPassword, NotLetIn, Password};
use crate::app::App;
use crate::random;
use crate::store::{
    CommitError, Guard, OperatorRow, Role, RoleRow, Write, choose_password, close_sessions, disable_operator,
    insert_operator, put_operator_link, put_recovery_codes, put_role, reset_operator, use_code,
    use_up_operator_link,
};

use super::Operators;
use super::audit::{AuditedAction, Noted, note, note_about};
use super::session::Browser;
use super::sign_in::{normalized, recovery_hash};

/// What every link's token begins with.
const PREFIX: &str = "goi_";

/// How long a link serves: two days.
const LIFE_MS: i64 = 48 * 3_600_000;

/// How many codes there are that serve in the stead of one-time codes.
const RECOVERY_CODES: usize = 8;

/// The longest login and name, in characters.
const MOST_CHARS: usize = 64;

/// Somebody who is invited.
#[derive(Debug, Clone)]
pub struct NewOperator<'a> {
    /// The name to sign in with.
    pub login: &'a str,
    /// The name for people.
    pub name: &'a str,
    /// The merchant; `None` for all that have no row of their own.
    pub merchant: Option<MerchantId>,
    /// What they are there.
    pub role: Role,
    /// Whether it holds for real money too.
    pub live: bool,
}

/// An operator, and the link that leads in.
#[derive(Debug)]
pub struct Invited {
    /// The operator.
    pub operator: OperatorId,
    /// The link; it is shown once.
    pub link: String,
}

/// Why somebody was not invited.
#[derive(Debug, thiserror::Error)]
pub enum NotInvited {
    /// Somebody signs in by that name already.
    #[error("somebody signs in as “{0}” already; choose another name, or reset that one")]
    Taken(String),
    /// It can be nobody's name.
    #[error(
        "a name to sign in with has 1 to {MOST_CHARS} characters and no space in it, such as nadia or nadia@shop.example"
    )]
    BadLogin,
    /// The store is in trouble.
    #[error(transparent)]
    Commit(#[from] CommitError),
}

/// Makes an operator, and the link by which they come in.
///
/// # Errors
/// The name is taken, or can be nobody's; the store is in trouble.
pub async fn invite(app: &App, new: NewOperator<'_>, by: &str, from: &str) -> Result<Invited, NotInvited> {
    let login = normalized(new.login);
    let is_fine = |char: char| !char.is_control() && !char.is_whitespace();
    if login.is_empty() || login.chars().count() > MOST_CHARS || !login.chars().all(is_fine) {
        return Err(NotInvited::BadLogin);
    }
    let now_ms = app.clock().now_ms();
    let operator = OperatorRow {
        id: OperatorId::new(now_ms, random::bytes()),
        name: shown_name(new.name, &login),
        login: login.clone(),
        password: String::new(),
        codes_made: 1,
        last_code: 0,
        created_at_ms: now_ms,
        disabled_at_ms: None,
        roles: vec![RoleRow { merchant: new.merchant, role: new.role, live: new.live }],
    };
    let (link, token_hash) = new_link(app);
    let mut writes = insert_operator(&operator);
    writes.push(put_operator_link(operator.id, &token_hash, now_ms + LIFE_MS));
    let invited = match app.store().commit(writes).await {
        Err(CommitError::Conflict(Guard::Row)) => invite_again(app, &login, &operator.roles).await?,
        other => other.map(|()| Invited { operator: operator.id, link })?,
    };
    let noted = Noted::by(by, from).to(&login).with("role", new.role.as_str()).with("live", new.live);
    note(app, noted, new.merchant, AuditedAction::Invited).await?;
    Ok(invited)
}

/// Invites somebody who once was something and is nothing any more: they come back as if they were new.
async fn invite_again(app: &App, login: &str, roles: &[RoleRow]) -> Result<Invited, NotInvited> {
    let known = app.store().operator_called(login).await.map_err(CommitError::from)?;
    let known = known.filter(|known| known.roles.is_empty());
    let known = known.ok_or_else(|| NotInvited::Taken(login.to_owned()))?;
    let (link, mut writes) = new_way_in(app, known.id);
    writes.push(disable_operator(known.id, None));
    writes.extend(roles.iter().map(|role| put_role(known.id, role)));
    app.store().commit(writes).await?;
    Ok(Invited { operator: known.id, link })
}

/// Takes an operator's password, codes and sessions away; the link by which they choose new ones.
///
/// # Errors
/// There is no such operator any more, or the store is in trouble.
pub async fn reset(app: &App, operator: &OperatorRow, by: &str, from: &str) -> Result<Invited, CommitError> {
    let (link, writes) = new_way_in(app, operator.id);
    app.store().commit(writes).await?;
    note_about(app, Noted::by(by, from).to(&operator.login), operator, AuditedAction::Reset).await?;
    Ok(Invited { operator: operator.id, link })
}

/// The only way in from now on: a link, and the writes that take all others away.
fn new_way_in(app: &App, operator: OperatorId) -> (String, Vec<Write>) {
    let (link, token_hash) = new_link(app);
    let mut writes = vec![reset_operator(operator), close_sessions(operator, None)];
    writes.extend(put_recovery_codes(operator, &[]));
    writes.push(put_operator_link(operator, &token_hash, app.clock().now_ms() + LIFE_MS));
    (link, writes)
}

/// Keeps an operator out and ends their sessions, or lets them in again.
///
/// # Errors
/// There is no such operator any more, or the store is in trouble.
pub async fn disable(
    app: &App,
    operator: &OperatorRow,
    disabled: bool,
    by: &str,
    from: &str,
) -> Result<(), CommitError> {
    let at_ms = disabled.then(|| app.clock().now_ms());
    let mut writes = vec![disable_operator(operator.id, at_ms)];
    writes.extend(disabled.then(|| close_sessions(operator.id, None)));
    app.store().commit(writes).await?;
    let action = if disabled { AuditedAction::Disabled } else { AuditedAction::Enabled };
    note_about(app, Noted::by(by, from).to(&operator.login), operator, action).await
}

/// A new link, and what is stored of it.
fn new_link(app: &App) -> (String, String) {
    let token = random::secret(PREFIX);
    let hash = random::fingerprint(token.as_bytes());
    (format!("{}/office/welcome/{token}", app.public_url()), hash)
}

/// A name for people, as it was typed or else the login.
fn shown_name(typed: &str, login: &str) -> String {
    let name: String = typed.trim().chars().filter(|char| !char.is_control()).take(MOST_CHARS).collect();
    if name.is_empty() { login.to_owned() } else { name }
}

/// Whoever a link lets in, and what their application for one-time codes needs.
#[derive(Debug)]
pub(crate) struct Welcome {
    /// Their name to sign in with.
    pub(crate) login: String,
    /// Their name for people.
    pub(crate) name: String,
    /// The secret as people type it.
    pub(crate) secret: String,
    /// The same as an application reads it.
    pub(crate) secret_link: String,
}

/// What somebody chooses who comes by a link.
pub(crate) struct Choice {
    /// Their name for people.
    pub(crate) name: String,
    /// The password.
    pub(crate) password: Password,
    /// The same once more.
    pub(crate) again: Password,
    /// A code that their application shows.
    pub(crate) code: String,
}

/// Why what was chosen was not taken.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotChosen {
    /// The link serves no more.
    #[error("the link serves no more")]
    NoSuchLink,
    /// The password breaks a rule.
    #[error(transparent)]
    BadPassword(#[from] BadPassword),
    /// The two passwords are not the same.
    #[error("the two passwords are not the same")]
    NotTheSame,
    /// The code is not the one of now.
    #[error("the code is not the one of now")]
    WrongCode,
    /// Too many, or the store is in trouble.
    #[error(transparent)]
    NotLetIn(#[from] NotLetIn),
}

impl Operators {
    /// Whom a link lets in.
    ///
    /// # Errors
    /// Nobody; or the store is in trouble.
    pub(crate) async fn welcome(&self, token: &str) -> Result<Welcome, NotChosen> {
        let operator = self.of_link(token).await?;
        let secret = self.0.codes.secret(operator.id, operator.codes_made);
        Ok(Welcome {
            secret: secret.typed(),
            secret_link: secret.link(&operator.login),
            login: operator.login,
            name: operator.name,
        })
    }

    /// Takes what somebody chose who came by a link, and lets them in: what the session's cookie holds, and their recovery codes.
    ///
    /// # Errors
    /// Why it was not taken.
    pub(crate) async fn choose(
        &self,
        token: &str,
        choice: Choice,
        browser: Browser,
    ) -> Result<(String, Vec<String>), NotChosen> {
        let operator = self.of_link(token).await?;
        choice.password.check_of_operator()?;
        if !choice.password.is(&choice.again) {
            return Err(NotChosen::NotTheSame);
        }
        let now_ms = self.0.app.clock().now_ms();
        let secret = self.0.codes.secret(operator.id, operator.codes_made);
        let number = secret.number(&choice.code, now_ms).ok_or(NotChosen::WrongCode)?;
        let password = self.0.access.hash(choice.password).await?;
        let codes: Vec<String> = std::iter::repeat_with(recovery_code).take(RECOVERY_CODES).collect();
        let hashes: Vec<String> = codes.iter().map(|code| recovery_hash(code)).collect();
        let address = browser.address.clone();
        let (cookie, session) = self.new_session(&operator, browser);
        let mut writes = vec![use_up_operator_link(&random::fingerprint(token.as_bytes()))];
        writes.push(choose_password(&operator, &password, &shown_name(&choice.name, &operator.login)));
        writes.push(use_code(operator.id, number));
        writes.extend(put_recovery_codes(operator.id, &hashes));
        writes.push(close_sessions(operator.id, None));
        writes.extend(session);
        match self.0.app.store().commit(writes).await {
            Err(CommitError::Conflict(Guard::Row)) => return Err(NotChosen::NoSuchLink),
            other => other.map_err(NotLetIn::from)?,
        }
        let noted = Noted::by(&operator.login, &address);
        self.note(noted, None, AuditedAction::ChosePassword).await.map_err(NotLetIn::from)?;
        Ok((cookie, codes))
    }

    async fn of_link(&self, token: &str) -> Result<OperatorRow, NotChosen> {
        let (hash, now_ms) = (random::fingerprint(token.as_bytes()), self.0.app.clock().now_ms());
        let operator = self.0.app.store().operator_of_link(&hash, now_ms).await.map_err(NotLetIn::from)?;
        operator.filter(|operator| operator.disabled_at_ms.is_none()).ok_or(NotChosen::NoSuchLink)
    }
}

/// A code such as `7f3k-9x2m`: as good as 40 random bits, which can be tried 20 times before it takes half a minute each.
fn recovery_code() -> String {
    let token = random::token();
    format!("{}-{}", &token[..4], &token[4..8])
}
