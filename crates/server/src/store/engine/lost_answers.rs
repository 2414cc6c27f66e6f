//! A lane that loses the answers to its COMMITs, for tests: what it says is unknown is there, or is not.

use std::sync::{Arc, Mutex, PoisonError};

use super::fault::Fault;
use super::lane::{Afterwards, Lane, NotCommitted, Stopped, Writer};
use super::write::Write;

/// What becomes of the next COMMIT whose answer is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LostAnswer {
    /// It is committed, and nobody is told.
    Done,
    /// It is not committed, and nobody is told.
    NotDone,
}

/// The answer that is lost next, if one is.
pub(crate) type NextAnswer = Arc<Mutex<Option<LostAnswer>>>;

/// A writer whose lane loses answers when it is told to.
pub(super) struct LosesAnswers<W> {
    pub(super) writer: W,
    pub(super) next: NextAnswer,
}

impl<W: Writer> Writer for LosesAnswers<W> {
    fn lend(self, work: impl FnOnce(&mut dyn Lane) -> Afterwards) -> Result<(), Fault> {
        let next = self.next;
        self.writer.lend(|lane| work(&mut LosingLane { lane, next }))
    }
}

struct LosingLane<'a> {
    lane: &'a mut dyn Lane,
    next: NextAnswer,
}

impl Lane for LosingLane<'_> {
    fn begin(&mut self) -> Result<(), Fault> {
        self.lane.begin()
    }

    fn execute(
        &mut self,
        writes: &mut dyn Iterator<Item = &Write>,
        touched: &mut Vec<usize>,
    ) -> Result<(), Stopped> {
        self.lane.execute(writes, touched)
    }

    fn commit(&mut self) -> Result<(), NotCommitted> {
        match self.next.lock().unwrap_or_else(PoisonError::into_inner).take() {
            None => return self.lane.commit(),
            Some(LostAnswer::Done) => self.lane.commit()?,
            Some(LostAnswer::NotDone) => self.lane.rollback(),
        }
        Err(NotCommitted::Unknown(Fault::new("the answer was lost".to_owned())))
    }

    fn rollback(&mut self) {
        self.lane.rollback();
    }

    fn tend(&mut self) -> Result<(), Fault> {
        self.lane.tend()
    }
}
