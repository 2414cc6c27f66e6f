//! Whether something that is declared is in use: an operator disables and enables it by hand, and it ends when it leaves
//! its shop file. Who made it says which file or call may end it.

use crate::clock::rfc3339;
use crate::store::engine::Fault;
use crate::store::engine::value::{Param, Values};

/// Whether a gateway account or a webhook endpoint is in use.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// When it ended (unix ms).
    pub ended_at_ms: Option<i64>,
    /// When it was disabled (unix ms), while it is.
    pub disabled_at_ms: Option<i64>,
    /// The operator who disabled or enabled it last, by hand.
    pub switched_by: Option<String>,
    /// When that was (unix ms).
    pub switched_at_ms: Option<i64>,
}

/// What an operator did to something that is declared.
#[derive(Debug, Clone, Copy)]
pub struct Switched<'a> {
    /// Whether it is disabled from now on.
    pub disabled: bool,
    /// Who did it.
    pub by: &'a str,
    /// When (unix ms).
    pub at_ms: i64,
}

impl Standing {
    /// Four columns of a row, from that one on, in the order of the fields.
    pub(super) fn read(row: &Values, from: usize) -> Self {
        Standing {
            ended_at_ms: row.maybe_int(from),
            disabled_at_ms: row.maybe_int(from + 1),
            switched_by: row.maybe_text(from + 2).map(str::to_owned),
            switched_at_ms: row.maybe_int(from + 3),
        }
    }

    /// Whether it is used for what is new.
    pub fn is_in_use(&self) -> bool {
        self.ended_at_ms.is_none() && self.disabled_at_ms.is_none()
    }

    /// Whether it has left its shop file, or was deleted.
    pub fn has_ended(&self) -> bool {
        self.ended_at_ms.is_some()
    }

    /// Whether an operator disabled it, so that nobody but an operator enables it.
    pub fn is_disabled_by_hand(&self) -> bool {
        self.disabled_at_ms.is_some() && self.switched_by.is_some()
    }

    /// The state in one word: `in_use`, `disabled` or `ended`.
    pub fn word(&self) -> &'static str {
        match (self.ended_at_ms, self.disabled_at_ms) {
            (Some(_), _) => "ended",
            (None, Some(_)) => "disabled",
            (None, None) => "in_use",
        }
    }

    /// The state for people, with since when and by whom.
    pub fn told(&self) -> String {
        match (self.ended_at_ms, self.disabled_at_ms, &self.switched_by) {
            (Some(at_ms), _, _) => format!("ended {}", rfc3339(at_ms)),
            (None, Some(at_ms), Some(by)) => format!("disabled by {by} {}", rfc3339(at_ms)),
            (None, Some(at_ms), None) => format!("disabled {}: it answered 410", rfc3339(at_ms)),
            (None, None, _) => "in use".to_owned(),
        }
    }
}

/// Who made something that both shop files and the API make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MadeBy {
    /// A shop file, which ends it when it does not name it any more.
    File,
    /// A call to the API; a shop file that never knew it leaves it alone.
    Api,
}

impl MadeBy {
    /// The word for it in the database and in what is shown.
    pub fn as_str(self) -> &'static str {
        match self {
            MadeBy::File => "file",
            MadeBy::Api => "api",
        }
    }

    /// The column of a row.
    pub(super) fn read(row: &Values, column: usize) -> Result<Self, Fault> {
        match row.text(column)? {
            "file" => Ok(MadeBy::File),
            "api" => Ok(MadeBy::Api),
            other => Err(Fault::new(format!("column {column}: nobody called “{other}” makes anything"))),
        }
    }
}

impl Param for MadeBy {
    fn add_to(self, values: &mut Values) {
        self.as_str().add_to(values);
    }
}
