//! The words of the story in each language.

use crate::language::Language;

/// The words of one language.
#[derive(Debug)]
pub(super) struct StoryWords {
    pub(super) title: &'static str,
    pub(super) intro: &'static str,
    pub(super) inside: &'static str,
    pub(super) again: &'static str,
    pub(super) sandbox: &'static str,
    pub(super) office: &'static str,
    /// The five steps, in order.
    pub(super) steps: [StepWords; 5],
}

/// The words of a step.
#[derive(Debug)]
pub(super) struct StepWords {
    pub(super) title: &'static str,
    /// What to click.
    pub(super) click: &'static str,
    /// What stands on the button; empty where there is none.
    pub(super) button: &'static str,
    /// What happened inside, once it has.
    pub(super) happened: &'static str,
}

/// The words of a language.
pub(super) fn story_words(language: Language) -> &'static StoryWords {
    match language {
        Language::Fr => &FRENCH,
        Language::Ar => &ARABIC,
        Language::En => &ENGLISH,
    }
}

const FRENCH: StoryWords = StoryWords {
    title: "L’histoire d’un paiement, en cinq étapes",
    intro: "Vous êtes tour à tour la cliente, la banque et le commerçant. Chaque étape dit où cliquer, puis ce qui s’est passé à l’intérieur.",
    inside: "Ce qui s’est passé à l’intérieur",
    again: "Recommencer l’histoire",
    sandbox: "Ouvrir le bac à sable",
    office: "Ouvrir le back-office",
    steps: [
        StepWords {
            title: "Commander",
            click: "Achetez un kilo de dattes.",
            button: "Acheter les dattes",
            happened: "La boutique a appelé POST /v1/orders. La commande était sur le disque avant la réponse, et la même demande envoyée deux fois n’en aurait fait qu’une.",
        },
        StepWords {
            title: "Choisir comment payer",
            click: "Ouvrez la page de paiement et choisissez la carte : elle mène à la page de la banque.",
            button: "Ouvrir la page de paiement",
            happened: "Guichet a noté qu’il allait ouvrir un paiement, l’a ouvert chez OCPay, puis a noté la référence avant de laisser partir la cliente. Si la réponse se perd en route, il le sait.",
        },
        StepWords {
            title: "Payer, puis revenir",
            click: "Sur la page de la banque, cliquez sur « Pay ». Vous revenez ici.",
            button: "Ouvrir la page de la banque",
            happened: "Votre retour ne prouve rien, et une notification non plus : Guichet a interrogé OCPay lui-même. Montant, devise et référence correspondaient ; la commande est payée, une seule fois, quoi qu’il arrive ensuite.",
        },
        StepWords {
            title: "La boutique l’apprend",
            click: "Rien à cliquer : attendez un instant.",
            button: "",
            happened: "Guichet a envoyé un webhook signé ; sans réponse 2xx, il l’enverrait encore. La boutique a vérifié la signature, puis expédié le colis. Elle ne croit rien d’autre.",
        },
        StepWords {
            title: "Maintenant, cassez quelque chose",
            click: "Recommencez, et refusez la carte. Ou avancez l’horloge de 20 minutes et payez trop tard. Ou préparez l’incident cut_after dans le bac à sable avant de choisir la carte : la réponse de la banque se perd.",
            button: "Avancer l’horloge de 20 minutes",
            happened: "Aucun paiement ne se perd et aucun ne compte deux fois : l’argent qui arrive trop tard ou ne correspond pas est retenu et montré au commerçant, dans le back-office.",
        },
    ],
};

