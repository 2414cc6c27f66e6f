//! The customer: an e-mail or an SMS about what happened, in the shop's words. A message for a play
//! order goes to the sandbox's outbox, where one is configured, and nowhere otherwise.

use guichet_core::{Environment, MerchantId, OrderState};

use crate::app::App;
use crate::message::{self, Channel, Facts, Occasion, Outcome, Sender};
use crate::random;
use crate::store::DueDelivery;
use crate::vault::opened;

use super::Tried;

const TO: &str = "customer";

pub(super) async fn try_once(
    http: &reqwest::Client,
    app: &App,
    due: &DueDelivery,
    merchant: MerchantId,
    channel: Channel,
) -> anyhow::Result<Tried> {
    let snapshot = app.registry().snapshot();
    let Some(merchant) = snapshot.merchants.get(&merchant) else {
        return Ok(Tried::nothing(TO, "the merchant is not there any more"));
    };
    let Some(order) = due.subject.order() else { return Ok(Tried::needless(TO, "this is about no order")) };
    let entry = app.store().journal_entry(due.subject, due.event_seq).await?;
    let (Some(stored), Some(entry)) = (app.store().order(order).await?, entry) else {
        return Ok(Tried::nothing(TO, "the event is not in the journal"));
    };
    let Some(occasion) = Occasion::of_event(&entry.record.kind) else {
        return Ok(Tried::needless(TO, "customers are not told of such an event"));
    };
    let (order, terms) = (&stored.order, &stored.order.terms);
    // Tried late, “you can try again” would make a customer pay twice.
    if occasion == Occasion::Failed && !matches!(order.state, OrderState::Failed) {
        return Ok(Tried::needless(TO, "the order does not stand there any more"));
    }
    // What the customer chose on the order's pages counts first here too.
    let wished = stored.page_language.as_deref().or(terms.presentation.language.as_deref());
    let page = app.public_url().page("status", &stored.token);
    // Whoever opens a message wants to read, so that the page does not go on to the shop.
    let status_url = match wished {
        Some(_) => format!("{page}?stay"),
        None => format!("{page}?lang={}&stay", merchant.messages.language(None).code()),
    };
    let short_url = app.public_url().page("s", &random::short_token(&stored.token).unwrap_or_default());
    let facts = Facts {
        id: due.id,
        payer: &terms.payer,
        reference: &terms.reference,
        money: terms.money,
        title: &terms.title,
        merchant: &merchant.title,
        status_url: &status_url,
        short_url: &short_url,
        language: wished,
        at_ms: entry.record.at_ms,
        time_zone: merchant.pages.time_zone.as_deref(),
    };
    let Some(message) = message::message(&merchant.messages, occasion, channel, &facts) else {
        return Ok(Tried::needless(TO, "the merchant does not say this any more"));
    };
    let outbox = merchant.messages.outbox.as_ref().filter(|_| order.environment == Environment::Test);
    if order.environment == Environment::Test && outbox.is_none() {
        return Ok(Tried::needless(
            TO,
            "a play order writes to nobody; declare an outbox to see its messages",
        ));
    }
    let sender = Sender {
        settings: &merchant.messages,
        secrets: snapshot.message_secrets.get(&merchant.id).map(opened).transpose()?,
        reach: app.reach(),
        client: http,
        outbox,
    };
    Ok(said(sender.send(&message).await))
}

fn said(outcome: Outcome) -> Tried {
    match outcome {
        Outcome::Sent { code, outcome } => {
            Tried { arrived: true, status_code: code, ..Tried::nothing(TO, &outcome) }
        }
        Outcome::Later { code, outcome, retry_after_ms } => {
            Tried { status_code: code, retry_after_ms, ..Tried::nothing(TO, &outcome) }
        }
        Outcome::Never { code, outcome } => {
            Tried { gone: true, status_code: code, ..Tried::nothing(TO, &outcome) }
        }
    }
}
