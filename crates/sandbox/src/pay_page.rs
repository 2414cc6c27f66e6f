//! The hosted payment page, as a real acquirer has one, with a button for everything that a
//! customer or a bank may do. Plain forms, no script: it works on any phone.

use std::collections::HashMap;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::{get, post};
use bytes::Bytes;
use guichet_gateways::Operator;
use http::{HeaderMap, StatusCode, header};

use crate::action::{Action, LATE_S, Means};
use crate::customer_pages::{ClosedPage, LeftPage, MissingPage, OpenPage, WaitingPage, outcome};
use crate::html::{html, see_other};
use crate::refusal::Refusal;
use crate::return_page::Return;
use crate::sandbox::Sandbox;
use crate::store::Store;

/// The code that is wrong at every operator that asks for one; any other of 4 to 6 digits is right.
pub(crate) const WRONG_OTP: &str = "0000";

/// The customers' routes.
pub(crate) fn router() -> Router<Sandbox> {
    Router::new().route("/pay/{ref}", get(show)).route("/pay/{ref}/{button}", post(act))
}

/// A button of the page.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Button {
    Pay,
    PayLate,
    /// Paid, without the browser's return and without a notification.
    PayNoReturn,
    Decline,
    Cancel,
    Initiate,
    /// On the phone: yes.
    Confirm,
    /// On the phone: no.
    Refuse,
}

impl Button {
    fn of(word: &str) -> Option<Button> {
        Some(match word {
            "pay" => Button::Pay,
            "pay_late" => Button::PayLate,
            "pay_no_return" => Button::PayNoReturn,
            "decline" => Button::Decline,
            "cancel" => Button::Cancel,
            "initiate" => Button::Initiate,
            "confirm" => Button::Confirm,
            "refuse" => Button::Refuse,
            _ => return None,
        })
    }

    /// The action, unless the operator asks for something first.
    fn action(self) -> Action {
        match self {
            Button::Pay | Button::PayNoReturn | Button::Confirm => Action::Pay,
            Button::PayLate => Action::PayLate { seconds: LATE_S },
            Button::Decline | Button::Refuse => Action::Decline,
            Button::Cancel => Action::Cancel,
            Button::Initiate => Action::Initiate,
        }
    }

    /// Whether the customer pays with it.
    fn pays(self) -> bool {
        match self {
            Button::Pay | Button::PayLate | Button::PayNoReturn => true,
            Button::Decline | Button::Cancel | Button::Initiate | Button::Confirm | Button::Refuse => false,
        }
    }
}

/// The fields that the customer typed; one that was not on the page is absent.
#[derive(Default)]
struct Typed {
    operator: Option<String>,
    phone: Option<String>,
    otp: Option<String>,
}

impl Typed {
    /// Reads a form; any other body has no fields.
    fn read(headers: &HeaderMap, body: &[u8]) -> Typed {
        let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
        let mut typed = Typed::default();
        if !kind.starts_with("application/x-www-form-urlencoded") {
            return typed;
        }
        for (name, value) in url::form_urlencoded::parse(body) {
            let value = value.trim().to_owned();
            match &*name {
                "operator" => typed.operator = Some(value).filter(|code| !code.is_empty()),
                "phone" => typed.phone = Some(value.replace(' ', "")).filter(|phone| !phone.is_empty()),
                "otp" => typed.otp = Some(value),
                _ => {}
            }
        }
        typed
    }
}

async fn show(
    State(sandbox): State<Sandbox>,
    Path(reference): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    render(&sandbox, &reference, query.get("operator").map(String::as_str), None)
}

