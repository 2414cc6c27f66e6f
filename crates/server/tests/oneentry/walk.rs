//! Strangers try every door.
