//! The stable codes of problems: each word that the API answers with, its HTTP status, and what it says.
//! They are all here; a word is public, so it is never renamed, and what has it is never another problem.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

/// Makes the enum of one line and one sentence for each code.
macro_rules! codes {
    ($(#[doc = $about:literal] $code:ident = $word:literal, $status:literal;)+) => {
        /// The stable code of a problem.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $about] $code,)+
        }

        impl Code {
            /// Every code, as the documentation groups them.
            pub const ALL: &'static [Code] = &[$(Code::$code,)+];

            /// The word that programs rely on.
            pub fn word(self) -> &'static str {
                match self { $(Code::$code => $word,)+ }
            }

            /// The HTTP status that goes with it.
            pub fn status(self) -> u16 {
                match self { $(Code::$code => $status,)+ }
            }

            /// A sentence: what was wrong, and what to do.
            pub fn about(self) -> &'static str {
                match self { $(Code::$code => $about.trim_ascii(),)+ }
            }
        }
    };
}

codes! {
    // The request.

    /// The request carries no API key; send `Authorization: Bearer sk_…`.
    KeyMissing = "key_missing", 401;
    /// The Authorization header is not “Bearer”, a space, and an API key; send it in that form.
    KeyMalformed = "key_malformed", 401;
    /// The API key is not known here, or its merchant is not declared any more; use a key that is in use.
    KeyUnknown = "key_unknown", 401;
    /// The API key was revoked; make a new one.
    KeyRevoked = "key_revoked", 401;
    /// A publishable key opens nothing here; use a secret key, and keep it on your server.
    KeyPublishable = "key_publishable", 401;
    /// The API key is restricted to a role that may not do that; use a key that may.
    KeyNotPermitted = "key_not_permitted", 403;
    /// The thing does not exist, or is another merchant's or of the other environment; check its identifier and the key.
    NotFound = "not_found", 404;
    /// The path is not one of the API's; see the reference.
    NoSuchRoute = "no_such_route", 404;
    /// The path does not take this method; see the reference.
    NoSuchMethod = "no_such_method", 405;
    /// The body is too long; send at most 64 KiB.
    BodyTooLarge = "body_too_large", 413;
    /// The body broke off before its end; send it again.
    BodyIncomplete = "body_incomplete", 400;
    /// The body did not arrive in time; send it again, all at once.
    BodyTooSlow = "body_too_slow", 408;
    /// The body is said to be something else than JSON; send `Content-Type: application/json`.
    NotJson = "not_json", 415;
    /// The body is not UTF-8; send JSON in UTF-8.
    NotUtf8 = "not_utf8", 400;
    /// The body is not JSON; send one JSON object.
    JsonInvalid = "json_invalid", 400;
    /// The body has a field that this endpoint does not take; leave it out.
    FieldUnknown = "field_unknown", 422;
    /// The body lacks a field that this endpoint needs; give it.
    FieldMissing = "field_missing", 422;
    /// The body has a field twice; send it once.
    FieldTwice = "field_twice", 422;
    /// The field is of another type than this endpoint takes; mend it.
    FieldInvalid = "field_invalid", 422;
    /// The query of the address cannot be read; mend the parameter.
    QueryInvalid = "query_invalid", 422;
    /// The size of a page is out of range; ask for 1 to 100.
    LimitOutOfRange = "limit_out_of_range", 422;
    /// The cursor is not what the page before ended with; send that, or none.
    CursorInvalid = "cursor_invalid", 422;
    /// The status is none that there is; use one that the reference lists.
    StatusUnknown = "status_unknown", 422;
    /// The time is not one by RFC 3339; write it like 2026-01-31T12:00:00Z.
    TimeInvalid = "time_invalid", 422;
    /// The day is none of the calendar, or too many days are asked for; write it like 2026-01-31.
    DayInvalid = "day_invalid", 422;
    /// There is no such gateway; use a name that `guichet gateway list` shows.
    GatewayUnknown = "gateway_unknown", 422;
    /// The merchant has no such gateway account; use its name or its identifier.
    AccountUnknown = "account_unknown", 422;
    /// What is searched for is too short or too long; send 2 to 100 characters.
    SearchInvalid = "search_invalid", 422;
    /// The identifier is not one of ours; send it as you got it.
    IdentifierInvalid = "identifier_invalid", 422;
    /// The Idempotency-Key cannot be used; send 1 to 255 visible ASCII characters.
    IdempotencyKeyInvalid = "idempotency_key_invalid", 400;
    /// The Idempotency-Key was used with another request; use a new key for a new request.
    IdempotencyKeyReused = "idempotency_key_reused", 422;
    /// A request with this Idempotency-Key still runs; ask again in a moment.
    IdempotencyInProgress = "idempotency_in_progress", 409;
    /// This key has made more calls than the server allows in a minute: wait as long as Retry-After says.
    TooManyCalls = "too_many_calls", 429;
    /// The server has too much to do at this moment; try again with the same key after `Retry-After`.
    Overloaded = "overloaded", 503;
    /// The server's database cannot be reached or written to; try again with the same key after `Retry-After`.
    StorageUnavailable = "storage_unavailable", 503;
    /// The server is a copy, or was told to be quiet, so it opens no payments; send the request to the shop's own server.
    ServerIsQuiet = "server_is_quiet", 503;
    /// The fault is the server's, not the request's; try again with the same key.
    InternalError = "internal_error", 500;

    // An order.

    /// The language is none that there is; use `fr`, `ar` or `en`.
    LanguageUnknown = "language_unknown", 422;
    /// The country is not written by ISO 3166-1; send two capital letters such as CI.
    CountryInvalid = "country_invalid", 422;
    /// The receipt has too many lines of yours; send at most three.
    TooManyLines = "too_many_lines", 422;
    /// No route of the merchant fits the order; see `routes` in the shop file.
    NoRoute = "no_route", 422;
    /// Another order has this reference; use a new one, or send exactly what you sent for that order.
    ReferenceTaken = "reference_taken", 409;
    /// The amount is less or more than what is taken; mend it.
    AmountOutOfRange = "amount_out_of_range", 422;
    /// The items, the discount and the tax add up to another amount than the order's; make them agree.
    ItemsDoNotAddUp = "items_do_not_add_up", 422;
    /// The order has too many items; send at most 100.
    TooManyItems = "too_many_items", 422;
    /// The quantity of an item is out of range; send 1 to 1000000.
    QuantityOutOfRange = "quantity_out_of_range", 422;
    /// The currency is not one that money can be counted in; use an ISO 4217 code such as DZD.
    CurrencyUnknown = "currency_unknown", 422;
    /// The text is empty or too long; the problem says how long it may be.
    TextLength = "text_length", 422;
    /// The text has a control character or one that turns its direction; send one plain line.
    TextControlCharacter = "text_control_character", 422;
    /// The e-mail address is none; mend it.
    EmailInvalid = "email_invalid", 422;
    /// The phone number is none, or none that can exist in its country; write it by E.164, such as +213551234567.
    PhoneInvalid = "phone_invalid", 422;
    /// The metadata is too large; send at most 50 keys and 8 KiB of JSON.
    MetadataTooLarge = "metadata_too_large", 422;
    /// The time until the order expires is out of range; send 60 seconds to 30 days.
    ExpiryOutOfRange = "expiry_out_of_range", 422;
    /// The return address cannot be used; send an http or https address.
    ReturnUrlInvalid = "return_url_invalid", 422;
    /// The return address of a live order is of no declared origin; declare it under `return_origins`.
    ReturnUrlOrigin = "return_url_origin", 422;
    /// The merchant has no account at that gateway; declare one in the shop file.
    GatewayNotConfigured = "gateway_not_configured", 422;
    /// The order is paid already; nothing more can be opened or cancelled on it.
    OrderAlreadyPaid = "order_already_paid", 409;
    /// The order has expired; make a new one.
    OrderExpired = "order_expired", 409;
    /// The order was cancelled; make a new one.
    OrderCancelled = "order_cancelled", 409;
    /// The order is not paid, so it cannot be fulfilled; wait for `order.paid`.
    OrderNotPaid = "order_not_paid", 409;
    /// A payment of the order is being opened at that gateway; ask again in a few seconds.
    PaymentInProgress = "payment_in_progress", 409;
    /// A payment of the order may be on its way; wait, because a second one now might pay twice.
    PaymentUndecided = "payment_undecided", 409;
    /// A payment is open for what the order asks for now; wait until it failed or lapsed.
    PaymentOpen = "payment_open", 409;
    /// The order waits for money, and for something else than was asked for; pay it as it is, or cancel it first.
    OrderWaits = "order_waits", 409;
    /// Money of the order is held, or may have come unseen; decide about it before the order is taken up again.
    MoneyHeld = "money_held", 409;
    /// Money came for the order and was dealt with, so it is not taken up again; make a new order.
    MoneyCame = "money_came", 409;
    /// A vendor's client made the order and was told that it is over; that client makes a new one.
    ClientWasTold = "client_was_told", 409;
    /// The order has had 20 payments, the most there can be; make a new one.
    TooManyPayments = "too_many_payments", 409;
    /// The order has no such payment; read the order to see those it has.
    NoSuchPayment = "no_such_payment", 404;
    /// No held money of the payment waits for a decision; read the order to see what is held.
    NothingHeld = "nothing_held", 409;
    /// The held money is not such as came late; deal with it, and dismiss it.
    NotHonourable = "not_honourable", 409;
    /// No money of that payment is there to go back: none is known to have come, or all of it went back already.
    NothingToRefund = "nothing_to_refund", 409;
    /// More was to go back than came by that payment, less what went back already; give less, and more than nothing.
    RefundExceedsPaid = "refund_exceeds_paid", 422;
    /// Money goes back in the currency in which it came; give the amount in that currency.
    RefundCurrency = "refund_currency", 422;
    /// The order has as many refunds as one order may have; record no more.
    TooManyRefunds = "too_many_refunds", 409;
    /// The order has no such refund; read it to see those it has.
    NoSuchRefund = "no_such_refund", 404;
    /// The payment goes through a gateway that can be asked; only cash is recorded by hand.
    PaymentIsChecked = "payment_is_checked", 409;
    /// The notification's payment was tied to an order, or it was dismissed; nothing is left to decide.
    NotificationSettled = "notification_settled", 409;
    /// The day is not over by the clocks of the shop; close it when it is.
    DayNotOver = "day_not_over", 409;
    /// The day was closed already; what differs from its closed sums is told as a correction.
    DayClosed = "day_closed", 409;
    /// The account of the notification is not in use any more, so its gateway cannot be asked; declare it again.
    NotificationAccountGone = "notification_account_gone", 409;
    /// The gateway account has made its checks of this second; ask again after `Retry-After`.
    CheckBudgetSpent = "check_budget_spent", 429;

    // A gateway's own rules, before it is called.

    /// The gateway does not take this currency; make the order in one that it takes, or pay it elsewhere.
    CurrencyNotSupported = "currency_not_supported", 422;
    /// The gateway takes whole units of the currency only; mend the amount.
    AmountNotWhole = "amount_not_whole", 422;
    /// The gateway takes multiples only; mend the amount as the problem says.
    AmountNotMultiple = "amount_not_multiple", 422;
    /// The title is empty or too long for the gateway; mend it.
    TitleLength = "title_length", 422;
    /// The description is too long for the gateway; shorten it.
    DescriptionLength = "description_length", 422;
    /// The title has nothing in it that the gateway can show; give it letters or digits.
    TitleEmpty = "title_empty", 422;
    /// The payer lacks what payments by card alone need; give the field that is named.
    CardPayerIncomplete = "card_payer_incomplete", 422;
    /// The receipt has more lines than the gateway prints; send fewer.
    ReceiptTooLong = "receipt_too_long", 422;
    /// The address for notifications is not one that the gateway takes; mend it, or the server's public address.
    NotifyUrlInvalid = "notify_url_invalid", 422;
    /// The address for notifications is not on the public Internet; send one that is.
    NotifyUrlRefused = "notify_url_refused", 422;
    /// The name of the payment is not one that the gateway takes; send one that it takes.
    ReferenceInvalid = "reference_invalid", 422;
    /// The gateway needs the payer's phone number; give `payer.phone`.
    PhoneMissing = "phone_missing", 422;
    /// The gateway does not serve the payer's country; give `payer.country`, or a phone number, of one that it serves.
    CountryNotSupported = "country_not_supported", 422;
    /// The order is in another currency than that of the payer's country; make it in that one.
    CurrencyOfAnotherCountry = "currency_of_another_country", 422;

    // The shop front.

    /// The key is one for play money, and what is sold is the same in both environments; use a live key.
    LiveKeyNeeded = "live_key_needed", 403;
    /// The project does not fit together; the field says where.
    ProjectInvalid = "project_invalid", 422;
    /// The product does not fit together; the field says where.
    ProductInvalid = "product_invalid", 422;
    /// The refund request was cancelled, granted or declined already; nothing is left to decide.
    RefundRequestClosed = "refund_request_closed", 409;

    // Webhook endpoints.

    /// The address cannot be used; send one on the public Internet, without user name, of at most 2048 characters.
    UrlInvalid = "url_invalid", 422;
    /// The event type is none that there is; see the list of event types.
    EventTypeUnknown = "event_type_unknown", 422;
    /// The merchant has 32 endpoints, the most there can be; delete one first.
    TooManyEndpoints = "too_many_endpoints", 409;
    /// Where the delivery goes is not in use any more, so it would never leave; it says why, and what can be done.
    TargetNotInUse = "target_not_in_use", 409;
    /// The list has too many identifiers; acknowledge at most 100 at once.
    TooManyIds = "too_many_ids", 422;
}

/// The text is not the word of a code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not the code of a problem")]
pub struct UnknownCode(pub String);

impl FromStr for Code {
    type Err = UnknownCode;

    fn from_str(word: &str) -> Result<Self, UnknownCode> {
        let known = Code::ALL.iter().find(|code| code.word() == word);
        known.copied().ok_or_else(|| UnknownCode(word.to_owned()))
    }
}

impl fmt::Display for Code {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.word())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_a_word_of_its_own_with_an_error_and_a_sentence() {
        for code in Code::ALL.iter().copied() {
            let word = code.word();
            assert_eq!(word.parse(), Ok(code), "two codes have one word");
            assert!(word.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_')), "{word}");
            assert!((400..600).contains(&code.status()), "{word}");
            let about = code.about();
            assert!(about.starts_with(char::is_uppercase) && about.ends_with('.'), "{word}: {about}");
        }
        assert!("text_len".parse::<Code>().is_err());
    }

    #[test]
    fn a_code_is_shown_and_written_as_its_word() {
        assert_eq!(Code::TextLength.to_string(), "text_length");
        assert_eq!(serde_json::to_string(&Code::TextLength).unwrap(), r#""text_length""#);
    }
}
