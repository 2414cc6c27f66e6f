//! `PUT /v1/project`.

use axum::Json;
use axum::extract::State;
use guichet_core::{Code, Environment};

use crate::app::{App, Error};
use crate::catalogue::Project;
use crate::http::caller::Caller;
use crate::http::input::Sent;
use crate::http::problem::Problem;
use crate::store::{MadeBy, move_revision, put_project};

/// Replace the project
///
/// The whole document; what it leaves out is gone. Orders keep what they say of it.
#[utoipa::path(put, path = "/v1/project", tag = "Shop front", request_body = Project,
    responses((status = 200, description = "The project as it is from now on.", body = Project),
              (status = 403, description = "`live_key_needed`.", body = Problem),
              (status = 422, description = "`project_invalid`: see `field`.", body = Problem)))]
pub(crate) async fn replace_project(
    State(app): State<App>,
    caller: Caller,
    sent: Sent,
) -> Result<Json<Project>, Problem> {
    caller.insist_on_live()?;
    let project: Project = sent.json()?;
    let snapshot = app.registry().snapshot();
    let known = |name: &str| snapshot.has_account(caller.merchant, name);
    project
        .check()
        .and_then(|()| project.check_gateway_accounts(known))
        .map_err(|broken| Problem::field(broken.field, Code::ProjectInvalid, broken.rule))?;
    let merchant = snapshot.merchants.get(&caller.merchant);
    let live = snapshot.all_accounts_of(caller.merchant, Environment::Live);
    let has_live = live.iter().any(|account| !account.standing.has_ended());
    if let Some((url, merchant)) = project.return_url.as_ref().zip(merchant).filter(|_| has_live) {
        let allowed = merchant.leads_back_to(url, "return_url", Environment::Live);
        allowed.map_err(|(code, rule)| Problem::field("return_url", code, rule))?;
    }
    let writes =
        vec![put_project(caller.merchant, &project, MadeBy::Api, app.clock().now_ms()), move_revision()];
    app.store().commit(writes).await.map_err(Error::from)?;
    app.registry().refresh().await?;
    Ok(Json(project))
}
