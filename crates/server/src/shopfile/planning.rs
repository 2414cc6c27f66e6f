//! A plan while it is made: what holds, what is needed to judge and seal what is declared, and the steps and writes so far.

use guichet_core::MerchantId;

use crate::outbound::Reach;
use crate::store::Write;
use crate::vault::Vault;

use super::plan::{Action, Plan, Step};
use super::present::Present;

/// What is needed beside the file and the database.
#[derive(Clone, Copy)]
pub(super) struct Surroundings<'a> {
    /// Opens the secrets of now, and seals those that are declared.
    pub(super) vault: &'a Vault,
    /// Where addresses may lead.
    pub(super) reach: &'a Reach,
    /// Where this server is reached.
    pub(super) public_url: &'a str,
    pub(super) now_ms: i64,
}

/// A merchant that is being planned.
#[derive(Clone, Copy)]
pub(super) struct Whose<'a> {
    pub(super) id: MerchantId,
    pub(super) name: &'a str,
}

/// A plan while it is made.
pub(super) struct Planning<'a> {
    pub(super) present: &'a Present,
    pub(super) vault: &'a Vault,
    pub(super) reach: &'a Reach,
    pub(super) public_url: &'a str,
    pub(super) now_ms: i64,
    pub(super) notes: Vec<String>,
    steps: Vec<Step>,
    writes: Vec<Write>,
}

impl<'a> Planning<'a> {
    pub(super) fn new(present: &'a Present, surroundings: Surroundings<'a>) -> Self {
        let Surroundings { vault, reach, public_url, now_ms } = surroundings;
        let (notes, steps, writes) = (Vec::new(), Vec::new(), Vec::new());
        Planning { present, vault, reach, public_url, now_ms, notes, steps, writes }
    }

    /// The time of the next thing that is made: one millisecond apart, so that things sort as they were declared.
    pub(super) fn next_ms(&self) -> i64 {
        self.now_ms + i64::try_from(self.steps.len()).unwrap_or(0)
    }

    /// Adds a step, and what does it unless everything stays as it is.
    pub(super) fn add(&mut self, step: Step, write: impl FnOnce() -> Write) {
        if step.action != Action::Unchanged {
            self.writes.push(write());
        }
        self.steps.push(step);
    }

    /// The plan that it has become.
    pub(super) fn into_plan(self, not_named: Vec<String>) -> Plan {
        Plan {
            changes: !self.writes.is_empty(),
            steps: self.steps,
            notes: self.notes,
            not_named,
            writes: self.writes,
            revision: self.present.revision,
        }
    }
}
