//! Every sentence of the customer pages, once per language.
//!
//! A struct and not a message catalogue: a missing translation does not compile, and there is nothing
//! to load. Sentences avoid plurals; time is always a clock face.

use super::language::Language;

/// The texts of one language.
#[derive(Debug)]
pub(super) struct Texts {
    pub(super) test_mode: &'static str,
    pub(super) order: &'static str,
    pub(super) reference: &'static str,
    pub(super) to_pay: &'static str,
    pub(super) discount: &'static str,
    pub(super) tax: &'static str,
    pub(super) included_tax: &'static str,
    pub(super) amount: &'static str,
    pub(super) time_left: &'static str,
    pub(super) languages: &'static str,
    pub(super) checkout_title: &'static str,
    pub(super) choose: &'static str,
    pub(super) pay: &'static str,
    pub(super) safety: &'static str,
    pub(super) already_paid: &'static str,
    pub(super) see_status: &'static str,
    pub(super) too_late: &'static str,
    pub(super) no_choice: &'static str,
    pub(super) payment_failed: &'static str,
    pub(super) gateway_busy: &'static str,
    pub(super) not_available: &'static str,
    pub(super) answer_lost: &'static str,
    pub(super) undecided: &'static str,
    pub(super) check: &'static str,
    pub(super) try_again: &'static str,
    pub(super) go_to_payment: &'static str,
    pub(super) back_to_shop: &'static str,
    pub(super) updated_at: &'static str,
    pub(super) connection_lost: &'static str,
    pub(super) waiting: StateTexts,
    pub(super) processing: StateTexts,
    pub(super) failed: StateTexts,
    pub(super) paid: StateTexts,
    pub(super) fulfilled: StateTexts,
    pub(super) expired: StateTexts,
    pub(super) cancelled: StateTexts,
    pub(super) review: StateTexts,
    pub(super) not_found: StateTexts,
    pub(super) trouble: StateTexts,
    pub(super) again: &'static str,
}

/// A state in a word or two, and what it means for the customer.
#[derive(Debug)]
pub(super) struct StateTexts {
    pub(super) word: &'static str,
    pub(super) line: &'static str,
}

/// The texts of a language.
pub(super) fn texts(language: Language) -> &'static Texts {
    match language {
        Language::Fr => &FRENCH,
        Language::Ar => &ARABIC,
        Language::En => &ENGLISH,
    }
}

