//! What Needs you says.

use guichet_core::HeldKind;

use crate::pages::Language;

/// A button or an option, and what it does.
#[derive(Debug)]
pub(super) struct Choice {
    pub(super) verb: &'static str,
    pub(super) means: &'static str,
}

/// What is said about money of one kind.
#[derive(Debug)]
pub(super) struct Kind {
    pub(super) title: &'static str,
    pub(super) line: &'static str,
    pub(super) wait: &'static str,
    /// Why it cannot be honoured; empty where it can.
    pub(super) no_honour: &'static str,
}

/// The texts of one language.
#[derive(Debug)]
pub(super) struct Texts {
    pub(super) lead: &'static str,
    pub(super) rule: &'static str,
    pub(super) nothing: &'static str,
    pub(super) more: &'static str,
    pub(super) perhaps: &'static str,
    pub(super) waiting: &'static str,
    pub(super) customer: &'static str,
    pub(super) since: &'static str,
    pub(super) at: &'static str,
    pub(super) story: &'static str,
    pub(super) see: &'static str,
    pub(super) asked: &'static str,
    pub(super) seen: &'static str,
    pub(super) not_told: &'static str,
    pub(super) decide: &'static str,
    pub(super) decision: &'static str,
    pub(super) honour: Choice,
    pub(super) paid_back: Choice,
    pub(super) dismiss: Choice,
    pub(super) already_paid: &'static str,
    pub(super) reference: &'static str,
    pub(super) note: &'static str,
    pub(super) note_hint: &'static str,
    pub(super) save: &'static str,
    pub(super) unmatched: &'static str,
    pub(super) unmatched_line: &'static str,
    pub(super) signed: &'static str,
    pub(super) said_paid: &'static str,
    pub(super) times: &'static str,
    pub(super) tie: Choice,
    pub(super) tie_order: &'static str,
    pub(super) dismiss_unmatched: Choice,
    pub(super) done_honour: &'static str,
    pub(super) done_paid_back: &'static str,
    pub(super) done_dismiss: &'static str,
    late: Kind,
    twice: Kind,
    mismatch: Kind,
    environment: Kind,
    undecided: Kind,
}

impl Texts {
    /// What is said about money of that kind.
    pub(super) fn kind(&self, kind: HeldKind) -> &Kind {
        match kind {
            HeldKind::PaidLate => &self.late,
            HeldKind::PaidTwice => &self.twice,
            HeldKind::AmountMismatch => &self.mismatch,
            HeldKind::WrongEnvironment => &self.environment,
            HeldKind::Undecided => &self.undecided,
        }
    }
}

/// The texts of a language.
pub(super) fn texts(language: Language) -> &'static Texts {
    language.of(&FRENCH, &ARABIC, &ENGLISH)
}

static FRENCH: Texts = Texts {
    lead: "De l’argent est arrivé sans correspondre à sa commande. Le plus ancien d’abord.",
    rule: "Guichet garde la question ouverte et ne déplace jamais d’argent. Votre mot de passe vous est redemandé avant d’enregistrer.",
    nothing: "Rien à décider.",
    more: "Il y en a davantage : les suivants apparaîtront quand ceux-ci seront réglés.",
    perhaps: "peut-être {}",
    waiting: "Attendre.",
    customer: "Client",
    since: "Depuis",
    at: "Chez {}",
    story: "Histoire",
    see: "voir la commande",
    asked: "Demandé",
    seen: "Vu",
    not_told: "non dit",
    decide: "Décider",
    decision: "Votre décision",
    honour: Choice {
        verb: "Honorer",
        means: "La commande devient payée : votre site reçoit order.paid, le client est prévenu si vous envoyez des messages. Il vous reste à remettre la marchandise.",
    },
    paid_back: Choice {
        verb: "Rendu",
        means: "Vous avez rendu cet argent vous-même ; Guichet le note, avec sa référence.",
    },
    dismiss: Choice {
        verb: "Classer",
        means: "C’est réglé autrement. L’état de la commande ne change pas et personne n’est prévenu.",
    },
    already_paid: "« Honorer » n’est pas proposé : la commande est déjà payée.",
    reference: "Référence du remboursement",
    note: "Note",
    note_hint: "Obligatoire. Elle reste avec la commande, sous votre nom.",
    save: "Enregistrer ma décision",
    unmatched: "Argent sans commande",
    unmatched_line: "{} annonce un paiement qu’aucune commande ne connaît.",
    signed: "La notification est signée.",
    said_paid: "Interrogée, elle dit : payé.",
    times: "Reçu (fois)",
    tie: Choice {
        verb: "Rattacher à une commande",
        means: "La passerelle est interrogée. La commande n’est payée que si l’argent est là et lui convient.",
    },
    tie_order: "Référence ou numéro de la commande",
    dismiss_unmatched: Choice {
        verb: "Classer",
        means: "Vous savez d’où cela vient, ou c’est réglé autrement.",
    },
    done_honour: "C’est honoré : la commande est payée.",
    done_paid_back: "C’est noté comme rendu.",
    done_dismiss: "C’est classé.",
    late: Kind {
        title: "Payée trop tard",
        line: "L’argent est arrivé alors que la commande était expirée ou annulée. Votre règle est de demander.",
        wait: "Le client est débité et n’a rien reçu.",
        no_honour: "",
    },
    twice: Kind {
        title: "Payée deux fois",
        line: "La commande était déjà payée quand cet argent est arrivé.",
        wait: "La commande suit son cours, mais le client est débité deux fois.",
        no_honour: "« Honorer » n’est pas proposé : la commande est déjà payée.",
    },
    mismatch: Kind {
        title: "Montant différent",
        line: "La passerelle a vu une autre somme que celle de la commande. Une commande n’est payée que pour son montant exact.",
        wait: "Le client croit avoir payé.",
        no_honour: "« Honorer » n’est pas proposé : le montant n’est pas celui de la commande.",
    },
    environment: Kind {
        title: "Argent de test",
        line: "Un compte de test dit « payé » pour une commande réelle, ou l’inverse. La commande attend toujours un vrai paiement.",
        wait: "Cela ne coûte rien au client, mais votre site emploie peut-être la mauvaise clé.",
        no_honour: "« Honorer » et « Rendu » ne sont pas proposés : cet argent n’existe pas.",
    },
    undecided: Kind {
        title: "Sans réponse",
        line: "La passerelle n’a jamais dit clairement si le client a payé. Cherchez sa référence dans votre espace chez elle.",
        wait: "Si le client a payé, il attend. Sinon, rien ne presse.",
        no_honour: "« Honorer » n’est pas proposé : rien ne prouve le paiement.",
    },
};

