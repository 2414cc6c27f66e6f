//! The faults that wait for something to strike, oldest first.

use crate::fault::{Concern, Fault, FaultView};
use crate::faults::{CallKind, FaultKind, Moment};
use crate::refusal::Refusal;

/// The most faults that wait at once.
const MAX_ARMED: usize = 1000;

/// How often a duplicated notification is sent in all.
const COPIES: usize = 3;

/// What goes wrong with a notification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mishap {
    /// How often it is sent: 0 when it is dropped.
    pub(crate) copies: usize,
    /// Whether it is signed with another secret.
    pub(crate) forged: bool,
    /// How much later it is sent, in ms.
    pub(crate) late_ms: i64,
    /// The faults that struck, by name.
    pub(crate) faults: Vec<&'static str>,
}

/// The faults that wait.
#[derive(Default)]
pub(crate) struct Armed {
    faults: Vec<Fault>,
}

impl Armed {
    /// Adds one.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] when it makes no sense, or when too many wait already.
    pub(crate) fn add(&mut self, fault: Fault) -> Result<(), Refusal> {
        fault.validate()?;
        if self.faults.len() >= MAX_ARMED {
            let message = format!("{MAX_ARMED} faults wait already; DELETE /sandbox/faults first.");
            return Err(Refusal::invalid("fault", message));
        }
        self.faults.push(fault);
        Ok(())
    }

    /// Takes the first that strikes this call.
    pub(crate) fn strike(&mut self, call: CallKind, concern: &Concern<'_>) -> Option<Fault> {
        self.take(|fault| fault.strikes(call) && fault.concerns(concern))
    }

    /// By how many seconds the confirmation of this payment is to be late.
    pub(crate) fn lateness_s(&mut self, concern: &Concern<'_>) -> Option<u64> {
        let late = |fault: &Fault| fault.kind.moment() == Moment::Paying && fault.concerns(concern);
        self.take(late).and_then(|fault| fault.kind.seconds())
    }

    /// What is to go wrong with a notification: at most one fault of each kind.
    pub(crate) fn mishap(&mut self, concern: &Concern<'_>) -> Mishap {
        let mut mishap = Mishap { copies: 1, forged: false, late_ms: 0, faults: Vec::new() };
        loop {
            let fresh = |fault: &Fault| {
                fault.kind.moment() == Moment::Notifying
                    && fault.concerns(concern)
                    && !mishap.faults.contains(&fault.kind.name())
            };
            let Some(fault) = self.take(fresh) else { return mishap };
            mishap.faults.push(fault.kind.name());
            if fault.kind == FaultKind::DropNotification {
                mishap.copies = 0;
                return mishap;
            }
            if fault.kind == FaultKind::DuplicateNotification {
                mishap.copies = COPIES;
            }
            mishap.forged |= fault.kind == FaultKind::ForgeSignature;
            let late_ms = fault.kind.seconds().and_then(|seconds| i64::try_from(seconds).ok());
            mishap.late_ms += late_ms.unwrap_or(0).saturating_mul(1000);
        }
    }

    /// Gives back one that found nothing to alter, so that it strikes the next call instead.
    pub(crate) fn give_back(&mut self, fault: Fault) {
        self.faults.insert(0, fault.times(1));
    }

    /// Those that wait.
    pub(crate) fn views(&self) -> Vec<FaultView> {
        self.faults.iter().map(FaultView::from).collect()
    }

    /// Drops them all.
    pub(crate) fn clear(&mut self) {
        self.faults.clear();
    }

    fn take(&mut self, wanted: impl Fn(&Fault) -> bool) -> Option<Fault> {
        let index = self.faults.iter().position(wanted)?;
        let fault = &mut self.faults[index];
        fault.count -= 1;
        Some(if fault.count == 0 { self.faults.remove(index) } else { fault.clone() })
    }
}

#[cfg(test)]
mod tests {
    use guichet_gateways::DIALECTS;

    use super::*;

    #[test]
    fn a_fault_strikes_only_what_it_is_about() {
        let here = DIALECTS[0].name();
        let concern = Concern { dialect: here, key: "k1", reference: "R1", merchant_reference: "M1" };
        let next = || Fault::next(FaultKind::Error503);
        for (fault, strikes) in [
            (next(), true),
            (next().at(here), true),
            (next().with_key("k1"), true),
            (next().with_key("k2"), false),
            (next().about("R1"), true),
            (next().about("M1"), true),
            (next().about("R2"), false),
            (next().at(here).with_key("k1").about("M1"), true),
            (next().at(here).with_key("k2").about("M1"), false),
            (Fault { dialect: Some("elsewhere".into()), ..next() }, false),
            (Fault::next(FaultKind::DropNotification), false),
            (Fault::next(FaultKind::ConfirmLate { seconds: 1 }), false),
        ] {
            let mut armed = Armed { faults: vec![fault.clone()] };
            assert_eq!(armed.strike(CallKind::Open, &concern).is_some(), strikes, "{fault:?}");
        }
    }

    #[test]
    fn a_notification_suffers_every_kind_of_fault_once() {
        let concern = Concern { dialect: "", key: "", reference: "", merchant_reference: "" };
        let mut armed = Armed::default();
        let late = FaultKind::LateNotification { seconds: 5 };
        for kind in [FaultKind::ForgeSignature, late, late, FaultKind::DuplicateNotification] {
            armed.add(Fault::next(kind)).unwrap();
        }
        let expected = Mishap {
            copies: 3,
            forged: true,
            late_ms: 5000,
            faults: vec!["forge_signature", "late_notification", "duplicate_notification"],
        };
        assert_eq!(armed.mishap(&concern), expected);
        assert_eq!(armed.mishap(&concern).late_ms, 5000);
        armed.add(Fault::next(FaultKind::DropNotification)).unwrap();
        assert_eq!(armed.mishap(&concern).copies, 0);
        assert_eq!(armed.mishap(&concern).copies, 1);
    }
}
