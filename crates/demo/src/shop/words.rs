//! The words of the shop's pages in each language. A struct and not a catalogue: a missing translation does not compile.

use crate::language::Language;

/// The words of one language.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) motto: &'static str,
    pub(super) languages: &'static str,
    pub(super) play: &'static str,
    pub(super) story: &'static str,
    pub(super) other_shop: &'static str,
    pub(super) open_other_shop: &'static str,
    pub(super) buy: &'static str,
    pub(super) your_orders: &'static str,
    pub(super) pay: &'static str,
    pub(super) follow: &'static str,
    pub(super) article: &'static str,
    pub(super) total: &'static str,
    pub(super) order: &'static str,
    pub(super) back: &'static str,
    pub(super) wings: &'static str,
    pub(super) no_webhook: &'static str,
    pub(super) signed: &'static str,
    pub(super) paid_late: &'static str,
    pub(super) held: &'static str,
    pub(super) it_is: &'static str,
    pub(super) advance: &'static str,
    pub(super) missing: Stated,
    pub(super) trouble: Stated,
    pub(super) review: Stated,
    pub(super) waiting: Stated,
    pub(super) failed: Stated,
    pub(super) paid: Stated,
    pub(super) fulfilled: Stated,
    pub(super) expired: Stated,
    pub(super) cancelled: Stated,
}

/// A state in a word or two, and what it means for the customer.
#[derive(Debug)]
pub(super) struct Stated {
    pub(super) word: &'static str,
    pub(super) line: &'static str,
}

/// The words of a language.
pub(super) fn words(language: Language) -> &'static Words {
    match language {
        Language::Fr => &FRENCH,
        Language::Ar => &ARABIC,
        Language::En => &ENGLISH,
    }
}

const FRENCH: Words = Words {
    motto: "Le goût du pays, livré d’Alger à Abidjan",
    languages: "Langue",
    play: "Boutique de démonstration de Guichet : aucun argent réel.",
    story: "Commencez ici : l’histoire d’un paiement, en cinq étapes",
    other_shop: "La même épicerie, avec un compte client, par l’API de OneEntry :",
    open_other_shop: "ouvrir la boutique",
    buy: "Acheter",
    your_orders: "Vos commandes",
    pay: "Payer",
    follow: "Suivre le paiement",
    article: "Article",
    total: "Total",
    order: "Commande",
    back: "Retour à la boutique",
    wings: "En coulisses : ce que Guichet a dit à la boutique",
    no_webhook: "Aucun webhook pour l’instant.",
    signed: "signature ✓",
    paid_late: "L’argent est arrivé après l’expiration ; la boutique l’a accepté.",
    held: "Argent retenu :",
    it_is: "Heure de la démonstration (UTC) :",
    advance: "Avancer l’horloge de 20 minutes",
    missing: Stated {
        word: "Introuvable",
        line: "Cette page n’existe pas, ou la démonstration a été relancée depuis.",
    },
    trouble: Stated {
        word: "Un instant…",
        line: "La commande n’a pas pu être créée. Rien n’a été débité ; réessayez dans un instant.",
    },
    review: Stated {
        word: "À vérifier",
        line: "Un paiement est arrivé, mais il ne correspond pas. Nous le vérifions et vous recontactons.",
    },
    waiting: Stated {
        word: "En attente du paiement", line: "Dès que la banque confirme, la commande part."
    },
    failed: Stated {
        word: "Paiement refusé",
        line: "Le paiement n’a pas abouti. Rien n’a été débité ; vous pouvez réessayer.",
    },
    paid: Stated { word: "Payée", line: "Le paiement est confirmé. Nous préparons le colis." },
    fulfilled: Stated { word: "Payée et expédiée", line: "Merci ! Votre colis est en route." },
    expired: Stated { word: "Expirée", line: "Le délai de paiement est passé. Vous pouvez recommander." },
    cancelled: Stated { word: "Annulée", line: "La boutique a annulé cette commande." },
};

