//! The real server on a disk that crashes or fails. What it writes is recorded call by call; from the record come
//! the images that a crash of the machine may leave, and each of them must be a whole database with everything that
//! was acknowledged. Then its calls fail, one by one, and it must never say that something is done that is not.
//!
//! `GUICHET_TEST_IMAGES` and `GUICHET_TEST_FAULTS` make the run longer, `GUICHET_TEST_SEED` makes it another one.

mod crashes;
mod examine;
mod fault_run;
mod faults;
mod images;
mod model;
mod recording;
mod scene;
mod shim;
mod trace;