const ARABIC: StoryWords = StoryWords {
    title: "قصة عملية دفع في خمس خطوات",
    intro: "أنت الزبونة ثم البنك ثم التاجر. تقول كل خطوة أين تنقر، ثم ما الذي حدث في الداخل.",
    inside: "ما الذي حدث في الداخل",
    again: "ابدأ القصة من جديد",
    sandbox: "افتح بيئة التجربة",
    office: "افتح مكتب الإدارة",
    steps: [
        StepWords {
            title: "الطلب",
            click: "اشترِ كيلوغرامًا من التمر.",
            button: "اشترِ التمر",
            happened: "استدعى المتجر POST /v1/orders. كان الطلب محفوظًا على القرص قبل الجواب، ولو أُرسل مرتين لما نشأ إلا طلب واحد.",
        },
        StepWords {
            title: "اختيار طريقة الدفع",
            click: "افتح صفحة الدفع واختر البطاقة: تقودك إلى صفحة البنك.",
            button: "افتح صفحة الدفع",
            happened: "سجّل Guichet أنه سيفتح عملية دفع، ثم فتحها عند OCPay، ثم سجّل مرجعها قبل أن تغادر الزبونة. وإن ضاع الجواب في الطريق علم بذلك.",
        },
        StepWords {
            title: "الدفع ثم العودة",
            click: "في صفحة البنك انقر على «Pay»، فتعود إلى هنا.",
            button: "افتح صفحة البنك",
            happened: "عودتك لا تثبت شيئًا، ولا الإشعار كذلك: سأل Guichet منصة OCPay بنفسه. تطابق المبلغ والعملة والمرجع، فصار الطلب مدفوعًا مرة واحدة مهما حدث بعد ذلك.",
        },
        StepWords {
            title: "المتجر يعلم",
            click: "لا شيء تنقر عليه: انتظر لحظة.",
            button: "",
            happened: "أرسل Guichet إشعارًا موقّعًا، ويعيد إرساله ما لم يُجَب بـ 2xx. تحقق المتجر من التوقيع ثم شحن الطرد، ولا يصدّق شيئًا غير ذلك.",
        },
        StepWords {
            title: "والآن، أحدث عطلًا",
            click: "ابدأ من جديد وارفض البطاقة. أو قدّم الساعة 20 دقيقة وادفع متأخرًا. أو هيّئ العطل cut_after في بيئة التجربة قبل اختيار البطاقة، فيضيع جواب البنك.",
            button: "قدّم الساعة 20 دقيقة",
            happened: "لا تضيع عملية دفع ولا تُحسب مرتين: المال الذي يصل متأخرًا أو لا يطابق يُحجز ويُعرض على التاجر في مكتب الإدارة.",
        },
    ],
};

const ENGLISH: StoryWords = StoryWords {
    title: "The story of one payment, in five steps",
    intro: "You are the customer, then the bank, then the shop. Each step says what to click, and then what happened inside.",
    inside: "What happened inside",
    again: "Begin the story again",
    sandbox: "Open the sandbox",
    office: "Open the back office",
    steps: [
        StepWords {
            title: "Order",
            click: "Buy a kilo of dates.",
            button: "Buy the dates",
            happened: "The shop called POST /v1/orders. The order was on disk before the answer, and the same request sent twice would have made only one.",
        },
        StepWords {
            title: "Choose how to pay",
            click: "Open the checkout page and choose the card: it leads to the bank’s page.",
            button: "Open the checkout page",
            happened: "Guichet wrote down that it was about to open a payment, opened it at OCPay, and wrote down the reference before it let the customer go. If the answer gets lost on the way, it knows.",
        },
        StepWords {
            title: "Pay, and come back",
            click: "On the bank’s page, click “Pay”. You come back here.",
            button: "Open the bank’s page",
            happened: "Your coming back proves nothing, and neither does a notification: Guichet asked OCPay itself. Amount, currency and reference fitted, so the order is paid, once, whatever comes later.",
        },
        StepWords {
            title: "The shop is told",
            click: "Nothing to click: wait a moment.",
            button: "",
            happened: "Guichet sent a signed webhook; without an answer of 2xx it would send it again. The shop verified the signature and sent the parcel. It believes nothing else.",
        },
        StepWords {
            title: "Now break something",
            click: "Begin again and decline the card. Or move the clock by 20 minutes and pay too late. Or arm the fault cut_after in the sandbox before you choose the card: the bank’s answer gets lost.",
            button: "Move the clock by 20 minutes",
            happened: "No payment is lost and none counts twice: money that comes too late or does not fit is held and shown to the shop, in the back office.",
        },
    ],
};