static ARABIC: Texts = Texts {
    lead: "وصل مال لا يطابق طلبه. الأقدم أولا.",
    rule: "يُبقي Guichet السؤال مفتوحا ولا يحرّك أي مال. تُطلب كلمة سرك من جديد قبل الحفظ.",
    nothing: "لا شيء ينتظر قرارك.",
    more: "هناك المزيد: سيظهر الباقي عندما تُحسم هذه.",
    perhaps: "ربما {}",
    waiting: "الانتظار.",
    customer: "الزبون",
    since: "منذ",
    at: "لدى {}",
    story: "القصة",
    see: "عرض الطلب",
    asked: "المطلوب",
    seen: "المشاهد",
    not_told: "لم يُذكر",
    decide: "اتخاذ القرار",
    decision: "قرارك",
    honour: Choice {
        verb: "قبول",
        means: "يصبح الطلب مدفوعا: يتلقى موقعك order.paid، ويُخبَر الزبون إن كنت ترسل رسائل. يبقى عليك التسليم.",
    },
    paid_back: Choice {
        verb: "أُعيد", means: "أعدت هذا المال بنفسك؛ يسجّله Guichet بمرجعه."
    },
    dismiss: Choice {
        verb: "إغلاق", means: "حُسم بطريقة أخرى. لا تتغيّر حالة الطلب ولا يُخبَر أحد."
    },
    already_paid: "«قبول» غير معروض: الطلب مدفوع من قبل.",
    reference: "مرجع الاسترداد",
    note: "ملاحظة",
    note_hint: "إلزامية. تبقى مع الطلب باسمك.",
    save: "حفظ قراري",
    unmatched: "أموال بلا طلب",
    unmatched_line: "تعلن {} عن دفعة لا يعرفها أي طلب.",
    signed: "الإشعار موقّع.",
    said_paid: "سُئلت فقالت: مدفوع.",
    times: "وصل (مرات)",
    tie: Choice {
        verb: "ربط بطلب",
        means: "تُسأل بوابة الدفع. لا يُدفع الطلب إلا إذا كان المال موجودا ومناسبا له.",
    },
    tie_order: "مرجع الطلب أو رقمه",
    dismiss_unmatched: Choice {
        verb: "إغلاق", means: "تعرف من أين أتى، أو حُسم بطريقة أخرى."
    },
    done_honour: "تم القبول: الطلب مدفوع.",
    done_paid_back: "سُجّل أنه أُعيد.",
    done_dismiss: "أُغلق.",
    late: Kind {
        title: "دُفع متأخرا",
        line: "وصل المال بعد انتهاء مهلة الطلب أو إلغائه. قاعدتك أن تُسأل.",
        wait: "خُصم المبلغ من الزبون ولم يستلم شيئا.",
        no_honour: "",
    },
    twice: Kind {
        title: "دُفع مرتين",
        line: "كان الطلب مدفوعا عندما وصل هذا المال.",
        wait: "الطلب يسير، لكن الزبون خُصم منه مرتين.",
        no_honour: "«قبول» غير معروض: الطلب مدفوع من قبل.",
    },
    mismatch: Kind {
        title: "مبلغ مختلف",
        line: "رأت بوابة الدفع مبلغا غير مبلغ الطلب. لا يُدفع الطلب إلا بمبلغه المضبوط.",
        wait: "يظن الزبون أنه دفع.",
        no_honour: "«قبول» غير معروض: المبلغ ليس مبلغ الطلب.",
    },
    environment: Kind {
        title: "نقود تجريبية",
        line: "حساب تجريبي يقول «مدفوع» لطلب حقيقي، أو العكس. لا يزال الطلب ينتظر دفعا حقيقيا.",
        wait: "لا يكلّف الزبون شيئا، لكن موقعك ربما يستعمل المفتاح الخطأ.",
        no_honour: "«قبول» و«أُعيد» غير معروضين: هذا المال غير موجود.",
    },
    undecided: Kind {
        title: "بلا جواب",
        line: "لم تقل بوابة الدفع بوضوح هل دفع الزبون. ابحث عن مرجعه في حسابك لديها.",
        wait: "إن كان الزبون قد دفع فهو ينتظر. وإلا فلا عجلة.",
        no_honour: "«قبول» غير معروض: لا شيء يثبت الدفع.",
    },
};

