//! What stands around every screen of the back office, once per language: the bar, the menu, and what went wrong. What a screen itself
//! says stands in its folder. A struct and not a message catalogue: a missing translation does not compile.

use crate::pages::Language;
use crate::store::Role;

use super::trouble::Trouble;

/// The texts of one language.
#[derive(Debug)]
pub(super) struct Texts {
    pub(super) skip: &'static str,
    pub(super) languages: &'static str,
    pub(super) main_menu: &'static str,
    pub(super) menu: &'static str,
    pub(super) close: &'static str,
    pub(super) search: &'static str,
    pub(super) search_hint: &'static str,
    pub(super) shops_shown: &'static str,
    pub(super) shops: &'static str,
    pub(super) all_shops: &'static str,
    pub(super) money: &'static str,
    pub(super) live: &'static str,
    pub(super) test: &'static str,
    pub(super) show: &'static str,
    pub(super) your_account: &'static str,
    pub(super) today: &'static str,
    pub(super) needs_you: &'static str,
    pub(super) orders: &'static str,
    pub(super) group_money: &'static str,
    pub(super) group_shop: &'static str,
    pub(super) group_tech: &'static str,
    pub(super) day_book: &'static str,
    pub(super) cash: &'static str,
    pub(super) refund_requests: &'static str,
    pub(super) payment_links: &'static str,
    pub(super) customers: &'static str,
    pub(super) catalogue: &'static str,
    pub(super) shop_texts: &'static str,
    pub(super) people: &'static str,
    pub(super) webhooks: &'static str,
    pub(super) fails: &'static str,
    pub(super) gateways: &'static str,
    pub(super) developers: &'static str,
    pub(super) owner: &'static str,
    pub(super) accountant: &'static str,
    pub(super) clerk: &'static str,
    pub(super) developer: &'static str,
    pub(super) several_roles: &'static str,
    pub(super) older: &'static str,
    pub(super) newer: &'static str,
    pub(super) pages: &'static str,
    pub(super) connection_lost: &'static str,
    pub(super) updated: &'static str,
    pub(super) problems: Problems,
}

/// What went wrong: a few words, and a sentence with what to do.
#[derive(Debug)]
pub(super) struct Problems {
    not_found: (&'static str, &'static str),
    not_allowed: (&'static str, &'static str),
    not_our_form: (&'static str, &'static str),
    too_long: (&'static str, &'static str),
    bad_field: (&'static str, &'static str),
    bad_form: (&'static str, &'static str),
    too_many: (&'static str, &'static str),
    refused: (&'static str, &'static str),
    not_now: (&'static str, &'static str),
    fault: (&'static str, &'static str),
}

impl Problems {
    /// A few words and a sentence for that trouble.
    pub(super) fn told(&self, trouble: &Trouble) -> (&'static str, String) {
        let ((title, line), detail) = match trouble {
            Trouble::NotFound => (self.not_found, String::new()),
            Trouble::NotAllowed => (self.not_allowed, String::new()),
            Trouble::NotOurForm => (self.not_our_form, String::new()),
            Trouble::TooLong => (self.too_long, String::new()),
            Trouble::BadField(field) => (self.bad_field, (*field).to_owned()),
            Trouble::BadForm => (self.bad_form, String::new()),
            Trouble::TooMany(seconds) => (self.too_many, seconds.to_string()),
            Trouble::Refused(code) => (self.refused, code.word().to_owned()),
            Trouble::NotNow => (self.not_now, String::new()),
            Trouble::Fault => (self.fault, String::new()),
        };
        (title, line.replace("{}", &detail))
    }
}

impl Texts {
    /// A role, as people call it.
    pub(super) fn role(&self, role: Option<Role>) -> &'static str {
        match role {
            Some(Role::Owner) => self.owner,
            Some(Role::Accountant) => self.accountant,
            Some(Role::Clerk) => self.clerk,
            Some(Role::Developer) => self.developer,
            None => self.several_roles,
        }
    }
}

/// The texts of a language.
pub(super) fn texts(language: Language) -> &'static Texts {
    language.of(&FRENCH, &ARABIC, &ENGLISH)
}

