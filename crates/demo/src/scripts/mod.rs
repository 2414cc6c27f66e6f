//! What happens in each scenario, as customers, the shop and the gateway live it. In a tampered
//! world one thing is otherwise than everybody says, and the ending must show it.

mod dinars;
mod francs;
mod registered;
mod strangers;

use super::run::Run;
use super::scenario::Scenario;
use super::vendors::Vendor;

/// Plays a scenario.
pub(super) async fn play(run: &mut Run<'_>, scenario: Scenario) -> anyhow::Result<()> {
    match scenario {
        Scenario::Paid => dinars::paid(run).await,
        Scenario::DeclinedThenPaid => dinars::declined_then_paid(run).await,
        Scenario::Expired => dinars::expired(run).await,
        Scenario::NeverReturns => dinars::never_returns(run).await,
        Scenario::ConfirmedLate => dinars::confirmed_late(run).await,
        Scenario::GatewayDown => dinars::gateway_down(run).await,
        Scenario::AnswerLost => dinars::answer_lost(run).await,
        Scenario::WrongEnvironment => dinars::wrong_environment(run).await,
        Scenario::Cash => dinars::cash(run).await,
        Scenario::CancelledThenPaid => dinars::cancelled_then_paid(run).await,
        Scenario::PaidTwice => dinars::paid_twice(run).await,
        Scenario::CinetpayPaid => francs::paid(run, "cinetpay").await,
        Scenario::CinetpayDeclined => francs::declined(run, "cinetpay").await,
        Scenario::CinetpayExpired => francs::lapsed_a_day_later(run).await,
        Scenario::CinetpayAnswerLost => francs::asked_about(run).await,
        Scenario::NovasendPaid => francs::paid(run, "novasend").await,
        Scenario::NovasendDeclined => francs::declined(run, "novasend").await,
        Scenario::NovasendExpired => francs::lapsed_before_the_order(run).await,
        Scenario::NovasendAnswerLost => francs::opened_again(run).await,
        Scenario::CinetpayShop => strangers::paid_elsewhere(run, Vendor::CinetPay, "novasend").await,
        Scenario::NovasendShop => strangers::paid_elsewhere(run, Vendor::Novasend, "cinetpay").await,
        Scenario::OcpayShop => strangers::paid_in_cash(run).await,
        Scenario::FrontPaid => registered::paid(run).await,
        Scenario::FrontCash => registered::in_cash(run).await,
        Scenario::FrontDeclined => registered::declined_then_paid(run).await,
        Scenario::FrontRefresh => registered::signed_in_for_long(run).await,
    }
}
