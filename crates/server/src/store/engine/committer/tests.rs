//! The committer on a lane of paper, which notes what is asked of it.

use super::super::value::params;
use super::super::write::Guard;
use super::*;

/// Notes what is asked of it; a statement `taken` touches no row and `broken` fails.
#[derive(Default)]
struct Paper {
    open: Vec<&'static str>,
    kept: Vec<&'static str>,
    commits: usize,
    full: bool,
    breaks: bool,
    /// Whether it sends all writes in one flight.
    pipelined: bool,
    locked: bool,
    /// Whether a statement of the open transaction failed, so that nothing of it can be kept.
    spoilt: bool,
    /// How often the engine undoes the whole transaction.
    undone: usize,
    begun: usize,
    well: bool,
}

impl Lane for Paper {
    fn begin(&mut self) -> Result<(), Fault> {
        self.begun += 1;
        if self.locked { Err(Fault::new("locked".to_owned())) } else { Ok(()) }
    }

    fn execute(
        &mut self,
        writes: &mut dyn Iterator<Item = &Write>,
        touched: &mut Vec<usize>,
    ) -> Result<(), Stopped> {
        if self.undone > 0 {
            self.undone -= 1;
            return Err(Stopped::Undone(Fault::new("a deadlock".to_owned())));
        }
        for write in writes {
            match write.sql {
                "taken" => touched.push(0),
                "broken" => {
                    self.spoilt = true;
                    return Err(Fault::new("broken".to_owned()).into());
                }
                sql => {
                    self.open.push(sql);
                    touched.push(1);
                }
            }
            if write.sql == "taken" && !self.pipelined {
                break;
            }
        }
        Ok(())
    }

    fn commit(&mut self) -> Result<(), NotCommitted> {
        if self.full && self.open.len() > 1 {
            return Err(NotCommitted::NoRoom(Fault::new("full".to_owned())));
        }
        assert!(!self.spoilt, "a transaction is committed of which nothing is kept");
        self.commits += 1;
        if self.breaks {
            return Err(NotCommitted::Unknown(Fault::new("the disk failed".to_owned())));
        }
        self.kept.append(&mut self.open);
        Ok(())
    }

    fn rollback(&mut self) {
        self.open.clear();
        self.spoilt = false;
    }

    fn tend(&mut self) -> Result<(), Fault> {
        Ok(())
    }
}

type Answer = oneshot::Receiver<Outcome>;