const ARABIC: Words = Words {
    motto: "طعم البلاد، من الجزائر إلى أبيدجان",
    languages: "اللغة",
    play: "متجر تجريبي لـ Guichet: لا أموال حقيقية.",
    story: "ابدأ من هنا: قصة عملية دفع في خمس خطوات",
    other_shop: "البقالة نفسها، مع حساب زبون، عبر واجهة OneEntry:",
    open_other_shop: "افتح المتجر",
    buy: "اشترِ",
    your_orders: "طلباتك",
    pay: "ادفع",
    follow: "تابع الدفع",
    article: "المنتج",
    total: "المجموع",
    order: "الطلب",
    back: "العودة إلى المتجر",
    wings: "وراء الكواليس: ما قاله Guichet للمتجر",
    no_webhook: "لا إشعار بعد.",
    signed: "التوقيع ✓",
    paid_late: "وصل المال بعد انتهاء المهلة، وقبله المتجر.",
    held: "مال محجوز:",
    it_is: "ساعة العرض (UTC):",
    advance: "قدّم الساعة 20 دقيقة",
    missing: Stated {
        word: "غير موجودة", line: "هذه الصفحة غير موجودة، أو أُعيد تشغيل العرض منذ ذلك."
    },
    trouble: Stated {
        word: "لحظة…", line: "تعذّر إنشاء الطلب. لم يُخصم شيء؛ أعد المحاولة بعد لحظة."
    },
    review: Stated {
        word: "قيد المراجعة", line: "وصل دفع لا يطابق الطلب. نراجعه ونعاود الاتصال بك."
    },
    waiting: Stated {
        word: "في انتظار الدفع", line: "ينطلق الطلب حالما يؤكد البنك."
    },
    failed: Stated {
        word: "رُفض الدفع", line: "لم يتم الدفع. لم يُخصم شيء؛ يمكنك إعادة المحاولة."
    },
    paid: Stated { word: "مدفوع", line: "تأكد الدفع. نحضّر الطرد." },
    fulfilled: Stated { word: "مدفوع ومشحون", line: "شكرًا! طردك في الطريق." },
    expired: Stated {
        word: "انتهت المهلة", line: "انقضت مهلة الدفع. يمكنك الطلب من جديد."
    },
    cancelled: Stated { word: "ملغى", line: "ألغى المتجر هذا الطلب." },
};

const ENGLISH: Words = Words {
    motto: "The taste of home, delivered from Algiers to Abidjan",
    languages: "Language",
    play: "Demo shop of Guichet: no real money.",
    story: "Begin here: the story of one payment, in five steps",
    other_shop: "The same grocery, with a customer account, by OneEntry’s API:",
    open_other_shop: "open that shop",
    buy: "Buy",
    your_orders: "Your orders",
    pay: "Pay",
    follow: "Follow the payment",
    article: "Article",
    total: "Total",
    order: "Order",
    back: "Back to the shop",
    wings: "Behind the scenes: what Guichet told the shop",
    no_webhook: "No webhook yet.",
    signed: "signature ✓",
    paid_late: "The money came after the order had expired; the shop accepted it.",
    held: "Money held:",
    it_is: "The demo’s clock (UTC):",
    advance: "Move the clock by 20 minutes",
    missing: Stated {
        word: "Not found",
        line: "This page does not exist, or the demo was started anew since.",
    },
    trouble: Stated {
        word: "One moment…",
        line: "The order could not be made. Nothing was taken; try again in a moment.",
    },
    review: Stated {
        word: "In review",
        line: "A payment came that does not fit. We look into it and get back to you.",
    },
    waiting: Stated { word: "Waiting for payment", line: "The order leaves as soon as the bank confirms." },
    failed: Stated {
        word: "Payment declined",
        line: "The payment did not go through. Nothing was taken; you can try again.",
    },
    paid: Stated { word: "Paid", line: "The payment is confirmed. We are packing." },
    fulfilled: Stated { word: "Paid and sent", line: "Thank you! Your parcel is on its way." },
    expired: Stated { word: "Expired", line: "The time to pay is over. You can order again." },
    cancelled: Stated { word: "Cancelled", line: "The shop cancelled this order." },
};
