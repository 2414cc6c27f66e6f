//! What Today says.

use guichet_core::HeldKind;

use crate::pages::Language;

/// The texts of one language.
#[derive(Debug)]
pub(super) struct Texts {
    pub(super) at: &'static str,
    pub(super) decide_title: &'static str,
    pub(super) oldest: &'static str,
    pub(super) held: &'static str,
    pub(super) perhaps: &'static str,
    pub(super) decide: &'static str,
    pub(super) unmatched: &'static str,
    pub(super) nothing_to_decide: &'static str,
    pub(super) broken: &'static str,
    pub(super) down: &'static str,
    pub(super) resting: &'static str,
    pub(super) endpoint_line: &'static str,
    pub(super) account_line: &'static str,
    pub(super) paid: &'static str,
    pub(super) today: &'static str,
    pub(super) days_7: &'static str,
    pub(super) days_30: &'static str,
    pub(super) number: &'static str,
    pub(super) yesterday: &'static str,
    pub(super) more: &'static str,
    pub(super) less: &'static str,
    pub(super) as_before: &'static str,
    pub(super) per_day: &'static str,
    pub(super) best_day: &'static str,
    pub(super) same_in_table: &'static str,
    pub(super) day: &'static str,
    pub(super) payments: &'static str,
    pub(super) total: &'static str,
    pub(super) gateways: &'static str,
    pub(super) succeeded: &'static str,
    pub(super) mean_time: &'static str,
    pub(super) came_in: &'static str,
    pub(super) nothing_yet: &'static str,
    currencies: [(&'static str, &'static str); 6],
    late: &'static str,
    twice: &'static str,
    mismatch: &'static str,
    environment: &'static str,
    undecided: &'static str,
}

impl Texts {
    /// A currency in words, where it is one of these parts.
    pub(super) fn currency(&self, code: &'static str) -> &'static str {
        self.currencies.iter().find(|(known, _)| *known == code).map_or(code, |(_, called)| called)
    }

    /// Why money waits, in few words.
    pub(super) fn kind(&self, kind: HeldKind) -> &'static str {
        match kind {
            HeldKind::PaidLate => self.late,
            HeldKind::PaidTwice => self.twice,
            HeldKind::AmountMismatch => self.mismatch,
            HeldKind::WrongEnvironment => self.environment,
            HeldKind::Undecided => self.undecided,
        }
    }
}

/// A currency in words, where it is one of these parts.
pub(in crate::office) fn currency_called(language: Language, code: &'static str) -> &'static str {
    texts(language).currency(code)
}

/// The texts of a language.
pub(super) fn texts(language: Language) -> &'static Texts {
    language.of(&FRENCH, &ARABIC, &ENGLISH)
}

static FRENCH: Texts = Texts {
    at: "à",
    decide_title: "À vous de décider",
    oldest: "Le plus ancien attend depuis {since} : {kind}, {shop}.",
    held: "Argent retenu",
    perhaps: "et peut-être {} de plus",
    decide: "Décider",
    unmatched: "Argent sans commande",
    nothing_to_decide: "Rien à décider.",
    broken: "Ce qui ne marche pas",
    down: "En panne",
    resting: "Au repos",
    endpoint_line: "Webhook de {shop}. {url} ne reçoit plus rien depuis {since} : {why}. Les envois sont gardés et repartent d’eux-mêmes.",
    account_line: "{gateway}, {account} ({shop}). En difficulté depuis {since} : {why}. Nouvel essai vers {until}.",
    paid: "Payé",
    today: "Aujourd’hui",
    days_7: "7 jours",
    days_30: "30 jours",
    number: "Nombre",
    yesterday: "hier",
    more: "{} % de plus que les {days} jours d’avant",
    less: "{} % de moins que les {days} jours d’avant",
    as_before: "comme les {days} jours d’avant",
    per_day: "Payé par jour, 30 derniers jours",
    best_day: "Le meilleur jour est le {day} avec {amount}. Aujourd’hui, qui n’est pas fini : {today}.",
    same_in_table: "Les mêmes chiffres en tableau",
    day: "Jour",
    payments: "Paiements",
    total: "Total",
    gateways: "Passerelles, 30 jours",
    succeeded: "Aboutis",
    mean_time: "Délai moyen",
    came_in: "Encaissé",
    nothing_yet: "Encore aucun paiement ces 60 derniers jours. Le premier apparaîtra ici de lui-même.",
    currencies: [
        ("DZD", "Dinars algériens"),
        ("XOF", "Francs CFA (XOF)"),
        ("XAF", "Francs CFA (XAF)"),
        ("GNF", "Francs guinéens"),
        ("CDF", "Francs congolais"),
        ("USD", "Dollars US"),
    ],
    late: "payé trop tard",
    twice: "payé deux fois",
    mismatch: "montant différent",
    environment: "argent de test",
    undecided: "sans réponse",
};

