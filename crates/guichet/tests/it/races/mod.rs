//! Everything that may happen to an order at the same moment does, a thousand times over: checks
//! from every side, callbacks true and forged, two payments, a cancellation, the expiry. However they
//! interleave, an order is settled once, by money that came, and told once.
//!
//! `GUICHET_TEST_ROUNDS` and `GUICHET_TEST_SEED` make the run longer or another one.

mod interleavings;
mod truth;
mod twins;
