//! `GET /payments/accounts`: the ways to pay that are in use.

use axum::Json;
use axum::extract::State;
use guichet_core::Environment;
use serde::Serialize;

use crate::catalogue::{AUTO, PaymentAccount, with_ids};
use crate::clock::rfc3339;
use crate::oneentry::front::Front;
use crate::oneentry::front_error::FrontError;
use crate::oneentry::localized::Localized;
use crate::oneentry::signed_in::SignedIn;
use crate::oneentry::visitor::Visitor;
use crate::oneentry::way_to_pay;

/// OneEntry's `IAccountsEntity`. To OneEntry every way to pay but its own is `custom`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AccountEntity {
    id: i64,
    identifier: String,
    localize_infos: Localized,
    #[serde(rename = "type")]
    kind: &'static str,
    is_visible: bool,
    is_used: bool,
    test_mode: bool,
    settings: Settings,
    updated_date: String,
}

#[derive(Debug, Serialize)]
struct Settings {
    status: &'static str,
}

impl AccountEntity {
    /// The way to pay of that number.
    pub(super) async fn of(
        front: &Front,
        visitor: &Visitor,
        id: i64,
        account: &PaymentAccount,
    ) -> Result<Self, FrontError> {
        let snapshot = front.registry().snapshot();
        let known = snapshot.accounts_of(visitor.merchant, visitor.environment);
        let leads = |name: &str| account.gateway_account == AUTO || account.gateway_account == name;
        let connected = known.iter().any(|known| leads(&known.name));
        let changed_at_ms = front.store().project_changed_at(visitor.merchant).await?.unwrap_or_default();
        Ok(AccountEntity {
            id,
            identifier: account.identifier.clone(),
            localize_infos: Localized::of(&account.title, &visitor.language, &account.identifier),
            kind: "custom",
            is_visible: true,
            is_used: account.used,
            test_mode: visitor.environment == Environment::Test,
            settings: Settings { status: if connected { "connected" } else { "disconnected" } },
            updated_date: rfc3339(changed_at_ms),
        })
    }
}

/// All of them.
pub(super) async fn list_accounts(
    State(front): State<Front>,
    signed: SignedIn,
) -> Result<Json<Vec<AccountEntity>>, FrontError> {
    let visitor = &signed.visitor;
    let snapshot = front.registry().snapshot();
    let offered = |account: &PaymentAccount| way_to_pay::is_offered(&snapshot, visitor, account);
    let used = with_ids(&visitor.project.accounts).filter(|(_, account)| offered(account));
    let mut entities = Vec::new();
    for (id, account) in used {
        entities.push(AccountEntity::of(&front, visitor, id, account).await?);
    }
    Ok(Json(entities))
}