async fn act(
    State(sandbox): State<Sandbox>,
    Path((reference, word)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if word == "leave" {
        return leave(&sandbox, &reference);
    }
    let Some(button) = Button::of(&word) else {
        return missing(&Refusal::NoSuchRoute { path: format!("/pay/{reference}/{word}") });
    };
    let typed = Typed::read(&headers, &body);
    let operator = typed.operator.clone();
    let pressed = sandbox.with_store(|store, now_ms| press(store, &reference, button, typed, now_ms));
    match pressed {
        Err(refusal) => render(&sandbox, &reference, operator.as_deref(), Some(&refusal)),
        Ok(Some(return_to)) => return_to.into_response(),
        Ok(None) => see_other(&format!("/pay/{reference}")),
    }
}

/// Carries out a button, and gives the address to which the browser returns then.
fn press(
    store: &mut Store,
    reference: &str,
    button: Button,
    typed: Typed,
    now_ms: i64,
) -> Result<Option<Return>, Refusal> {
    let payment = store.find(reference)?;
    payment.refuse_if_closed()?;
    let operators = payment.tenant().dialect().profile().operators;
    let operator = operators.iter().find(|operator| typed.operator.as_deref() == Some(operator.code));
    let locked = payment.request().presentation.lock_phone;
    let means = Means { operator: typed.operator.clone(), phone: typed.phone.filter(|_| !locked) };
    let action = match operator {
        Some(operator) => action_at(operator, button, typed.otp.as_deref())?,
        None => button.action(),
    };
    let silent = button == Button::PayNoReturn;
    let payment = store.act(reference, action, means, silent, now_ms)?;
    if silent || action == Action::Initiate {
        return Ok(None);
    }
    Ok(Return::automatic(payment.tenant().dialect(), &payment.payin_view()))
}

/// The action of a button at an operator that asks for a code, or that asks the payer on the phone.
fn action_at(operator: &Operator, button: Button, otp: Option<&str>) -> Result<Action, Refusal> {
    if operator.asks_otp && button.pays() {
        match otp {
            Some(WRONG_OTP) => return Ok(Action::Decline),
            Some(otp) if !(4..=6).contains(&otp.len()) || !otp.bytes().all(|byte| byte.is_ascii_digit()) => {
                let message = "The code that the operator sends to the phone has 4 to 6 digits.";
                return Err(Refusal::invalid("otp", message));
            }
            // A script may pay without the field.
            Some(_) | None => {}
        }
    }
    if operator.asks_on_phone && button == Button::Pay {
        return Ok(Action::Initiate);
    }
    Ok(button.action())
}

/// The page of a link in its current state, with the reason why an action was refused.
fn render(sandbox: &Sandbox, reference: &str, operator: Option<&str>, refused: Option<&Refusal>) -> Response {
    let status = refused.map_or(StatusCode::OK, Refusal::http_status);
    let refused = refused.map(Refusal::to_string);
    sandbox.with_store(|store, now_ms| {
        let payment = match store.find(reference) {
            Ok(payment) => payment,
            Err(refusal) => return missing(&refusal),
        };
        if let Some(outcome) = outcome(payment, now_ms) {
            let return_to = Return::offered(payment.tenant().dialect(), &payment.payin_view());
            return html(status, &ClosedPage { payment: payment.view(), outcome, refused, return_to });
        }
        match payment.chosen_while_begun().filter(|operator| operator.asks_on_phone) {
            Some(operator) => html(status, &WaitingPage::of(payment, operator, refused)),
            None => html(status, &OpenPage::of(payment, operator, refused, now_ms)),
        }
    })
}

/// The page of a customer who leaves: nothing changes; a decided link shows its outcome.
fn leave(sandbox: &Sandbox, reference: &str) -> Response {
    let page = sandbox.with_store(|store, now_ms| {
        let payment = store.find(reference)?;
        payment.refuse_if_closed()?;
        Ok::<LeftPage, Refusal>(LeftPage::of(payment, now_ms))
    });
    match page {
        Ok(page) => html(StatusCode::OK, &page),
        Err(_) => render(sandbox, reference, None, None),
    }
}

fn missing(refusal: &Refusal) -> Response {
    html(refusal.http_status(), &MissingPage::new("There is no such payment link", refusal.to_string()))
}