static FRENCH: Texts = Texts {
    test_mode: "Test – aucun argent réel",
    order: "Commande",
    reference: "Référence",
    to_pay: "À payer",
    discount: "Remise",
    tax: "Taxes",
    included_tax: "dont taxes",
    amount: "Montant",
    time_left: "Temps restant",
    languages: "Langue",
    checkout_title: "Paiement",
    choose: "Comment voulez-vous payer\u{a0}?",
    pay: "Payer",
    safety: "Cette page ne demande jamais votre code secret ni votre numéro de carte.",
    already_paid: "Vous avez déjà payé\u{a0}?",
    see_status: "Voir où en est le paiement",
    too_late: "Le délai de paiement est dépassé. Retournez à la boutique pour commander à nouveau.",
    no_choice: "Aucun moyen de paiement n’est disponible pour l’instant. Réessayez un peu plus tard.",
    payment_failed: "Le paiement n’a pas abouti. Vous pouvez réessayer ou choisir un autre moyen.",
    gateway_busy: "Le service de paiement ne répond pas. Réessayez dans un instant.",
    not_available: "Ce moyen de paiement n’est pas disponible pour cette commande.",
    answer_lost: "La réponse du service de paiement s’est perdue. Avant de payer à nouveau, vérifiez où en est le paiement.",
    undecided: "Un paiement est peut-être déjà en cours. Attendez sa confirmation avant de payer à nouveau.",
    check: "Vérifier maintenant",
    try_again: "Réessayer",
    go_to_payment: "Aller au paiement",
    back_to_shop: "Retour à la boutique",
    updated_at: "Mis à jour",
    connection_lost: "Connexion perdue. Nous réessayons…",
    waiting: StateTexts {
        word: "En attente",
        line: "Nous attendons la confirmation du paiement. Cette page se met à jour toute seule.",
    },
    processing: StateTexts {
        word: "Paiement en cours",
        line: "Votre paiement est en cours de traitement. Merci de ne pas payer une seconde fois.",
    },
    failed: StateTexts {
        word: "Paiement non abouti",
        line: "Le paiement n’a pas abouti. Vous pouvez réessayer.",
    },
    paid: StateTexts { word: "Payé", line: "Merci\u{a0}! Votre paiement est confirmé." },
    fulfilled: StateTexts {
        word: "Commande traitée",
        line: "Votre commande est payée et la boutique l’a traitée. Merci\u{a0}!",
    },
    expired: StateTexts {
        word: "Délai dépassé",
        line: "Le délai de paiement est dépassé. Si vous avez été débité, gardez la référence et contactez la boutique.",
    },
    cancelled: StateTexts {
        word: "Commande annulée",
        line: "Cette commande a été annulée. Il n’y a rien à payer.",
    },
    review: StateTexts {
        word: "En vérification",
        line: "Un paiement est arrivé et la boutique le vérifie. Merci de ne pas payer une seconde fois.",
    },
    not_found: StateTexts {
        word: "Page introuvable",
        line: "Ce lien n’existe pas ou n’est plus valable. Vérifiez l’adresse reçue de la boutique.",
    },
    trouble: StateTexts {
        word: "Un problème est survenu",
        line: "Le problème vient de nous, pas de vous. Ne payez pas une seconde fois\u{a0}: réessayez dans un instant.",
    },
    again: "Réessayer",
};

static ARABIC: Texts = Texts {
    test_mode: "وضع تجريبي – بلا نقود حقيقية",
    order: "الطلب",
    reference: "المرجع",
    to_pay: "المبلغ المطلوب",
    discount: "تخفيض",
    tax: "ضريبة",
    included_tax: "منها ضريبة",
    amount: "المبلغ",
    time_left: "الوقت المتبقي",
    languages: "اللغة",
    checkout_title: "الدفع",
    choose: "كيف تريد أن تدفع؟",
    pay: "ادفع",
    safety: "لا تطلب هذه الصفحة أبدًا رمزك السري ولا رقم بطاقتك.",
    already_paid: "هل دفعت من قبل؟",
    see_status: "اطّلع على حالة الدفع",
    too_late: "انتهت مهلة الدفع. عُد إلى المتجر لتقديم طلب جديد.",
    no_choice: "لا تتوفر أي وسيلة دفع حاليًا. حاول مجددًا بعد قليل.",
    payment_failed: "لم تتم عملية الدفع. يمكنك المحاولة مجددًا أو اختيار وسيلة أخرى.",
    gateway_busy: "خدمة الدفع لا تستجيب. حاول مجددًا بعد لحظات.",
    not_available: "وسيلة الدفع هذه غير متاحة لهذا الطلب.",
    answer_lost: "لم يصلنا رد خدمة الدفع. قبل أن تدفع مجددًا، تحقّق من حالة الدفع.",
    undecided: "قد تكون هناك عملية دفع جارية. انتظر تأكيدها قبل أن تدفع مجددًا.",
    check: "تحقّق الآن",
    try_again: "حاول مجددًا",
    go_to_payment: "الانتقال إلى الدفع",
    back_to_shop: "العودة إلى المتجر",
    updated_at: "آخر تحديث",
    connection_lost: "انقطع الاتصال. نعيد المحاولة…",
    waiting: StateTexts {
        word: "في انتظار الدفع", line: "ننتظر تأكيد الدفع. تُحدَّث هذه الصفحة تلقائيًا."
    },
    processing: StateTexts {
        word: "الدفع قيد المعالجة",
        line: "تجري معالجة دفعتك. يُرجى عدم الدفع مرة ثانية.",
    },
    failed: StateTexts {
        word: "لم يتم الدفع", line: "لم تتم عملية الدفع. يمكنك المحاولة مجددًا."
    },
    paid: StateTexts { word: "تم الدفع", line: "شكرًا لك! تم تأكيد دفعتك." },
    fulfilled: StateTexts {
        word: "تمت معالجة الطلب", line: "طلبك مدفوع وقد عالجه المتجر. شكرًا لك!"
    },
    expired: StateTexts {
        word: "انتهت المهلة",
        line: "انتهت مهلة الدفع. إذا خُصم المبلغ من حسابك، فاحتفظ بالمرجع واتصل بالمتجر.",
    },
    cancelled: StateTexts {
        word: "أُلغي الطلب", line: "أُلغي هذا الطلب. لا يوجد ما يُدفع."
    },
    review: StateTexts {
        word: "قيد التحقق",
        line: "وصلت دفعة والمتجر يتحقق منها. يُرجى عدم الدفع مرة ثانية.",
    },
    not_found: StateTexts {
        word: "الصفحة غير موجودة",
        line: "هذا الرابط غير موجود أو لم يعد صالحًا. تحقّق من العنوان الذي وصلك من المتجر.",
    },
    trouble: StateTexts {
        word: "حدثت مشكلة",
        line: "المشكلة من عندنا وليست منك. لا تدفع مرة ثانية، وحاول مجددًا بعد لحظات.",
    },
    again: "حاول مجددًا",
};

