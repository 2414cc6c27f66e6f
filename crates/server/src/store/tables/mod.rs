//! The tables: rows as plain data, their reads, and the writes that change them. One set of SQL texts for all engines.

mod accounts;
mod archives;
mod archiving;
mod audit;
mod backlog;
mod book;
mod census;
mod closed_days;
mod codes;
mod codes_sent;
mod contents;
mod copy_mark;
mod credentials;
mod customers;
mod endpoints;
mod errands;
mod finding;
mod finding_customers;
mod health;
mod idempotency;
mod journal;
mod kept_settings;
mod leases;
mod logins;
mod looking;
mod nodes;
mod notes;
mod numbers;
mod operator_sessions;
mod operators;
mod orders;
mod outbox;
mod payment_links;
mod projects;
mod purchases;
mod refund_requests;
mod refunds;
mod standing;
mod target;
mod target_health;
mod tills;
mod time_of_day;
mod unmatched;
mod vault;

pub use accounts::{
    AccountRow, KeyKind, KeyRow, MerchantRow, NewAccount, NewMerchant, Route, end_account, insert_key,
    move_revision, move_revision_from, put_account, put_merchant, revoke_key, switch_account,
};
pub use archives::{
    ArchiveRow, ArchiveState, Archived, ArchivedEvents, begin_archive, change_archive, forget_archive,
};
pub use archiving::{Belongings, KeptAnswer, TakenOut, take_out};
pub use audit::{AuditRow, append as append_to_audit};
pub use backlog::{Backlog, Shops};
pub use book::{Books, add_line, add_to_book};
pub use census::{Census, FailingTarget};
pub use closed_days::{ClosedDay, close as close_day};
pub use codes::{
    CodeRow, count_try, forget as forget_code, forget_expired as forget_codes, put as put_code, uncount_try,
    use_up as use_up_code,
};
pub use codes_sent::{forget_old as forget_codes_sent, note_sent as note_code_sent, send as send_code};
pub use contents::{Contents, examine};
pub use copy_mark::{CopyMark, Waiting, lift as lift_copy_mark, mark as mark_as_copy};
pub use credentials::{CredentialRow, insert as insert_credential, revoke as revoke_credential};
pub use customers::{
    CustomerRow, CustomerStatus, Profile, dummy_write, insert as insert_customer, revise as revise_customer,
    update as update_customer,
};
pub use endpoints::{
    EndpointRow, declare as declare_endpoint, disable_gone, end as end_endpoint, insert as insert_endpoint,
    resecure as resecure_endpoint, switch as switch_endpoint,
};
pub use errands::{ErrandRow, answer_errand, begin_errand, forget_errand, forget_errands, withdraw_errand};
pub use finding::{OrderFilter, Span};
pub use finding_customers::CustomerFilter;
pub use health::{HealthRow, put as put_health};
pub use idempotency::{Answer, Claim, Kept, KeyCursor};
pub use journal::{Decision, JournalRow, Record, acknowledge, append as append_to_journal};
pub use kept_settings::{KeptRow, keep_identity, keep_settings};
pub use leases::{Lease, free_all as free_leases, give_all_back as give_leases_back};
pub use logins::{
    LoginRow, TokenRow, close as close_login, close_all as close_logins, forget_devices,
    forget_expired as forget_logins, open as open_login, renew as renew_login,
};
pub use looking::{OrdersPage, PageBounds};
pub use nodes::{LEASE_MS, NodeRow};
pub use notes::{NoteRow, put as put_note};
pub use numbers::{NumberKind, reserve as reserve_numbers, skip as skip_numbers};
pub use operator_sessions::{
    SessionRow, choose_language, close as close_session, close_all as close_sessions,
    forget_expired as forget_sessions, look_at, note_use as note_session_use, open as open_session,
    prove as prove_session,
};
pub use operators::{
    OperatorRow, Role, RoleRow, choose_password, disable as disable_operator, insert as insert_operator,
    put_link as put_operator_link, put_recovery_codes, put_role, remove_role, reset as reset_operator,
    use_code, use_recovery_code, use_up_link as use_up_operator_link,
};
pub use orders::{
    Stored, choose_page_language, find_by, gateway_names, insert as insert_order, key_name, remember_content,
    revise as revise_order, update as update_order,
};
pub use outbox::{
    Attempt, DeliveryRow, DueDelivery, Sent, bring_forward, insert as insert_delivery,
    record as record_attempt, send_again,
};
pub use payment_links::{end as end_payment_link, insert as insert_payment_link};
pub use projects::{end_product, end_project, make_product, put_product, put_project, remove_product};
pub use purchases::{PaymentCount, PurchaseRow, insert as insert_purchase};
pub use refund_requests::{
    HowMany, RefundRow, RefundStatus, Returned, close as close_refund_request,
    insert as insert_refund_request,
};
pub use refunds::keep_refunds;
pub use standing::{MadeBy, Standing, Switched};
pub use target::Target;
pub use target_health::{Failing, begin_failing, end_failing};
pub use tills::{OpenTill, TillEntry, TillRow, close as close_till, put as put_in_till};
pub use time_of_day::{deliver_earlier, note_time};
pub use unmatched::{
    MOST_UNMATCHED, UnmatchedRow, UnmatchedStatus, forget_settled as forget_settled_unmatched,
    note_seen as note_unmatched_seen, put as put_unmatched, reopen as reopen_unmatched,
    settle as settle_unmatched,
};
pub use vault::{RootRow, SealedColumn, SealedRow, insert_root, replace_root, seal_anew, sealed_with};
