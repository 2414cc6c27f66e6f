//! What the checkout page asks the customer for because a gateway needs it: the fields, what is wrong with what was typed,
//! and every sentence of it, once per language.

use guichet_core::{NumberingPlan, PayerField};

use super::language::Language;

/// A field that a way to pay needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AskedField {
    /// The field.
    pub(crate) field: PayerField,
    /// What stands in it: what was typed, or nothing.
    pub(crate) value: String,
    /// What a phone number looks like here, in E.164; empty for other fields.
    pub(crate) example: &'static str,
    /// What is wrong with the value.
    pub(crate) mistake: Option<Mistake>,
}

/// What is wrong with what a customer typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mistake {
    /// Nothing was typed.
    Missing,
    /// It is no phone number, or one without the code of its country where that is not known.
    NoPhone,
    /// No such phone number can exist.
    NoSuchPhone(&'static NumberingPlan),
    /// The gateway does not take such a value.
    NotTaken,
    /// It is no e-mail address.
    NoEmail,
    /// It is no country's code.
    NoCountry,
    /// It is too long, or not one line of text.
    NotALine,
}

/// The sentences of one language; words in braces stand for values.
struct FormTexts {
    labels: [&'static str; 9],
    example: &'static str,
    missing: &'static str,
    no_phone: &'static str,
    no_such_phone: &'static str,
    or: &'static str,
    not_taken: &'static str,
    no_email: &'static str,
    no_country: &'static str,
    not_a_line: &'static str,
}

impl AskedField {
    /// The field's name for people.
    pub(super) fn label(&self, language: Language) -> &'static str {
        let index = PayerField::ALL.iter().position(|field| *field == self.field).unwrap_or_default();
        texts(language).labels[index]
    }

    /// Whether something stands below the field.
    pub(super) fn says_more(&self) -> bool {
        self.mistake.is_some() || !self.example.is_empty()
    }

    /// What stands below the field: what is wrong with the value, otherwise what may be typed.
    pub(super) fn more(&self, language: Language) -> String {
        let hint = || texts(language).example.replace("{example}", &shown(self.example));
        self.complaint(language).unwrap_or_else(hint)
    }

    /// What is wrong, and what to do.
    fn complaint(&self, language: Language) -> Option<String> {
        let texts = texts(language);
        Some(match self.mistake? {
            Mistake::Missing => texts.missing.to_owned(),
            Mistake::NoPhone => texts.no_phone.replace("{example}", &shown(self.example)),
            Mistake::NoSuchPhone(plan) => texts
                .no_such_phone
                .replace("{code}", &shown(&format!("+{}", plan.calling_code)))
                .replace("{digits}", &plan.lengths(texts.or))
                .replace("{example}", &shown(plan.example)),
            Mistake::NotTaken => texts.not_taken.to_owned(),
            Mistake::NoEmail => texts.no_email.to_owned(),
            Mistake::NoCountry => texts.no_country.to_owned(),
            Mistake::NotALine => texts.not_a_line.to_owned(),
        })
    }

    /// The input's `type`.
    pub(super) fn input_type(&self) -> &'static str {
        match self.field {
            PayerField::Phone => "tel",
            PayerField::Email => "email",
            PayerField::FamilyName
            | PayerField::GivenName
            | PayerField::Address
            | PayerField::City
            | PayerField::State
            | PayerField::ZipCode
            | PayerField::Country => "text",
        }
    }

    /// The input's `autocomplete`: what the browser may know already.
    pub(super) fn autocomplete(&self) -> &'static str {
        match self.field {
            PayerField::FamilyName => "family-name",
            PayerField::GivenName => "given-name",
            PayerField::Email => "email",
            PayerField::Phone => "tel",
            PayerField::Address => "street-address",
            PayerField::City => "address-level2",
            PayerField::State => "address-level1",
            PayerField::ZipCode => "postal-code",
            PayerField::Country => "country",
        }
    }

    /// Whether it is read from left to right in every language.
    pub(super) fn runs_left_to_right(&self) -> bool {
        matches!(
            self.field,
            PayerField::Phone | PayerField::Email | PayerField::Country | PayerField::ZipCode
        )
    }
}

/// A number inside a sentence that may run from right to left: it keeps its own order.
fn shown(number: &str) -> String {
    format!("\u{2066}{number}\u{2069}")
}

fn texts(language: Language) -> &'static FormTexts {
    language.of(&FRENCH, &ARABIC, &ENGLISH)
}

static FRENCH: FormTexts = FormTexts {
    labels: [
        "Nom",
        "Prénom",
        "Adresse e-mail",
        "Numéro de téléphone",
        "Adresse",
        "Ville",
        "État ou région",
        "Code postal",
        "Pays, en deux lettres (par exemple CI)",
    ],
    example: "Par exemple {example}",
    missing: "Remplissez ce champ, s’il vous plaît.",
    no_phone: "Écrivez le numéro avec + et l’indicatif du pays, comme {example}.",
    no_such_phone: "Ce numéro ne peut pas exister\u{a0}: après {code} viennent {digits} chiffres, comme {example}.",
    or: "ou",
    not_taken: "Ce moyen de paiement ne l’accepte pas pour cette commande.",
    no_email: "Cette adresse e-mail n’est pas complète.",
    no_country: "Écrivez le code du pays en deux lettres, comme CI.",
    not_a_line: "Écrivez une seule ligne, plus courte.",
};

static ARABIC: FormTexts = FormTexts {
    labels: [
        "اللقب",
        "الاسم",
        "البريد الإلكتروني",
        "رقم الهاتف",
        "العنوان",
        "المدينة",
        "الولاية أو المنطقة",
        "الرمز البريدي",
        "البلد بحرفين (مثل CI)",
    ],
    example: "مثلًا {example}",
    missing: "املأ هذه الخانة من فضلك.",
    no_phone: "اكتب الرقم مع + ورمز البلد، مثل {example}.",
    no_such_phone: "لا يمكن أن يوجد هذا الرقم: بعد {code} يأتي من الأرقام {digits}، مثل {example}.",
    or: "أو",
    not_taken: "لا تقبله وسيلة الدفع هذه لهذا الطلب.",
    no_email: "عنوان البريد الإلكتروني هذا غير كامل.",
    no_country: "اكتب رمز البلد بحرفين لاتينيين، مثل CI.",
    not_a_line: "اكتب سطرًا واحدًا أقصر.",
};

static ENGLISH: FormTexts = FormTexts {
    labels: [
        "Family name",
        "Given name",
        "E-mail address",
        "Phone number",
        "Address",
        "Town",
        "State or region",
        "Postal code",
        "Country, in two letters (such as CI)",
    ],
    example: "Such as {example}",
    missing: "Please fill this in.",
    no_phone: "Write the number with + and the code of its country, such as {example}.",
    no_such_phone: "This number cannot exist: {code} is followed by {digits} digits, such as {example}.",
    or: "or",
    not_taken: "This way to pay does not take it for this order.",
    no_email: "This e-mail address is not complete.",
    no_country: "Write the country’s code in two letters, such as CI.",
    not_a_line: "Write one line, and a shorter one.",
};