/// A member of guarded statements.
fn job(statements: &[&'static str]) -> (Job, Answer) {
    let (answer, outcome) = oneshot::channel();
    let writes = statements.iter().map(|sql| Write::guarded(sql, params![], Guard::Row)).collect();
    (Job { writes, answer }, outcome)
}

/// Writes members, each a list of statements; a letter for what became of each of them.
fn written(paper: &mut Paper, members: &[&[&'static str]]) -> String {
    joined(paper, members, &[])
}

/// The same when others come while those are written, one after the other.
fn joined(paper: &mut Paper, members: &[&[&'static str]], late: &[&[&'static str]]) -> String {
    let (mut batch, mut answers): (Vec<_>, Vec<_>) = members.iter().map(|member| job(member)).unzip();
    let (late, late_answers): (Vec<_>, Vec<_>) = late.iter().map(|member| job(member)).unzip();
    answers.extend(late_answers);
    let mut late = late.into_iter();
    let mut outcomes = Vec::new();
    paper.well = write(paper, &mut batch, &mut |batch| batch.extend(late.next()), &mut outcomes);
    outcomes.into_iter().for_each(reply);
    let letter = |mut outcome: Answer| match outcome.try_recv() {
        Ok(Ok(())) => '+',
        Ok(Err(CommitError::Conflict(Guard::Row))) => 'c',
        Ok(Err(CommitError::Fault(_))) => 'f',
        Ok(Err(CommitError::Unwritable(_))) => 'u',
        Ok(Err(CommitError::Unknown(_))) => '?',
        other => panic!("{other:?}"),
    };
    answers.into_iter().map(letter).collect()
}

#[test]
fn one_member_never_spoils_the_others() {
    for (members, outcome, kept, commits) in [
        (&[&["a", "b"][..], &["c"]][..], "++", "abc", 1),
        (&[&["a"], &["taken", "b"], &["c"]], "+c+", "ac", 1),
        (&[&["a"], &["b", "taken"], &["c"]], "+c+", "ac", 1),
        (&[&["b", "taken"], &["c", "broken"], &["taken"], &["d"]], "cfc+", "d", 1),
        (&[&["a"], &["taken", "broken"]], "+c", "a", 1),
        (&[&["taken", "broken"], &["a"]], "c+", "a", 1),
        (&[&["broken"]], "f", "", 0),
    ] {
        for pipelined in [false, true] {
            let mut paper = Paper { pipelined, ..Paper::default() };
            assert_eq!(written(&mut paper, members), outcome, "{members:?}");
            assert_eq!((paper.kept.concat().as_str(), paper.commits), (kept, commits), "{members:?}");
        }
    }
}

#[test]
fn those_who_come_late_share_the_transaction() {
    for (late, outcome, kept, commits) in [
        (&[&["b"][..], &["c", "d"]][..], "+++", "abcd", 1),
        (&[&["taken"], &["c"]], "+c+", "ac", 1),
        (&[&["b", "taken"], &["c"]], "+c+", "ac", 1),
    ] {
        let mut paper = Paper::default();
        assert_eq!(joined(&mut paper, &[&["a"]], late), outcome, "{late:?}");
        assert_eq!((paper.kept.concat().as_str(), paper.commits), (kept, commits), "{late:?}");
    }
}

#[test]
fn nobody_is_let_into_a_full_batch() {
    let (sender, mut queue) = mpsc::channel(QUEUE);
    for _ in 0..BATCH {
        sender.try_send(job(&["late"]).0).unwrap_or_else(|_| panic!("there is room"));
    }
    let mut batch = vec![job(&["first"]).0];
    let mut join = |batch: &mut _| join(&mut queue, Batches::Mixed, batch, &mut Vec::new(), &mut 0);
    assert_eq!(join(&mut batch), BATCH - 1);
    assert_eq!(join(&mut batch), 0);
    assert_eq!((batch.len(), queue.len()), (BATCH, 1));
}

#[test]
fn each_is_written_alone_when_all_together_cannot_be() {
    let mut paper = Paper { full: true, ..Paper::default() };
    assert_eq!(written(&mut paper, &[&["a"], &["b", "c"], &["d"]]), "+u+");
    assert_eq!(paper.kept, ["a", "d"]);
    assert!(paper.well, "the last one could be written");
    assert_eq!(written(&mut paper, &[&["d"], &["b", "c"]]), "+u");
    assert!(!paper.well, "the last one could not be written");
}

#[test]
fn a_disk_that_failed_is_not_tried_again_for_each() {
    let mut paper = Paper { breaks: true, ..Paper::default() };
    assert_eq!(written(&mut paper, &[&["a"], &["b", "c"], &["d"]]), "???");
    assert_eq!((paper.commits, paper.kept.len(), paper.well), (1, 0, false));
}

#[test]
fn nobody_waits_in_turn_for_a_store_that_is_locked() {
    let mut paper = Paper { locked: true, ..Paper::default() };
    assert_eq!(written(&mut paper, &[&["a"], &["b"], &["c"]]), "uuu");
    assert_eq!((paper.begun, paper.well), (1, false));
}

#[test]
fn what_the_engine_undid_is_written_again_and_not_for_ever() {
    for (undone, outcome, kept) in [(1, "++", "ab"), (ATTEMPTS, "++", "ab"), (ATTEMPTS + 1, "uu", "")] {
        let mut paper = Paper { undone, ..Paper::default() };
        assert_eq!(written(&mut paper, &[&["a"], &["b"]]), outcome, "undone {undone} times");
        assert_eq!(paper.kept.concat(), kept);
    }
}

#[test]
fn shards_that_are_kept_apart_share_no_batch() {
    let of = |shard: Option<i64>| {
        let mut job = job(&["a"]).0;
        job.writes[0].shard = shard;
        job
    };
    let came = [Some(1), Some(2), None, Some(1), None, Some(2)];
    for (batches, expected) in [
        (Batches::Mixed, vec![came.to_vec()]),
        (Batches::OfOneShard, vec![vec![Some(1); 2], vec![Some(2); 2], vec![None; 2]]),
    ] {
        let mut waiting: Vec<Job> = came.into_iter().map(of).collect();
        let mut found = Vec::new();
        while !waiting.is_empty() {
            let batch = batches.first_of(&mut waiting);
            found.push(batch.iter().map(Job::shard).collect::<Vec<_>>());
        }
        assert_eq!(found, expected, "{batches:?}");
        let (sender, mut queue) = mpsc::channel(QUEUE);
        let late = [Some(2), Some(1)];
        for job in late.map(of) {
            sender.try_send(job).unwrap_or_else(|_| panic!("there is room"));
        }
        let (mut batch, mut waiting) = (vec![of(Some(1))], Vec::new());
        let came = join(&mut queue, batches, &mut batch, &mut waiting, &mut 0);
        let apart = usize::from(batches == Batches::OfOneShard);
        assert_eq!((came, waiting.len()), (2 - apart, apart), "{batches:?}");
    }
}

#[tokio::test]
async fn a_batch_is_answered_though_a_member_has_gone() {
    let (written, outcomes) = mpsc::unbounded_channel();
    let ((gone, nobody), (waiting, mut outcome)) = (job(&["a"]), job(&["b"]));
    drop(nobody);
    written.send(vec![(gone, Ok(())), (waiting, Ok(()))]).unwrap_or_else(|_| panic!("it is open"));
    drop(written);
    answer(outcomes).await;
    assert!(matches!(outcome.try_recv(), Ok(Ok(()))));
}
