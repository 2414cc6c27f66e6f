//! A machine that crashes: images of a long run.

use super::crashes::{Crashes, Findings, LOSSES, points};
use super::model::{Disk, Image, Loss};
use super::recording::{Recording, recording};
use super::trace::{Kind, Target};
use crate::support::dice::{Dice, setting};

fn crashes(recording: &Recording, ignores_syncs_of: Option<Target>) -> Crashes<'_> {
    let Recording { before, trace, acknowledged, .. } = recording;
    Crashes { before, trace, acknowledged, ignores_syncs_of }
}

fn dice() -> Dice {
    Dice::new(setting("GUICHET_TEST_SEED", 1))
}

#[test]
fn a_crash_at_any_moment_loses_nothing_that_was_acknowledged() {
    let images = usize::try_from(setting("GUICHET_TEST_IMAGES", 1_000)).expect("a number of images");
    let (recording, mut dice) = (recording(), dice());
    // Where nothing is unsynced one image stands for all four, so that there are about three at each.
    let mut found = Findings::default();
    while found.images < images {
        let points = points(&recording.trace.records, images / 3 + 1, &mut dice);
        found.add(crashes(recording, None).examine(&points, &LOSSES, &mut dice));
    }
    println!(
        "{} images of {} calls, {} answers acknowledged something",
        found.images,
        recording.trace.records.len(),
        recording.acknowledged.len()
    );
    assert!(
        found.bad.is_empty(),
        "{} images are bad: {:#?}",
        found.bad.len(),
        &found.bad[..found.bad.len().min(9)]
    );
}

/// The negative control: were syncs left out, these images would show it.
#[test]
fn a_disk_that_does_not_sync_is_caught() {
    let (recording, mut dice) = (recording(), dice());
    for target in [Target::Log, Target::Database] {
        let points = points(&recording.trace.records, 30, &mut dice);
        let found =
            crashes(recording, Some(target)).examine(&points, &[Loss::Everything, Loss::Some], &mut dice);
        println!("syncs of {target:?} left out: {} of {} images are bad", found.bad.len(), found.images);
        assert!(!found.bad.is_empty(), "the images do not show that {target:?} is never synced");
    }
}

/// Were a call missing in the trace, the images would show another database than the server's.
#[test]
fn the_trace_is_complete() {
    let recording = recording();
    let mut disk = Disk::new(&recording.before, &recording.trace);
    disk.go_to(recording.trace.records.len());
    let mut replayed = Image::default();
    disk.crash(Loss::Nothing, &mut dice(), &mut replayed);
    assert!(replayed == recording.after, "the trace does not lead to the files that the server left");
    for kind in [Kind::WriteDatabase, Kind::WriteLog, Kind::SyncDatabase, Kind::SyncLog] {
        assert!(recording.trace.records.iter().any(|record| record.did(kind)), "the trace has no {kind}");
    }
}

#[test]
fn a_server_that_is_asked_to_stop_leaves_all_in_the_database() {
    let Recording { after, ended: (well, log), .. } = recording();
    assert!(well, "a server that is asked to stop ends well: {log}");
    assert!(after.log.is_empty(), "{} bytes are left in the log", after.log.len());
}
