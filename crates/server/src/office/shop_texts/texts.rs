//! What the screens of a shop's texts say.

use crate::pages::Language;

use crate::message::{Occasion, SmsCost, Unfit};

use super::typed::Part;

/// The texts of one language.
#[derive(Debug)]
pub(super) struct Texts {
    pub(super) lead: &'static str,
    pub(super) file_rules: &'static str,
    pub(super) only_owner: &'static str,
    pub(super) shops: &'static str,
    pub(super) shop: &'static str,
    pub(super) title: &'static str,
    pub(super) phone: &'static str,
    pub(super) whatsapp: &'static str,
    pub(super) email: &'static str,
    pub(super) number_hint: &'static str,
    pub(super) logo: &'static str,
    pub(super) logo_hint: &'static str,
    pub(super) logo_now: &'static str,
    pub(super) color: &'static str,
    pub(super) color_hint: &'static str,
    pub(super) color_now: &'static str,
    pub(super) save: &'static str,
    pub(super) labels: &'static str,
    pub(super) labels_hint: &'static str,
    pub(super) no_accounts: &'static str,
    pub(super) standard_label: &'static str,
    pub(super) messages: &'static str,
    pub(super) messages_hint: &'static str,
    pub(super) occasion_head: &'static str,
    paid: &'static str,
    failed: &'static str,
    review: &'static str,
    pub(super) not_said: &'static str,
    pub(super) own: &'static str,
    pub(super) standard: &'static str,
    part: &'static str,
    parts_n: &'static str,
    pub(super) no_email: &'static str,
    pub(super) no_sms: &'static str,
    pub(super) preview: &'static str,
    pub(super) preview_hint: &'static str,
    pub(super) draft: &'static str,
    pub(super) subject: &'static str,
    pub(super) text: &'static str,
    pub(super) mail: &'static str,
    pub(super) sms: &'static str,
    cost_gsm: &'static str,
    cost_ucs: &'static str,
    pub(super) change: &'static str,
    pub(super) change_hint: &'static str,
    pub(super) standard_words: &'static str,
    pub(super) show_preview: &'static str,
    pub(super) mistakes: &'static str,
    bad_title: &'static str,
    bad_phone: &'static str,
    bad_email: &'static str,
    bad_logo: &'static str,
    bad_color: &'static str,
    pub(super) bad_label: &'static str,
    bad_empty: &'static str,
    bad_characters: &'static str,
    bad_braces: &'static str,
    bad_length: &'static str,
    done_changed: &'static str,
    done_labelled: &'static str,
    pub(super) done_saved: &'static str,
}

impl Texts {
    /// What was just done, by its word in the address.
    pub(super) fn done(&self, word: &str) -> Option<&'static str> {
        match word {
            "changed" => Some(self.done_changed),
            "labelled" => Some(self.done_labelled),
            _ => None,
        }
    }

    /// An occasion, as people call it.
    pub(super) fn occasion(&self, occasion: Occasion) -> &'static str {
        match occasion {
            Occasion::Paid => self.paid,
            Occasion::Failed => self.failed,
            Occasion::Review => self.review,
        }
    }

    /// How many parts an SMS is sent as.
    pub(super) fn parts(&self, parts: usize) -> String {
        if parts == 1 { self.part.to_owned() } else { self.parts_n.replace("{}", &parts.to_string()) }
    }

    /// What an SMS costs, and why.
    pub(super) fn cost(&self, cost: &SmsCost) -> String {
        let line = if cost.keeps_to_gsm { self.cost_gsm } else { self.cost_ucs };
        let line = line.replace("{parts}", &self.parts(cost.parts));
        line.replace("{units}", &cost.units.to_string()).replace("{room}", &cost.room.to_string())
    }

    /// What is wrong with a part of what customers see.
    pub(super) fn mistake(&self, part: Part) -> &'static str {
        match part {
            Part::Title => self.bad_title,
            Part::Phone | Part::Whatsapp => self.bad_phone,
            Part::Email => self.bad_email,
            Part::Logo => self.bad_logo,
            Part::Color => self.bad_color,
        }
    }

    /// Why a shop's own words are not taken.
    pub(super) fn unfit(&self, unfit: &Unfit) -> String {
        match unfit {
            Unfit::Empty => self.bad_empty.to_owned(),
            Unfit::Characters { .. } => self.bad_characters.to_owned(),
            Unfit::Braces { near, .. } => self.bad_braces.replace("{}", near),
            Unfit::TooLong { length, most } => {
                let line = self.bad_length.replace("{length}", &length.to_string());
                line.replace("{most}", &most.to_string())
            }
        }
    }
}

