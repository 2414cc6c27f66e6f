//! `guichet day-book close DAY`.

use std::process::ExitCode;

use clap::Args;
use guichet_server::app::App;
use guichet_server::book::{Day, NotClosed, close};
use guichet_server::operators::note_closed_day;
use guichet_server::store::Opening;
use guichet_server::zones::number_of;
use jiff::civil::Date;

use crate::cli::database::Beside;
use crate::cli::exit::Exit;
use crate::cli::order::which::Scope;
use crate::cli::whoami::login_of_operator;

#[derive(Debug, Args)]
pub(in crate::cli) struct Close {
    /// The day, in the merchant's time zone.
    #[arg(value_name = "DAY")]
    day: Date,
    #[command(flatten)]
    scope: Scope,
    /// What is kept with it, such as the statement that it agrees with.
    #[arg(long, default_value = "")]
    note: String,
    #[command(flatten)]
    database: Beside,
}

impl Close {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        self.database.with_app(Opening::AsItIs, async |app| self.close(app).await).await
    }

    async fn close(&self, app: &App) -> anyhow::Result<ExitCode> {
        let snapshot = app.registry().snapshot();
        let login = login_of_operator()?;
        let [(merchant, environment)] = self.scope.of(&snapshot)?[..] else {
            let why = "a day is closed in one book: name it by --merchant and --environment";
            return Err(Exit::Usage.error(why));
        };
        let Some(row) = snapshot.merchants.get(&merchant) else { return Ok(Exit::NotFound.into()) };
        let of = Day { merchant, environment, day: number_of(self.day) };
        let clocks = (&row.zones, app.clock().now_ms());
        match close(app.store(), of, clocks, (&login, self.note.trim())).await {
            Ok(_) => {}
            Err(error @ (NotClosed::NotOver | NotClosed::Already)) => {
                return Err(Exit::Refused.error(error.to_string()));
            }
            Err(NotClosed::Commit(error)) => return Err(error.into()),
        }
        let environment = environment.as_str();
        note_closed_day(app, &login, merchant, (&self.day.to_string(), environment)).await?;
        say!("{} of {} ({environment}) is closed.", self.day, row.name);
        Ok(ExitCode::SUCCESS)
    }
}