static FRENCH: Texts = Texts {
    skip: "Aller au contenu",
    languages: "Langue",
    main_menu: "Navigation principale",
    menu: "Menu",
    close: "Fermer",
    search: "Rechercher",
    search_hint: "Référence, téléphone, nom, montant…",
    shops_shown: "Boutiques affichées",
    shops: "Boutiques",
    all_shops: "Toutes les boutiques",
    money: "Argent",
    live: "Argent réel",
    test: "Test – aucun argent réel",
    show: "Afficher",
    your_account: "Votre compte",
    today: "Aujourd’hui",
    needs_you: "À décider",
    orders: "Commandes",
    group_money: "Argent",
    group_shop: "Boutique",
    group_tech: "Technique",
    day_book: "Livre du jour",
    cash: "Espèces",
    refund_requests: "Demandes de remboursement",
    payment_links: "Liens de paiement",
    customers: "Clients",
    catalogue: "Catalogue",
    shop_texts: "Textes",
    people: "Équipe",
    webhooks: "Webhooks",
    fails: "en panne",
    gateways: "Passerelles",
    developers: "Développeurs",
    owner: "propriétaire",
    accountant: "comptable",
    clerk: "vente",
    developer: "développement",
    several_roles: "plusieurs rôles",
    older: "Plus anciennes",
    newer: "Plus récentes",
    pages: "Pages",
    connection_lost: "Connexion perdue, nouvel essai en cours…",
    updated: "Page mise à jour.",
    problems: Problems {
        not_found: ("Page introuvable", "Cette page n’existe pas, ou elle appartient à une autre boutique."),
        not_allowed: (
            "Pas pour votre rôle",
            "Votre rôle ne donne pas accès à cette page dans les boutiques affichées. Demandez à la personne propriétaire.",
        ),
        not_our_form: (
            "Formulaire refusé",
            "Ce formulaire ne vient pas d’une page ouverte dans votre session. Rien n’a été fait : revenez en arrière, rechargez la page et recommencez.",
        ),
        too_long: ("Trop long", "Ce texte dépasse 64 Ko. Rien n’a été fait : raccourcissez-le."),
        bad_field: (
            "Champ illisible",
            "Le champ « {} » n’a pas pu être lu. Rien n’a été fait : revenez en arrière et corrigez-le.",
        ),
        bad_form: (
            "Formulaire incomplet",
            "Il manque un champ, ou l’un d’eux n’a pas pu être lu. Rien n’a été fait : revenez en arrière et complétez-le.",
        ),
        too_many: ("Trop d’essais", "Il y a eu trop d’essais. Réessayez dans {} secondes."),
        refused: (
            "Impossible maintenant",
            "La situation a changé entre-temps, ou la règle ne le permet pas ({}). Rien n’a été fait : regardez où elle en est.",
        ),
        not_now: (
            "Pas pour l’instant",
            "La passerelle ou ce serveur ne peut pas répondre en ce moment. Réessayez dans un instant ; les vérifications continuent d’elles-mêmes.",
        ),
        fault: (
            "Erreur de notre côté",
            "C’est notre faute, pas la vôtre. Le journal du serveur dit ce qui s’est passé ; rien n’est perdu.",
        ),
    },
};