static ARABIC: Texts = Texts {
    at: "في",
    decide_title: "بانتظار قرارك",
    oldest: "الأقدم ينتظر منذ {since}: {kind}، {shop}.",
    held: "أموال محتجزة",
    perhaps: "وربما {} أخرى",
    decide: "اتخاذ القرار",
    unmatched: "أموال بلا طلب",
    nothing_to_decide: "لا شيء ينتظر قرارك.",
    broken: "ما لا يعمل",
    down: "معطّل",
    resting: "متوقف مؤقتا",
    endpoint_line: "Webhook الخاص بـ {shop}. لم يعد {url} يستقبل شيئا منذ {since}: {why}. الرسائل محفوظة وتُعاد من تلقاء نفسها.",
    account_line: "{gateway}، {account} ({shop}). في صعوبة منذ {since}: {why}. محاولة جديدة نحو {until}.",
    paid: "المدفوع",
    today: "اليوم",
    days_7: "7 أيام",
    days_30: "30 يوما",
    number: "العدد",
    yesterday: "أمس",
    more: "أكثر بنسبة {} % من الأيام الـ {days} السابقة",
    less: "أقل بنسبة {} % من الأيام الـ {days} السابقة",
    as_before: "مثل الأيام الـ {days} السابقة",
    per_day: "المدفوع كل يوم، آخر 30 يوما",
    best_day: "أفضل يوم هو {day} بمبلغ {amount}. واليوم، ولم ينته بعد: {today}.",
    same_in_table: "الأرقام نفسها في جدول",
    day: "اليوم",
    payments: "الدفعات",
    total: "المجموع",
    gateways: "بوابات الدفع، 30 يوما",
    succeeded: "الناجحة",
    mean_time: "متوسط المدة",
    came_in: "المحصّل",
    nothing_yet: "لا دفعة خلال آخر 60 يوما. ستظهر الأولى هنا من تلقاء نفسها.",
    currencies: [
        ("DZD", "دينار جزائري"),
        ("XOF", "فرنك غرب أفريقيا (XOF)"),
        ("XAF", "فرنك وسط أفريقيا (XAF)"),
        ("GNF", "فرنك غيني"),
        ("CDF", "فرنك كونغولي"),
        ("USD", "دولار أمريكي"),
    ],
    late: "دُفع متأخرا",
    twice: "دُفع مرتين",
    mismatch: "مبلغ مختلف",
    environment: "نقود تجريبية",
    undecided: "بلا جواب",
};

static ENGLISH: Texts = Texts {
    at: "in",
    decide_title: "Needs your decision",
    oldest: "The oldest has waited since {since}: {kind}, {shop}.",
    held: "Money held",
    perhaps: "and perhaps {} more",
    decide: "Decide",
    unmatched: "Money without an order",
    nothing_to_decide: "Nothing to decide.",
    broken: "What does not work",
    down: "Down",
    resting: "Resting",
    endpoint_line: "Webhook of {shop}. {url} has received nothing since {since}: {why}. What is to be sent is kept and goes out by itself.",
    account_line: "{gateway}, {account} ({shop}). In trouble since {since}: {why}. Tried again about {until}.",
    paid: "Paid",
    today: "Today",
    days_7: "7 days",
    days_30: "30 days",
    number: "Number",
    yesterday: "yesterday",
    more: "{}% more than the {days} days before",
    less: "{}% less than the {days} days before",
    as_before: "as in the {days} days before",
    per_day: "Paid per day, last 30 days",
    best_day: "The best day is {day} with {amount}. Today, which is not over: {today}.",
    same_in_table: "The same figures as a table",
    day: "Day",
    payments: "Payments",
    total: "Total",
    gateways: "Gateways, 30 days",
    succeeded: "Succeeded",
    mean_time: "Mean time",
    came_in: "Came in",
    nothing_yet: "No payment yet in the last 60 days. The first will appear here by itself.",
    currencies: [
        ("DZD", "Algerian dinars"),
        ("XOF", "CFA francs (XOF)"),
        ("XAF", "CFA francs (XAF)"),
        ("GNF", "Guinean francs"),
        ("CDF", "Congolese francs"),
        ("USD", "US dollars"),
    ],
    late: "paid too late",
    twice: "paid twice",
    mismatch: "another amount",
    environment: "test money",
    undecided: "no answer",
};
