//! `GET /v1/project`.

use axum::Json;
use axum::extract::State;

use crate::app::App;
use crate::catalogue::Project;
use crate::http::caller::Caller;
use crate::http::problem::Problem;

/// Read the project
///
/// The same for play money and real money.
#[utoipa::path(get, path = "/v1/project", tag = "Shop front",
    responses((status = 200, description = "What your shop front is made of.", body = Project),
              (status = 404, description = "`not_found`: you have no project yet.", body = Problem)))]
pub(crate) async fn read_project(State(app): State<App>, caller: Caller) -> Result<Json<Project>, Problem> {
    app.registry().refresh().await?;
    let snapshot = app.registry().snapshot();
    let project = snapshot.projects.get(&caller.merchant).ok_or_else(|| Problem::not_found("project"))?;
    Ok(Json(Project::clone(project)))
}