static ENGLISH: Texts = Texts {
    test_mode: "Test – no real money",
    order: "Order",
    reference: "Reference",
    to_pay: "To pay",
    discount: "Discount",
    tax: "Tax",
    included_tax: "of which tax",
    amount: "Amount",
    time_left: "Time left",
    languages: "Language",
    checkout_title: "Payment",
    choose: "How would you like to pay?",
    pay: "Pay",
    safety: "This page never asks for your PIN or your card number.",
    already_paid: "Already paid?",
    see_status: "See how the payment is going",
    too_late: "The time to pay is over. Please go back to the shop and order again.",
    no_choice: "No way to pay is available right now. Please try again a little later.",
    payment_failed: "The payment did not go through. You can try again or choose another way to pay.",
    gateway_busy: "The payment service is not answering. Please try again in a moment.",
    not_available: "This way to pay is not available for this order.",
    answer_lost: "The payment service’s answer was lost. Before paying again, see how the payment is going.",
    undecided: "A payment may already be under way. Please wait for its confirmation before paying again.",
    check: "Check now",
    try_again: "Try again",
    go_to_payment: "Go to payment",
    back_to_shop: "Back to the shop",
    updated_at: "Updated",
    connection_lost: "Connection lost. Trying again…",
    waiting: StateTexts {
        word: "Waiting",
        line: "We are waiting for the payment to be confirmed. This page updates by itself.",
    },
    processing: StateTexts {
        word: "Payment in progress",
        line: "Your payment is being processed. Please do not pay a second time.",
    },
    failed: StateTexts {
        word: "Payment not completed",
        line: "The payment did not go through. You can try again.",
    },
    paid: StateTexts { word: "Paid", line: "Thank you! Your payment is confirmed." },
    fulfilled: StateTexts {
        word: "Order completed",
        line: "Your order is paid and the shop has handled it. Thank you!",
    },
    expired: StateTexts {
        word: "Time is over",
        line: "The time to pay is over. If money has left your account, keep the reference and contact the shop.",
    },
    cancelled: StateTexts {
        word: "Order cancelled",
        line: "This order was cancelled. There is nothing to pay.",
    },
    review: StateTexts {
        word: "Being verified",
        line: "A payment has arrived and the shop is verifying it. Please do not pay a second time.",
    },
    not_found: StateTexts {
        word: "Page not found",
        line: "This link does not exist or is no longer valid. Check the address the shop sent you.",
    },
    trouble: StateTexts {
        word: "Something went wrong",
        line: "The problem is on our side, not yours. Do not pay a second time: try again in a moment.",
    },
    again: "Try again",
};