/// The texts of a language.
pub(super) fn texts(language: Language) -> &'static Texts {
    language.of(&FRENCH, &ARABIC, &ENGLISH)
}

static FRENCH: Texts = Texts {
    lead: "Ce que les clients lisent de la boutique : sur les pages de paiement, dans les e-mails et les SMS.",
    file_rules: "Un fichier de boutique appliqué plus tard remet ses propres valeurs : ce qui doit rester, changez-le là aussi.",
    only_owner: "Seul un propriétaire qui voit l’argent réel change ces textes.",
    shops: "Boutiques",
    shop: "La boutique",
    title: "Nom de la boutique",
    phone: "Téléphone",
    whatsapp: "WhatsApp",
    email: "E-mail",
    number_hint: "Avec l’indicatif du pays, tel que +213555000001.",
    logo: "Adresse du logo",
    logo_hint: "Une adresse https, ou une petite image écrite data:image/…;base64,… Vide : le nom seul.",
    logo_now: "Logo actuel",
    color: "Couleur",
    color_hint: "Écrite #rrvvbb. Les pages l’assombrissent ou l’éclaircissent jusqu’à ce qu’elle se lise.",
    color_now: "Couleur actuelle",
    save: "Enregistrer",
    labels: "Noms des moyens de paiement",
    labels_hint: "Ce que le client lit sur le bouton. Une langue laissée vide prend le texte d’une autre ; toutes vides, les mots de Guichet.",
    no_accounts: "Aucun compte de paiement ici.",
    standard_label: "Sans texte : « {} »",
    messages: "Messages aux clients",
    messages_hint: "Ouvrez une langue pour voir le message et le changer. Un SMS se paie par partie.",
    occasion_head: "Quand",
    paid: "Commande payée",
    failed: "Paiement non abouti",
    review: "Paiement à vérifier",
    not_said: "n’est pas envoyé",
    own: "vos mots",
    standard: "mots de Guichet",
    part: "SMS : 1 partie",
    parts_n: "SMS : {} parties",
    no_email: "Aucun e-mail ne part : l’envoi se déclare dans le fichier de boutique (merchants.messages.email).",
    no_sms: "Aucun SMS ne part : l’envoi se déclare dans le fichier de boutique (merchants.messages.sms).",
    preview: "Aperçu",
    preview_hint: "Écrit comme pour un vrai client, avec une commande inventée.",
    draft: "Aperçu de ce que vous avez tapé. Rien n’est encore enregistré.",
    subject: "Objet de l’e-mail",
    text: "Texte de l’e-mail",
    mail: "E-mail",
    sms: "SMS",
    cost_gsm: "{parts} : {units} signes sur les {room} d’un alphabet de 7 bits (GSM-7).",
    cost_ucs: "{parts} : {units} signes sur {room}. Une lettre hors de l’alphabet GSM-7 fait compter 70 signes par partie au lieu de 160 (UCS-2).",
    change: "Vos mots",
    change_hint: "Un champ vide est dit avec les mots de Guichet. Entre accolades : {name}, {reference}, {amount}, {title}, {merchant}, {status_url}, {date}.",
    standard_words: "Mots de Guichet",
    show_preview: "Voir l’aperçu",
    mistakes: "Rien n’est enregistré : corrigez les champs signalés.",
    bad_title: "Un nom de 1 à 100 caractères sur une ligne.",
    bad_phone: "Un numéro avec l’indicatif du pays, tel que +213555000001.",
    bad_email: "Une adresse e-mail telle que boutique@exemple.dz.",
    bad_logo: "Une adresse https d’au plus 300 caractères sans espaces, guillemets ni points-virgules, ou une image data: d’au plus 2048 octets.",
    bad_color: "Une couleur écrite #rrvvbb, telle que #0c4a45.",
    bad_label: "Au plus 60 caractères sur une ligne.",
    bad_empty: "Vide : laissez le champ sans rien pour les mots de Guichet.",
    bad_characters: "Des caractères de contrôle ou de sens de lecture ne passent pas ; l’objet tient sur une ligne.",
    bad_braces: "Près de « {} » : seuls les mots de la liste vont entre accolades ; une accolade elle-même s’écrit deux fois.",
    bad_length: "Trop long : avec des valeurs courantes {length} caractères, au plus {most}.",
    done_changed: "Les textes de la boutique sont enregistrés.",
    done_labelled: "Le nom du moyen de paiement est enregistré.",
    done_saved: "Le message est enregistré. Ceux qui sont déjà partis ne changent pas.",
};

