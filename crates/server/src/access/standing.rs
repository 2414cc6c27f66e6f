//! Whether a customer may sign in at all: they leave by themselves or are archived by the shop, which is the same, and only the
//! shop takes it back.

use guichet_core::CustomerId;

use crate::store::{
    CommitError, CustomerRow, CustomerStatus, Guard, Store, Write, close_logins, forget_code, forget_devices,
    update_customer,
};

/// How often a change is made anew because the customer was changed meanwhile.
const ATTEMPTS: usize = 8;

/// What ends when a customer leaves: every login, the devices that are remembered, and a code that is still out, by which they
/// could become active again.
pub(crate) fn leaving(customer: CustomerId) -> Vec<Write> {
    let mut writes: Vec<Write> = close_logins(customer, None).into();
    writes.extend([forget_devices(customer), forget_code(customer)]);
    writes
}

impl CustomerRow {
    /// Whether the customer had themselves forgotten: nothing is left to sign in by.
    pub(crate) fn is_forgotten(&self) -> bool {
        self.password.is_empty()
    }
}

/// Archives an active customer, as if they had left by themselves. Whether they were active. One who has not proved their
/// address cannot sign in anyway; archived and taken back they would be in without ever proving it.
///
/// # Errors
/// The store is in trouble.
pub(crate) async fn archive(store: &Store, id: CustomerId, now_ms: i64) -> Result<bool, CommitError> {
    let ends = || leaving(id);
    change(store, id, (CustomerStatus::Active, CustomerStatus::Archived), ends, now_ms).await
}

/// Makes an archived customer active again: they sign in as before, by the password they had. Whether they were archived, and
/// not forgotten. Every archived one was active before.
///
/// # Errors
/// The store is in trouble.
pub(crate) async fn take_back(store: &Store, id: CustomerId, now_ms: i64) -> Result<bool, CommitError> {
    change(store, id, (CustomerStatus::Archived, CustomerStatus::Active), Vec::new, now_ms).await
}

async fn change(
    store: &Store,
    id: CustomerId,
    (from, to): (CustomerStatus, CustomerStatus),
    ends: impl Fn() -> Vec<Write>,
    now_ms: i64,
) -> Result<bool, CommitError> {
    let is_meant = |customer: &CustomerRow| customer.status == from && !customer.is_forgotten();
    for _ in 0..ATTEMPTS {
        let Some(customer) = store.customer(id).await?.filter(is_meant) else { return Ok(false) };
        let mut writes = vec![update_customer(&CustomerRow { status: to, ..customer }, now_ms)];
        writes.extend(ends());
        match store.commit(writes).await {
            Ok(()) => return Ok(true),
            Err(CommitError::Conflict(Guard::Row)) => {}
            Err(error) => return Err(error),
        }
    }
    Err(CommitError::Overloaded)
}
