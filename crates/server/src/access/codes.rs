//! Codes: a few digits that go to a customer's address and prove, when they come back, that it is
//! theirs. Whether there is such a customer shows neither in an answer nor in the time it takes.

use crate::limiter::{Key, TooMany};
use crate::random;
use crate::store::{
    CodeRow, CommitError, CustomerRow, Guard, count_try, dummy_write, note_code_sent, put_code, send_code,
    uncount_try,
};

use super::claimant::Claimant;
use super::entry::Access;
use super::notices::Notice;
use super::refused::NotLetIn;

/// So many wrong tries void a code; on devices on which the customer has signed in before it may be
/// tried as often again, so that nobody else can take the code from them.
const MOST_TRIES: i64 = 10;

/// What a code is like.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CodeTerms<'a> {
    /// What it is for: it serves for nothing else.
    pub(crate) event: &'a str,
    /// How many digits it has.
    pub(crate) digits: usize,
    /// How long it serves, in seconds.
    pub(crate) ttl_s: i64,
}

/// A new code: what is kept of it, and what the customer is told.
#[derive(Debug)]
pub(crate) struct NewCode {
    /// What is kept.
    pub(crate) row: CodeRow,
    notice: Notice,
}

impl Access {
    /// A new code for a customer. It serves once its row is stored; [`Access::send`] tells it.
    pub(crate) fn new_code(&self, customer: &CustomerRow, terms: CodeTerms<'_>) -> NewCode {
        let (code, now_ms) = (random::digits(terms.digits), self.0.clock.now_ms());
        let row = CodeRow {
            customer: customer.id,
            event: terms.event.to_owned(),
            hash: self.0.codes.hash(customer.id, &code),
            attempts: 0,
            created_at_ms: now_ms,
            expires_at_ms: now_ms + terms.ttl_s * 1000,
        };
        NewCode { row, notice: Notice::Code { code, ttl_s: terms.ttl_s } }
    }

    /// Whether customers can be written to at all.
    ///
    /// # Errors
    /// This server is quiet.
    pub(crate) fn insist_on_sending(&self) -> Result<(), NotLetIn> {
        self.0.notices.quiet().map_or(Ok(()), |why| Err(NotLetIn::Quiet(why)))
    }

    /// Counts a code to whoever has that name, before it is known whether anybody has: one a minute, and five, and then one in
    /// twelve minutes, however many nodes are asked.
    ///
    /// # Errors
    /// None may be sent now, or at all.
    pub(crate) async fn may_send_code(&self, name: Key) -> Result<(), NotLetIn> {
        self.insist_on_sending()?;
        if self.count_code(name).await? {
            return Ok(());
        }
        let (store, now_ms) = (&self.0.store, self.0.clock.now_ms());
        let retry_after_ms = store.code_due_in_ms(&name.hex(), now_ms).await?.max(1);
        Err(TooMany { retry_after_ms }.into())
    }

    /// The same for a code that is sent anyway where it is somebody's first; whether one might have been sent.
    ///
    /// # Errors
    /// The store is in trouble.
    pub(crate) async fn note_code_sent(&self, name: Key) -> Result<bool, NotLetIn> {
        let in_time = self.count_code(name).await?;
        if !in_time {
            self.0.store.commit(vec![note_code_sent(&name.hex(), self.0.clock.now_ms())]).await?;
        }
        Ok(in_time)
    }

    async fn count_code(&self, name: Key) -> Result<bool, CommitError> {
        match self.0.store.commit(vec![send_code(&name.hex(), self.0.clock.now_ms())]).await {
            Ok(()) => Ok(true),
            Err(CommitError::Conflict(Guard::Row)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Sends a customer a code whose row is stored; returns at once.
    pub(crate) fn send(&self, customer: &CustomerRow, code: NewCode) {
        self.0.notices.send(customer, code.notice);
    }

    /// Tells a customer that somebody tried to sign up with their address; returns at once.
    pub(crate) fn tell_of_sign_up(&self, customer: &CustomerRow) {
        self.0.notices.send(customer, Notice::SignUpTried);
    }

    /// Makes a code for whoever was asked about, if there is anybody who can use one, and sends it.
    ///
    /// # Errors
    /// This server is quiet, or the store is in trouble.
    pub(crate) async fn send_code(&self, claimant: Claimant, terms: CodeTerms<'_>) -> Result<(), NotLetIn> {
        self.insist_on_sending()?;
        let even_time = self.even_time();
        if let Some(customer) = claimant.customer.filter(CustomerRow::may_prove) {
            let code = self.new_code(&customer, terms);
            self.0.store.commit(vec![put_code(&code.row)]).await?;
            self.send(&customer, code);
        } else {
            self.0.store.commit(vec![dummy_write()]).await?;
        }
        even_time.end().await;
        Ok(())
    }

    /// The customer and the code, when that is the right one for that event (or for any, when none is
    /// named). A try is counted before it is compared, so that tries at the same time cannot get past the
    /// bound.
    ///
    /// # Errors
    /// Too many wrong codes came from there.
    pub(crate) async fn right_code(
        &self,
        claimant: Claimant,
        event: Option<&str>,
        typed: &str,
    ) -> Result<Option<(CustomerRow, CodeRow)>, NotLetIn> {
        let (store, now_ms) = (&self.0.store, self.0.clock.now_ms());
        let charged = claimant.charge(&self.0.limits.wrong_codes, now_ms)?;
        let even_time = self.even_time();
        let id = claimant.id();
        let most = if claimant.is_on_known_device() { 2 * MOST_TRIES } else { MOST_TRIES };
        let may_be_tried = |code: &CodeRow| {
            let in_time = now_ms < code.expires_at_ms && event.is_none_or(|event| event == code.event);
            in_time && code.attempts < most
        };
        let code = store.code_of(id).await?.filter(may_be_tried);
        let typed = self.0.codes.hash(id, typed);
        let counted = code.as_ref().map_or_else(dummy_write, |code| count_try(code, most));
        let may_be = match store.commit(vec![counted]).await {
            Ok(()) => true,
            // Others used up the tries, or the code, in this very moment.
            Err(CommitError::Conflict(Guard::Row)) => {
                store.commit(vec![dummy_write()]).await?;
                false
            }
            Err(error) => return Err(error.into()),
        };
        // Whoever was archived while a code was on its way does not come back by it.
        let found = claimant.customer.filter(CustomerRow::may_prove).zip(code);
        let found = found.filter(|(_, code)| may_be && random::same(&typed, &code.hash));
        let Some((_, code)) = &found else {
            even_time.end().await;
            return Ok(None);
        };
        self.0.limits.wrong_codes.give_back(charged);
        store.commit(vec![uncount_try(code)]).await?;
        Ok(found)
    }
}