static ARABIC: Texts = Texts {
    lead: "ما يقرؤه الزبائن عن المتجر: في صفحات الدفع والرسائل.",
    file_rules: "ملف المتجر إذا طُبِّق لاحقا يعيد قيمه: ما تريد بقاءه غيّره هناك أيضا.",
    only_owner: "لا يغيّر هذه النصوص إلا مالك يرى الأموال الحقيقية.",
    shops: "المتاجر",
    shop: "المتجر",
    title: "اسم المتجر",
    phone: "الهاتف",
    whatsapp: "واتساب",
    email: "البريد الإلكتروني",
    number_hint: "مع رمز البلد، مثل \u{2066}+213555000001\u{2069}.",
    logo: "عنوان الشعار",
    logo_hint: "عنوان https أو صورة صغيرة مكتوبة \u{2066}data:image/…;base64,…\u{2069} وإن تُرك فارغا فالاسم وحده.",
    logo_now: "الشعار الحالي",
    color: "اللون",
    color_hint: "تُكتب \u{2066}#rrggbb\u{2069}. تُعدَّل في الصفحات حتى تُقرأ بوضوح.",
    color_now: "اللون الحالي",
    save: "حفظ",
    labels: "أسماء وسائل الدفع",
    labels_hint: "ما يقرؤه الزبون على الزر. اللغة الفارغة تأخذ نص لغة أخرى، وإن فرغت كلها فكلمات Guichet.",
    no_accounts: "لا حسابات دفع هنا.",
    standard_label: "بلا نص: «{}»",
    messages: "الرسائل إلى الزبائن",
    messages_hint: "افتح لغة لرؤية الرسالة وتغييرها. تُدفع الرسالة القصيرة بالجزء.",
    occasion_head: "متى",
    paid: "طلب مدفوع",
    failed: "دفع لم يكتمل",
    review: "دفع قيد التحقق",
    not_said: "لا يُرسَل",
    own: "كلماتكم",
    standard: "كلمات Guichet",
    part: "رسالة: جزء واحد",
    parts_n: "رسالة: {} أجزاء",
    no_email: "لا يُرسل بريد: يُعلَن الإرسال في ملف المتجر (merchants.messages.email).",
    no_sms: "لا تُرسل رسائل قصيرة: يُعلَن الإرسال في ملف المتجر (merchants.messages.sms).",
    preview: "معاينة",
    preview_hint: "مكتوب كما لزبون حقيقي، بطلب مُتخيَّل.",
    draft: "معاينة لما كتبته. لم يُحفظ شيء بعد.",
    subject: "موضوع البريد",
    text: "نص البريد",
    mail: "البريد",
    sms: "الرسالة القصيرة",
    cost_gsm: "{parts}: {units} من {room} علامة في أبجدية 7 بت (GSM-7).",
    cost_ucs: "{parts}: {units} من {room} علامة. حرف خارج أبجدية GSM-7 يجعل الجزء 70 علامة بدل 160 (UCS-2).",
    change: "كلماتكم",
    change_hint: "الخانة الفارغة تُقال بكلمات Guichet. بين الأقواس: {name} و{reference} و{amount} و{title} و{merchant} و{status_url} و{date}.",
    standard_words: "كلمات Guichet",
    show_preview: "معاينة",
    mistakes: "لم يُحفظ شيء: صحّح الخانات المشار إليها.",
    bad_title: "اسم من 1 إلى 100 حرف في سطر واحد.",
    bad_phone: "رقم مع رمز البلد، مثل \u{2066}+213555000001\u{2069}.",
    bad_email: "عنوان بريد مثل boutique@example.dz.",
    bad_logo: "عنوان https من 300 حرف على الأكثر بلا مسافات ولا علامات اقتباس ولا فواصل منقوطة، أو صورة data: من 2048 بايت على الأكثر.",
    bad_color: "لون مكتوب \u{2066}#rrggbb\u{2069}، مثل \u{2066}#0c4a45\u{2069}.",
    bad_label: "60 حرفا على الأكثر في سطر واحد.",
    bad_empty: "فارغ: اترك الخانة بلا شيء لكلمات Guichet.",
    bad_characters: "لا تُقبل علامات التحكم أو علامات اتجاه القراءة، والموضوع في سطر واحد.",
    bad_braces: "قرب «{}»: لا توضع بين الأقواس إلا كلمات القائمة، والقوس نفسه يُكتب مرتين.",
    bad_length: "طويل جدا: {length} حرفا بقيم معتادة، والحد {most}.",
    done_changed: "حُفظت نصوص المتجر.",
    done_labelled: "حُفظ اسم وسيلة الدفع.",
    done_saved: "حُفظت الرسالة. ما أُرسل لا يتغير.",
};

