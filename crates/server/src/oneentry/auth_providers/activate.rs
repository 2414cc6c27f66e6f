//! `POST /users-auth-providers/marker/{marker}/users/activate`: a new customer proves the address.

use axum::Json;
use axum::extract::State;
use http::HeaderMap;
use serde::Deserialize;

use crate::access::{Source, normalized};
use crate::oneentry::body::Body;
use crate::oneentry::customer::{Device, Entrance, TypedCode, wrong_code};
use crate::oneentry::front::Front;
use crate::oneentry::front_error::FrontError;
use crate::store::{CommitError, CustomerStatus, Guard, update_customer, use_up_code};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Activation {
    user_identifier: String,
    code: TypedCode,
}

pub(super) async fn activate(
    State(front): State<Front>,
    entrance: Entrance,
    source: Source,
    headers: HeaderMap,
    Body(sent): Body<Activation>,
) -> Result<Json<bool>, FrontError> {
    let (identifier, device) = (normalized(&sent.user_identifier), Device::any(&headers));
    let access = &front.access;
    let claimant = access.claimant(entrance.claim(&identifier), &device.fingerprint, source).await?;
    let found = access.right_code(claimant, None, &sent.code.0).await?;
    let (mut customer, code) = found.ok_or_else(wrong_code)?;
    let mut writes = vec![use_up_code(&code)];
    if customer.status == CustomerStatus::Inactive {
        customer.status = CustomerStatus::Active;
        writes.push(update_customer(&customer, front.clock().now_ms()));
    }
    match front.store().commit(writes).await {
        Ok(()) => Ok(Json(true)),
        Err(CommitError::Conflict(Guard::Row)) => Err(wrong_code()),
        Err(error) => Err(error.into()),
    }
}
