//! What applying a shop file does, as data: what is made, changed, taken up again or ended, and what stays as it is.

use guichet_core::Environment;
use serde::Serialize;

use crate::app::App;
use crate::store::{CommitError, Fault, FaultKind, Guard, Write, move_revision_from};

use super::difference::Change;

/// What happens to one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// It is new.
    Made,
    /// Something about it becomes different.
    Changed,
    /// The API made it, and from now on it is the file's.
    Adopted,
    /// It had ended and is in use again, under the identifier that it had.
    TakenUpAgain,
    /// The file names it no more.
    Ended,
    /// It is as declared already.
    Unchanged,
}

impl Action {
    /// What is told of it.
    fn words(self) -> &'static str {
        match self {
            Action::Made => "made",
            Action::Changed => "changed",
            Action::Adopted => "adopted",
            Action::TakenUpAgain => "taken up again",
            Action::Ended => "ended",
            Action::Unchanged => "unchanged",
        }
    }

    const ALL: [Action; 6] = [
        Action::Made,
        Action::Changed,
        Action::Adopted,
        Action::TakenUpAgain,
        Action::Ended,
        Action::Unchanged,
    ];
}

/// What a step is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A merchant: its title, policy, routes, messages and pages.
    Merchant,
    /// A gateway account.
    Account,
    /// A webhook endpoint.
    Endpoint,
    /// What the merchant's front is made of.
    Project,
    /// Something that the front sells.
    Product,
}

/// What becomes of one thing.
#[derive(Debug, Clone, Serialize)]
pub struct Step {
    /// What happens to it.
    pub action: Action,
    /// What it is.
    pub kind: Kind,
    /// Whose it is, by name.
    pub merchant: String,
    /// Play money or real money, where it is for one of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<Environment>,
    /// Its name, address or number.
    pub name: String,
    /// The gateway of an account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gateway: Option<String>,
    /// Its identifier, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The fields that change.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
    /// What else has to be known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<String>,
}

impl Step {
    /// What it is about, for people.
    fn what(&self) -> String {
        let (merchant, name) = (&self.merchant, &self.name);
        let environment = self.environment.map(|environment| format!("{} ", environment.as_str()));
        let environment = environment.unwrap_or_default();
        match (self.kind, &self.gateway) {
            (Kind::Merchant, _) => format!("merchant {merchant}"),
            (Kind::Account, Some(gateway)) => {
                format!("{environment}account {name} at {gateway} of {merchant}")
            }
            (Kind::Account, None) => format!("{environment}account {name} of {merchant}"),
            (Kind::Endpoint, _) => format!("{environment}webhook endpoint {name} of {merchant}"),
            (Kind::Project, _) => format!("project of {merchant}"),
            (Kind::Product, _) => format!("product {name} of {merchant}"),
        }
    }

    /// A line that says what happens to it and ends with its identifier, and a line for each change and remark.
    fn lines(&self) -> Vec<String> {
        let id = self.id.as_ref().map(|id| format!(" ({id})")).unwrap_or_default();
        let mut lines = vec![format!("{} {}{id}", self.action.words(), self.what())];
        lines.extend(self.changes.iter().map(|change| format!("    {change}")));
        lines.extend(self.remarks.iter().map(|remark| format!("    {remark}")));
        lines
    }

    /// Whether it changes or ends something that is in use.
    fn alters(&self) -> bool {
        match self.action {
            Action::Changed | Action::Adopted | Action::TakenUpAgain | Action::Ended => true,
            Action::Made | Action::Unchanged => false,
        }
    }
}

/// What applying a shop file does. [`Plan::commit`] does it.
#[derive(Debug, Clone, Serialize)]
pub struct Plan {
    /// Whether there is anything to do.
    pub changes: bool,
    /// One for each thing that the file declares, or that it ends.
    pub steps: Vec<Step>,
    /// What is good to know.
    pub notes: Vec<String>,
    /// Merchants in use that the file does not name: they stay as they are.
    pub not_named: Vec<String>,
    #[serde(skip)]
    pub(super) writes: Vec<Write>,
    #[serde(skip)]
    pub(super) revision: i64,
}

impl Plan {
    /// Whether it would change or end something, and not only make what is new.
    pub fn alters(&self) -> bool {
        self.steps.iter().any(Step::alters)
    }

    /// The plan for people, without what stays as it is.
    pub fn lines(&self) -> Vec<String> {
        self.told(|step| step.action != Action::Unchanged)
    }

    /// The same with what stays as it is.
    pub fn all_lines(&self) -> Vec<String> {
        self.told(|_| true)
    }

    fn told(&self, which: impl Fn(&Step) -> bool) -> Vec<String> {
        let many = |step: &Step| step.kind == Kind::Product && step.action == Action::Made;
        let (made, others): (Vec<&Step>, Vec<&Step>) =
            self.steps.iter().filter(|step| which(step)).partition(|step| many(step));
        let mut lines: Vec<String> = others.into_iter().flat_map(Step::lines).collect();
        if !made.is_empty() {
            lines.push(format!("made {} products", made.len()));
        }
        lines.extend(self.notes.iter().cloned());
        lines
    }

    /// How much of each there is, such as `2 made, 1 ended`.
    pub fn summary(&self) -> String {
        let count = |action: Action| self.steps.iter().filter(|step| step.action == action).count();
        let counted = Action::ALL.map(|action| (count(action), action.words()));
        let told = counted.iter().filter(|(count, _)| *count > 0);
        told.map(|(count, words)| format!("{count} {words}")).collect::<Vec<_>>().join(", ")
    }

    /// What is said about the merchants that the file does not name, if there are any.
    pub fn about_others(&self) -> Option<String> {
        let (last, others) = self.not_named.split_last()?;
        Some(match others {
            [] => format!(
                "The file does not name the merchant {last}, which stays as it is; to end a merchant, declare it with ended = true."
            ),
            others => format!(
                "The file does not name the merchants {} and {last}, which stay as they are; to end a merchant, declare it with ended = true.",
                others.join(", ")
            ),
        })
    }

    /// Does it, all of it or nothing.
    ///
    /// # Errors
    /// The configuration has changed since the plan was made, or it cannot be written; nothing is changed.
    pub async fn commit(&self, app: &App) -> anyhow::Result<()> {
        if self.writes.is_empty() {
            return Ok(());
        }
        let mut writes = vec![move_revision_from(self.revision), app.registry().sealed()?];
        writes.extend(self.writes.iter().cloned());
        match app.store().commit(writes).await {
            Ok(()) => {}
            Err(CommitError::Conflict(Guard::Row)) => {
                let why = "the configuration or its key was changed by somebody else meanwhile; look at the plan again";
                return Err(Fault::of(FaultKind::Refused, why).into());
            }
            Err(error) => return Err(error.into()),
        }
        app.registry().refresh().await
    }
}
