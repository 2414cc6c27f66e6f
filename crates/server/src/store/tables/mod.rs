//! The tables: rows as plain data, their reads, and the writes that change them. One set of SQL texts for all engines.

mod accounts;
mod census;
mod codes;
mod credentials;
mod customers;
mod health;
mod idempotency;
mod journal;
mod leases;
mod logins;
mod numbers;
mod orders;
mod outbox;
mod projects;
mod purchases;
mod refund_requests;
mod target;
mod time_of_day;

pub use accounts::{
    AccountRow, EndpointRow, KeyKind, KeyRow, MerchantRow, NewAccount, NewMerchant, Route, insert_endpoint,
    insert_key, move_revision, put_account, put_merchant, remove_endpoint, revoke_key, update_endpoint,
};
pub use census::{Census, FailingTarget};
pub use codes::{
    CodeRow, count_try, forget as forget_code, forget_expired as forget_codes, put as put_code, uncount_try,
    use_up as use_up_code,
};
pub use credentials::{CredentialRow, insert as insert_credential, revoke as revoke_credential};
pub use customers::{
    CustomerRow, CustomerStatus, Profile, dummy_write, insert as insert_customer, update as update_customer,
};
pub use health::{HealthRow, put as put_health};
pub use idempotency::{Answer, Claim, Kept, KeyCursor};
pub use journal::{JournalRow, Record, acknowledge, append as append_to_journal};
pub use leases::Leases;
pub use logins::{
    LoginRow, TokenRow, close as close_login, close_all as close_logins, forget_devices,
    forget_expired as forget_logins, open as open_login, renew as renew_login,
};
pub use numbers::{NumberKind, reserve as reserve_numbers};
pub use orders::{
    OrderFilter, Stored, choose_page_language, gateway_names, insert as insert_order, key_name,
    remember_content, revise as revise_order, update as update_order,
};
pub use outbox::{
    Attempt, DeliveryRow, DueDelivery, bring_forward, insert as insert_delivery, record as record_attempt,
    send_again,
};
pub use projects::{put_product, put_project, remove_product};
pub use purchases::{PaymentCount, PurchaseRow, insert as insert_purchase};
pub use refund_requests::{
    HowMany, RefundRow, RefundStatus, Returned, close as close_refund_request,
    insert as insert_refund_request,
};
pub use target::Target;
pub use time_of_day::{deliver_earlier, note_time};