static ENGLISH: Texts = Texts {
    lead: "Money came that does not fit its order. The oldest first.",
    rule: "Guichet keeps the question open and never moves money. Your password is asked for again before anything is recorded.",
    nothing: "Nothing to decide.",
    more: "There are more: the next appear once these are settled.",
    perhaps: "perhaps {}",
    waiting: "Waiting.",
    customer: "Customer",
    since: "Since",
    at: "At {}",
    story: "Story",
    see: "see the order",
    asked: "Asked",
    seen: "Seen",
    not_told: "not told",
    decide: "Decide",
    decision: "Your decision",
    honour: Choice {
        verb: "Honour",
        means: "The order becomes paid: your site receives order.paid, the customer is told if you send messages. It is for you to hand over the goods.",
    },
    paid_back: Choice {
        verb: "Paid back",
        means: "You paid this money back yourself; Guichet writes it down with its reference.",
    },
    dismiss: Choice {
        verb: "Dismiss",
        means: "It is settled otherwise. The order stays as it is and nobody is told.",
    },
    already_paid: "“Honour” is not offered: the order is paid already.",
    reference: "Reference of the refund",
    note: "Note",
    note_hint: "Required. It stays with the order, under your name.",
    save: "Record my decision",
    unmatched: "Money without an order",
    unmatched_line: "{} announces a payment that no order knows.",
    signed: "The notification is signed.",
    said_paid: "Asked, it says: paid.",
    times: "Received (times)",
    tie: Choice {
        verb: "Tie to an order",
        means: "The gateway is asked. The order is paid only if the money is there and fits it.",
    },
    tie_order: "Reference or number of the order",
    dismiss_unmatched: Choice {
        verb: "Dismiss",
        means: "You know where it comes from, or it is settled otherwise.",
    },
    done_honour: "Honoured: the order is paid.",
    done_paid_back: "Recorded as paid back.",
    done_dismiss: "Dismissed.",
    late: Kind {
        title: "Paid too late",
        line: "The money came when the order had expired or been cancelled. Your rule is to be asked.",
        wait: "The customer was charged and has received nothing.",
        no_honour: "",
    },
    twice: Kind {
        title: "Paid twice",
        line: "The order was paid already when this money came.",
        wait: "The order goes on, but the customer was charged twice.",
        no_honour: "“Honour” is not offered: the order is paid already.",
    },
    mismatch: Kind {
        title: "Another amount",
        line: "The gateway saw another sum than the order’s. An order is paid by its exact amount only.",
        wait: "The customer believes to have paid.",
        no_honour: "“Honour” is not offered: the amount is not the order’s.",
    },
    environment: Kind {
        title: "Test money",
        line: "A test account says “paid” of a real order, or the other way round. The order still waits for real money.",
        wait: "It costs the customer nothing, but your site may use the wrong key.",
        no_honour: "“Honour” and “Paid back” are not offered: this money does not exist.",
    },
    undecided: Kind {
        title: "No answer",
        line: "The gateway never said clearly whether the customer paid. Look its reference up in your portal there.",
        wait: "If the customer paid, they are waiting. If not, there is no hurry.",
        no_honour: "“Honour” is not offered: nothing proves the payment.",
    },
};