static ENGLISH: Texts = Texts {
    lead: "What customers read of the shop: on the payment pages, in e-mails and in SMS.",
    file_rules: "A shop file that is applied later sets its own values back: what is to stay, change it there too.",
    only_owner: "Only an owner who sees real money changes these texts.",
    shops: "Shops",
    shop: "The shop",
    title: "Name of the shop",
    phone: "Phone",
    whatsapp: "WhatsApp",
    email: "E-mail",
    number_hint: "With the country’s code, such as +213555000001.",
    logo: "Address of the logo",
    logo_hint: "An https address, or a small picture written data:image/…;base64,… Empty: the name alone.",
    logo_now: "Present logo",
    color: "Colour",
    color_hint: "Written #rrggbb. The pages shade it until it can be read.",
    color_now: "Present colour",
    save: "Save",
    labels: "What the ways to pay are called",
    labels_hint: "What customers read on the button. A language left empty takes another’s text; all empty, Guichet’s own words.",
    no_accounts: "No gateway accounts here.",
    standard_label: "Without a text: “{}”",
    messages: "Messages to customers",
    messages_hint: "Open a language to see the message and change it. An SMS is paid by the part.",
    occasion_head: "When",
    paid: "Order paid",
    failed: "Payment failed",
    review: "Payment being looked at",
    not_said: "not sent",
    own: "your words",
    standard: "Guichet’s words",
    part: "SMS: 1 part",
    parts_n: "SMS: {} parts",
    no_email: "No e-mail is sent: sending is declared in the shop file (merchants.messages.email).",
    no_sms: "No SMS is sent: sending is declared in the shop file (merchants.messages.sms).",
    preview: "Preview",
    preview_hint: "Written as for a real customer, with an order that is made up.",
    draft: "Preview of what you typed. Nothing is saved yet.",
    subject: "Subject of the e-mail",
    text: "Text of the e-mail",
    mail: "E-mail",
    sms: "SMS",
    cost_gsm: "{parts}: {units} of {room} signs in a 7-bit alphabet (GSM-7).",
    cost_ucs: "{parts}: {units} of {room} signs. A letter outside the GSM-7 alphabet makes a part 70 signs instead of 160 (UCS-2).",
    change: "Your words",
    change_hint: "A field left empty is said in Guichet’s words. In braces: {name}, {reference}, {amount}, {title}, {merchant}, {status_url}, {date}.",
    standard_words: "Guichet’s words",
    show_preview: "Show the preview",
    mistakes: "Nothing is saved: mend the fields below.",
    bad_title: "A name of 1 to 100 characters on one line.",
    bad_phone: "A number with the country’s code, such as +213555000001.",
    bad_email: "An e-mail address such as shop@example.dz.",
    bad_logo: "An https address of at most 300 characters without spaces, quotation marks and semicolons, or a data: picture of at most 2048 bytes.",
    bad_color: "A colour written #rrggbb, such as #0c4a45.",
    bad_label: "At most 60 characters on one line.",
    bad_empty: "Empty: leave the field without anything for Guichet’s words.",
    bad_characters: "Control characters and marks of direction are not taken; a subject is one line.",
    bad_braces: "Near “{}”: only the words of the list go in braces; a brace itself is written twice.",
    bad_length: "Too long: with ordinary values {length} characters, at most {most}.",
    done_changed: "The shop’s texts are saved.",
    done_labelled: "What the way to pay is called is saved.",
    done_saved: "The message is saved. Those that left do not change.",
};