static ARABIC: Texts = Texts {
    skip: "انتقل إلى المحتوى",
    languages: "اللغة",
    main_menu: "التنقل الرئيسي",
    menu: "القائمة",
    close: "إغلاق",
    search: "بحث",
    search_hint: "مرجع أو هاتف أو اسم أو مبلغ…",
    shops_shown: "المتاجر المعروضة",
    shops: "المتاجر",
    all_shops: "كل المتاجر",
    money: "الأموال",
    live: "أموال حقيقية",
    test: "تجربة – بلا نقود حقيقية",
    show: "عرض",
    your_account: "حسابك",
    today: "اليوم",
    needs_you: "بانتظار قرارك",
    orders: "الطلبات",
    group_money: "الأموال",
    group_shop: "المتجر",
    group_tech: "التقنية",
    day_book: "دفتر اليوم",
    cash: "النقد",
    refund_requests: "طلبات الاسترداد",
    payment_links: "روابط الدفع",
    customers: "الزبائن",
    catalogue: "الكتالوج",
    shop_texts: "النصوص",
    people: "الفريق",
    webhooks: "Webhooks",
    fails: "معطّلة",
    gateways: "بوابات الدفع",
    developers: "المطوّرون",
    owner: "المالك",
    accountant: "المحاسبة",
    clerk: "البيع",
    developer: "التطوير",
    several_roles: "أدوار مختلفة",
    older: "الأقدم",
    newer: "الأحدث",
    pages: "الصفحات",
    connection_lost: "انقطع الاتصال، تُعاد المحاولة…",
    updated: "حُدِّثت الصفحة.",
    problems: Problems {
        not_found: ("الصفحة غير موجودة", "هذه الصفحة غير موجودة، أو هي لمتجر آخر."),
        not_allowed: ("خارج صلاحياتك", "دورك لا يفتح هذه الصفحة في المتاجر المعروضة. اطلب ذلك من المالك."),
        not_our_form: (
            "رُفضت الاستمارة",
            "لم تُرسَل هذه الاستمارة من صفحة مفتوحة في جلستك. لم يتغيّر شيء: ارجع، وأعد تحميل الصفحة، ثم حاول من جديد.",
        ),
        too_long: ("النص طويل جدا", "يتجاوز هذا النص 64 كيلوبايت. لم يتغيّر شيء: اختصره."),
        bad_field: ("خانة غير مقروءة", "تعذّرت قراءة الخانة «{}». لم يتغيّر شيء: ارجع وصحّحها."),
        bad_form: ("استمارة ناقصة", "تنقص خانة، أو تعذّرت قراءة إحداها. لم يتغيّر شيء: ارجع وأكملها."),
        too_many: ("محاولات كثيرة", "كثرت المحاولات. حاول بعد {} ثانية."),
        refused: (
            "غير ممكن الآن",
            "تغيّر الوضع في هذه الأثناء، أو لا تسمح به القاعدة ({}). لم يتغيّر شيء: انظر أين وصل الأمر.",
        ),
        not_now: (
            "ليس الآن",
            "لا تستطيع بوابة الدفع أو هذا الخادم الإجابة في هذه اللحظة. حاول بعد قليل؛ عمليات التحقق مستمرة من تلقاء نفسها.",
        ),
        fault: ("خطأ من جهتنا", "الخطأ منا لا منك. سجلّ الخادم يذكر ما حدث، ولم يضع شيء."),
    },
};

static ENGLISH: Texts = Texts {
    skip: "Skip to the content",
    languages: "Language",
    main_menu: "Main menu",
    menu: "Menu",
    close: "Close",
    search: "Search",
    search_hint: "Reference, phone, name, amount…",
    shops_shown: "Shops shown",
    shops: "Shops",
    all_shops: "All shops",
    money: "Money",
    live: "Real money",
    test: "Test – no real money",
    show: "Show",
    your_account: "Your account",
    today: "Today",
    needs_you: "Needs you",
    orders: "Orders",
    group_money: "Money",
    group_shop: "Shop",
    group_tech: "Technical",
    day_book: "Day book",
    cash: "Cash",
    refund_requests: "Refund requests",
    payment_links: "Payment links",
    customers: "Customers",
    catalogue: "Catalogue",
    shop_texts: "Texts",
    people: "People",
    webhooks: "Webhooks",
    fails: "failing",
    gateways: "Gateways",
    developers: "Developers",
    owner: "owner",
    accountant: "accountant",
    clerk: "clerk",
    developer: "developer",
    several_roles: "several roles",
    older: "Older",
    newer: "Newer",
    pages: "Pages",
    connection_lost: "Connection lost, trying again…",
    updated: "Page updated.",
    problems: Problems {
        not_found: ("Page not found", "There is no such page, or it belongs to another shop."),
        not_allowed: (
            "Not for your role",
            "Your role does not open this page in the shops shown. Ask the owner.",
        ),
        not_our_form: (
            "Form refused",
            "This form was not sent by a page that is open in your session. Nothing was done: go back, reload the page and try again.",
        ),
        too_long: ("Too long", "This text is longer than 64 KB. Nothing was done: shorten it."),
        bad_field: (
            "Field not readable",
            "The field “{}” could not be read. Nothing was done: go back and mend it.",
        ),
        bad_form: (
            "Form incomplete",
            "A field is missing, or one of them could not be read. Nothing was done: go back and complete it.",
        ),
        too_many: ("Too many tries", "There were too many tries. Try again in {} seconds."),
        refused: (
            "Not possible now",
            "Things have changed meanwhile, or the rules do not allow it ({}). Nothing was done: see how it stands.",
        ),
        not_now: (
            "Not at the moment",
            "The gateway or this server cannot answer at the moment. Try again shortly; checks go on by themselves.",
        ),
        fault: (
            "Our fault",
            "This is our fault, not yours. The server’s log says what happened; nothing is lost.",
        ),
    },
};
