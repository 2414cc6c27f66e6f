//! How an order stands, as the people of a shop read it: a word, a tone and an icon of its own.

use guichet_core::{HeldKind, Order, OrderState};

use crate::pages::{Language, gateway_called};

/// A state in a word, with how it looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Told {
    /// The word.
    pub(super) word: &'static str,
    /// `good`, `bad`, `wait`, or nothing.
    pub(super) tone: &'static str,
    /// The icon's name.
    pub(super) icon: &'static str,
}

/// The words of one language.
struct Words {
    waiting: &'static str,
    by_hand: &'static str,
    failed: &'static str,
    paid: &'static str,
    fulfilled: &'static str,
    expired: &'static str,
    cancelled: &'static str,
    decide: &'static str,
}

const FRENCH: Words = Words {
    waiting: "En attente",
    by_hand: "À encaisser",
    failed: "Non aboutie",
    paid: "Payée",
    fulfilled: "Remise",
    expired: "Expirée",
    cancelled: "Annulée",
    decide: "À décider",
};
const ARABIC: Words = Words {
    waiting: "قيد الانتظار",
    by_hand: "للتحصيل",
    failed: "لم تكتمل",
    paid: "مدفوعة",
    fulfilled: "سُلّمت",
    expired: "انتهت مهلتها",
    cancelled: "ملغاة",
    decide: "بانتظار قرارك",
};
const ENGLISH: Words = Words {
    waiting: "Waiting",
    by_hand: "To be collected",
    failed: "Failed",
    paid: "Paid",
    fulfilled: "Handed over",
    expired: "Expired",
    cancelled: "Cancelled",
    decide: "Needs you",
};

fn words(language: Language) -> &'static Words {
    language.of(&FRENCH, &ARABIC, &ENGLISH)
}

/// How an order stands; what waits for a decision comes first.
pub(super) fn told(language: Language, order: &Order) -> Told {
    if order.needs_you() {
        return Told { word: words(language).decide, tone: "wait", icon: "hold" };
    }
    let by_hand =
        order.payments.last().is_some_and(|payment| payment.state.is_live() && !payment.terms.checkable);
    if by_hand && order.state == OrderState::Pending {
        return Told { word: words(language).by_hand, tone: "wait", icon: "give" };
    }
    of_status(language, order.state.status())
}

/// A status by its word in the API.
pub(super) fn of_status(language: Language, status: &str) -> Told {
    let words = words(language);
    let (word, tone, icon) = match status {
        "failed" => (words.failed, "bad", "no"),
        "paid" => (words.paid, "good", "ok"),
        "fulfilled" => (words.fulfilled, "good", "give"),
        "expired" => (words.expired, "", "end"),
        "cancelled" => (words.cancelled, "", "off"),
        _ => (words.waiting, "wait", "wait"),
    };
    Told { word, tone, icon }
}

/// What a gateway is called: by its own name, and what is paid by hand in the reader's language.
pub(super) fn gateway(language: Language, name: &str) -> &'static str {
    gateway_called(language, name)
}

/// Why money is held, in few words.
pub(super) fn held(language: Language, kind: HeldKind) -> &'static str {
    let [late, twice, mismatch, environment, undecided] = match language {
        Language::Fr => {
            ["payé trop tard", "payé deux fois", "montant différent", "argent de test", "sans réponse"]
        }
        Language::Ar => ["دُفع متأخرا", "دُفع مرتين", "مبلغ مختلف", "نقود تجريبية", "بلا جواب"],
        Language::En => ["paid too late", "paid twice", "another amount", "test money", "no answer"],
    };
    match kind {
        HeldKind::PaidLate => late,
        HeldKind::PaidTwice => twice,
        HeldKind::AmountMismatch => mismatch,
        HeldKind::WrongEnvironment => environment,
        HeldKind::Undecided => undecided,
    }
}
