//! The injected misbehaviours that have not struck yet, oldest first.

use crate::misbehaviour::{Misbehaviour, MisbehaviourView, Subject};
use crate::misbehaviour_kind::{CallKind, MisbehaviourKind, Moment};
use crate::refusal::Refusal;
use crate::tenant::Tenant;

/// The most misbehaviours that may wait at once.
const MAX_INJECTED: usize = 1000;

/// The number of copies of a duplicated notification.
const COPIES: usize = 3;

/// The misbehaviours of one notification together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NotificationMisbehaviour {
    /// The number of copies that are sent: 0 when it is dropped.
    pub(crate) copies: usize,
    /// Whether it is signed with another secret.
    pub(crate) forged: bool,
    /// Whether it looks paid, whatever became of the payment.
    pub(crate) looks_paid: bool,
    /// The delay, in ms.
    pub(crate) late_ms: i64,
    /// The names of the misbehaviours.
    pub(crate) names: Vec<&'static str>,
}

/// The misbehaviours that have not struck yet.
#[derive(Default)]
pub(crate) struct Injected {
    misbehaviours: Vec<Misbehaviour>,
}

impl Injected {
    /// Adds one.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] when it makes no sense, or when too many wait already.
    pub(crate) fn add(&mut self, misbehaviour: Misbehaviour) -> Result<(), Refusal> {
        misbehaviour.validate()?;
        if self.misbehaviours.len() >= MAX_INJECTED {
            let message = format!("{MAX_INJECTED} faults wait already; DELETE /sandbox/faults first.");
            return Err(Refusal::invalid("fault", message));
        }
        self.misbehaviours.push(misbehaviour);
        Ok(())
    }

    /// Takes the first that strikes this call.
    pub(crate) fn strike(&mut self, call: CallKind, subject: &Subject<'_>) -> Option<Misbehaviour> {
        self.take(|misbehaviour| misbehaviour.applies_to_call(call) && misbehaviour.applies_to(subject))
    }

    /// The delay of this payment's confirmation, in seconds.
    pub(crate) fn lateness_s(&mut self, subject: &Subject<'_>) -> Option<u64> {
        let late = |misbehaviour: &Misbehaviour| {
            misbehaviour.kind.moment() == Moment::Paying && misbehaviour.applies_to(subject)
        };
        self.take(late).and_then(|misbehaviour| misbehaviour.kind.seconds())
    }

    /// The misbehaviours that strike a notification: at most one of each kind.
    pub(crate) fn strike_notification(&mut self, subject: &Subject<'_>) -> NotificationMisbehaviour {
        let mut all = NotificationMisbehaviour {
            copies: 1,
            forged: false,
            looks_paid: false,
            late_ms: 0,
            names: Vec::new(),
        };
        loop {
            let fresh = |one: &Misbehaviour| {
                one.kind.moment() == Moment::Notifying
                    && one.applies_to(subject)
                    && !all.names.contains(&one.kind.name())
            };
            let Some(one) = self.take(fresh) else { return all };
            all.names.push(one.kind.name());
            if one.kind == MisbehaviourKind::DropNotification {
                all.copies = 0;
                return all;
            }
            if one.kind == MisbehaviourKind::DuplicateNotification {
                all.copies = COPIES;
            }
            all.forged |= one.kind == MisbehaviourKind::ForgeSignature;
            all.looks_paid |= one.kind == MisbehaviourKind::NotificationLooksPaid;
            let late_ms = one.kind.seconds().and_then(|seconds| i64::try_from(seconds).ok());
            all.late_ms += late_ms.unwrap_or(0).saturating_mul(1000);
        }
    }

    /// Gives back one that found nothing to alter, so that it strikes the next call instead.
    pub(crate) fn give_back(&mut self, misbehaviour: Misbehaviour) {
        self.misbehaviours.insert(0, misbehaviour.times(1));
    }

    /// All of them, as the control API shows them.
    pub(crate) fn views(&self) -> Vec<MisbehaviourView> {
        self.misbehaviours.iter().map(MisbehaviourView::from).collect()
    }

    /// Those that can strike this merchant, as the control API shows them.
    pub(crate) fn views_for(&self, tenant: &Tenant) -> Vec<MisbehaviourView> {
        let could = |one: &&Misbehaviour| {
            one.dialect.as_deref().is_none_or(|dialect| dialect == tenant.dialect().name())
                && one.key.as_deref().is_none_or(|key| key == tenant.key())
        };
        self.misbehaviours.iter().filter(could).map(MisbehaviourView::from).collect()
    }

    /// Drops them all.
    pub(crate) fn clear(&mut self) {
        self.misbehaviours.clear();
    }

    /// Drops those that were injected for this merchant's key.
    pub(crate) fn clear_for(&mut self, tenant: &Tenant) {
        self.misbehaviours.retain(|one| one.key.as_deref() != Some(tenant.key()));
    }

    fn take(&mut self, wanted: impl Fn(&Misbehaviour) -> bool) -> Option<Misbehaviour> {
        let index = self.misbehaviours.iter().position(wanted)?;
        let misbehaviour = &mut self.misbehaviours[index];
        misbehaviour.count -= 1;
        Some(if misbehaviour.count == 0 { self.misbehaviours.remove(index) } else { misbehaviour.clone() })
    }
}

#[cfg(test)]
mod tests {
    use guichet_gateways::DIALECTS;

    use super::*;

    #[test]
    fn a_misbehaviour_strikes_only_what_it_is_about() {
        let here = DIALECTS[0].name();
        let subject = Subject { dialect: here, key: "k1", reference: "R1", merchant_reference: "M1" };
        let next = || Misbehaviour::next(MisbehaviourKind::Error503);
        for (misbehaviour, strikes) in [
            (next(), true),
            (next().at(here), true),
            (next().with_key("k1"), true),
            (next().with_key("k2"), false),
            (next().about("R1"), true),
            (next().about("M1"), true),
            (next().about("R2"), false),
            (next().at(here).with_key("k1").about("M1"), true),
            (next().at(here).with_key("k2").about("M1"), false),
            (Misbehaviour { dialect: Some("elsewhere".into()), ..next() }, false),
            (Misbehaviour::next(MisbehaviourKind::DropNotification), false),
            (Misbehaviour::next(MisbehaviourKind::ConfirmLate { seconds: 1 }), false),
        ] {
            let mut injected = Injected { misbehaviours: vec![misbehaviour.clone()] };
            assert_eq!(injected.strike(CallKind::Open, &subject).is_some(), strikes, "{misbehaviour:?}");
        }
    }

    #[test]
    fn a_notification_suffers_every_kind_of_misbehaviour_once() {
        let subject = Subject { dialect: "", key: "", reference: "", merchant_reference: "" };
        let mut injected = Injected::default();
        let late = MisbehaviourKind::LateNotification { seconds: 5 };
        for kind in [MisbehaviourKind::ForgeSignature, late, late, MisbehaviourKind::DuplicateNotification] {
            injected.add(Misbehaviour::next(kind)).unwrap();
        }
        let expected = NotificationMisbehaviour {
            copies: 3,
            forged: true,
            looks_paid: false,
            late_ms: 5000,
            names: vec!["forge_signature", "late_notification", "duplicate_notification"],
        };
        assert_eq!(injected.strike_notification(&subject), expected);
        assert_eq!(injected.strike_notification(&subject).late_ms, 5000);
        injected.add(Misbehaviour::next(MisbehaviourKind::DropNotification)).unwrap();
        assert_eq!(injected.strike_notification(&subject).copies, 0);
        assert_eq!(injected.strike_notification(&subject).copies, 1);
    }
}
