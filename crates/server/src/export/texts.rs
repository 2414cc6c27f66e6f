//! What the columns of exports are called, once per language. The table in `docs/src/day-book.md` explains them.

use crate::pages::Language;

/// The texts of one language.
#[derive(Debug)]
pub(super) struct Texts {
    pub(super) orders: &'static str,
    pub(super) book: &'static str,
    /// In the order of the columns.
    pub(super) order_columns: [&'static str; 19],
    /// In the order of the columns.
    pub(super) book_columns: [&'static str; 17],
    pub(super) fee_told: &'static str,
    pub(super) fee_declared: &'static str,
    pub(super) open: &'static str,
    pub(super) closed: &'static str,
    pub(super) correction: &'static str,
    /// The statuses of orders: their words in the API, and what they are called.
    statuses: [(&'static str, &'static str); 6],
}

impl Texts {
    /// A status by its word in the API.
    pub(super) fn status(&self, word: &'static str) -> &'static str {
        self.statuses.iter().find(|(known, _)| *known == word).map_or(word, |(_, called)| called)
    }
}

/// The texts of a language.
pub(super) fn texts(language: Language) -> &'static Texts {
    language.of(&FRENCH, &ARABIC, &ENGLISH)
}

static FRENCH: Texts = Texts {
    orders: "Commandes",
    book: "Livre du jour",
    order_columns: [
        "Créée",
        "Payée",
        "Référence",
        "Commande",
        "Boutique",
        "Client",
        "Téléphone",
        "E-mail",
        "Montant",
        "Montant en unités mineures",
        "Monnaie",
        "Passerelle",
        "Compte",
        "Référence chez la passerelle",
        "État",
        "Frais",
        "Source des frais",
        "Remboursé",
        "Net",
    ],
    book_columns: [
        "Jour",
        "Boutique",
        "Passerelle",
        "Compte",
        "Monnaie",
        "Ligne",
        "Paiements",
        "Payé",
        "Paiements hors commande",
        "Hors commande",
        "Frais annoncés",
        "Frais déclarés",
        "Remboursements",
        "Remboursé",
        "Net",
        "Net en unités mineures",
        "Paiements sans argent",
    ],
    fee_told: "annoncés par la passerelle",
    fee_declared: "déclarés",
    open: "ouverte",
    closed: "clôturée",
    correction: "correction",
    statuses: [
        ("pending", "en attente"),
        ("failed", "non aboutie"),
        ("paid", "payée"),
        ("fulfilled", "remise"),
        ("expired", "expirée"),
        ("cancelled", "annulée"),
    ],
};

static ARABIC: Texts = Texts {
    orders: "الطلبات",
    book: "دفتر اليوم",
    order_columns: [
        "أُنشئ",
        "دُفع",
        "المرجع",
        "الطلب",
        "المتجر",
        "الزبون",
        "الهاتف",
        "البريد الإلكتروني",
        "المبلغ",
        "المبلغ بالوحدات الصغرى",
        "العملة",
        "بوابة الدفع",
        "الحساب",
        "المرجع لدى بوابة الدفع",
        "الحالة",
        "الرسوم",
        "مصدر الرسوم",
        "المسترد",
        "الصافي",
    ],
    book_columns: [
        "اليوم",
        "المتجر",
        "بوابة الدفع",
        "الحساب",
        "العملة",
        "السطر",
        "عدد المدفوعات",
        "المدفوع",
        "عدد المدفوعات بلا طلب",
        "مال بلا طلب",
        "رسوم معلنة",
        "رسوم مصرّح بها",
        "عدد الاستردادات",
        "المسترد",
        "الصافي",
        "الصافي بالوحدات الصغرى",
        "مدفوعات بلا مال",
    ],
    fee_told: "أعلنتها بوابة الدفع",
    fee_declared: "مصرّح بها",
    open: "مفتوح",
    closed: "مقفل",
    correction: "تصحيح",
    statuses: [
        ("pending", "قيد الانتظار"),
        ("failed", "لم يكتمل"),
        ("paid", "مدفوع"),
        ("fulfilled", "سُلّم"),
        ("expired", "انتهت مهلته"),
        ("cancelled", "ملغى"),
    ],
};

static ENGLISH: Texts = Texts {
    orders: "Orders",
    book: "Day book",
    order_columns: [
        "Created",
        "Paid",
        "Reference",
        "Order",
        "Shop",
        "Customer",
        "Phone",
        "E-mail",
        "Amount",
        "Amount in minor units",
        "Currency",
        "Gateway",
        "Account",
        "Gateway's reference",
        "Status",
        "Fee",
        "Fee source",
        "Refunded",
        "Net",
    ],
    book_columns: [
        "Day",
        "Shop",
        "Gateway",
        "Account",
        "Currency",
        "Line",
        "Payments",
        "Paid",
        "Unfit payments",
        "Unfit",
        "Fees told",
        "Fees declared",
        "Refunds",
        "Refunded",
        "Net",
        "Net in minor units",
        "Payments without money",
    ],
    fee_told: "gateway",
    fee_declared: "declared",
    open: "open",
    closed: "closed",
    correction: "correction",
    statuses: [
        ("pending", "pending"),
        ("failed", "failed"),
        ("paid", "paid"),
        ("fulfilled", "fulfilled"),
        ("expired", "expired"),
        ("cancelled", "cancelled"),
    ],
};
