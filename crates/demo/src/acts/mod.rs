//! What happens in each scenario, as customers, the shop and the gateway live it. In a tampered
//! world one thing is otherwise than everybody says, and the ending must show it.

mod dinars;
mod francs;
mod registered;
mod strangers;

use super::play::Play;
use super::scenario::Scenario;
use super::vendors::Vendor;

/// Plays a scenario.
pub(super) async fn play(play: &mut Play<'_>, scenario: Scenario) -> anyhow::Result<()> {
    match scenario {
        Scenario::Paid => dinars::paid(play).await,
        Scenario::DeclinedThenPaid => dinars::declined_then_paid(play).await,
        Scenario::Expired => dinars::expired(play).await,
        Scenario::NeverReturns => dinars::never_returns(play).await,
        Scenario::ConfirmedLate => dinars::confirmed_late(play).await,
        Scenario::GatewayDown => dinars::gateway_down(play).await,
        Scenario::AnswerLost => dinars::answer_lost(play).await,
        Scenario::WrongEnvironment => dinars::wrong_environment(play).await,
        Scenario::Cash => dinars::cash(play).await,
        Scenario::CancelledThenPaid => dinars::cancelled_then_paid(play).await,
        Scenario::PaidTwice => dinars::paid_twice(play).await,
        Scenario::CinetpayPaid => francs::paid(play, "cinetpay").await,
        Scenario::CinetpayDeclined => francs::declined(play, "cinetpay").await,
        Scenario::CinetpayExpired => francs::lapsed_a_day_later(play).await,
        Scenario::CinetpayAnswerLost => francs::asked_about(play).await,
        Scenario::NovasendPaid => francs::paid(play, "novasend").await,
        Scenario::NovasendDeclined => francs::declined(play, "novasend").await,
        Scenario::NovasendExpired => francs::lapsed_before_the_order(play).await,
        Scenario::NovasendAnswerLost => francs::opened_again(play).await,
        Scenario::CinetpayShop => strangers::paid_elsewhere(play, Vendor::CinetPay, "novasend").await,
        Scenario::NovasendShop => strangers::paid_elsewhere(play, Vendor::Novasend, "cinetpay").await,
        Scenario::OcpayShop => strangers::paid_in_cash(play).await,
        Scenario::FrontPaid => registered::paid(play).await,
        Scenario::FrontCash => registered::in_cash(play).await,
        Scenario::FrontDeclined => registered::declined_then_paid(play).await,
        Scenario::FrontRefresh => registered::signed_in_for_long(play).await,
    }
}
