//! The standard messages, once per language, for merchants who have no words of their own.
//!
//! As with the customer pages, a missing translation does not compile. French and English SMS keep to
//! the letters of a phone network's seven-bit alphabet and to one part of 160 of them; no text says
//! that money was or was not taken where only a check could know.

use crate::pages::Language;

use super::Occasion;

/// What is said on one occasion.
#[derive(Debug)]
pub(super) struct Texts {
    pub(super) subject: &'static str,
    pub(super) text: &'static str,
    pub(super) sms: &'static str,
}

/// The standard texts for an occasion in a language.
pub(super) fn texts(language: Language, occasion: Occasion) -> &'static Texts {
    let all = language.of(&FRENCH, &ARABIC, &ENGLISH);
    match occasion {
        Occasion::Paid => &all.paid,
        Occasion::Failed => &all.failed,
        Occasion::Review => &all.review,
    }
}

struct Occasions {
    paid: Texts,
    failed: Texts,
    review: Texts,
}

static FRENCH: Occasions = Occasions {
    paid: Texts {
        subject: "Commande {reference} payée",
        text: "Bonjour {name},\n\n\
            Merci\u{a0}! Votre paiement est confirmé.\n\n\
            Commande\u{a0}: {title}\n\
            Référence\u{a0}: {reference}\n\
            Montant\u{a0}: {amount}\n\n\
            Où en est votre commande\u{a0}:\n\
            {status_url}\n\n\
            {merchant}\n",
        sms: "{merchant}: commande {reference} payée ({amount}). Merci. {status_url}",
    },
    failed: Texts {
        subject: "Commande {reference}\u{a0}: paiement non abouti",
        text: "Bonjour {name},\n\n\
            Le paiement de votre commande n’a pas abouti. Vous pouvez réessayer. Si vous avez été débité, \
            ne payez pas de nouveau\u{a0}: gardez la référence et contactez la boutique.\n\n\
            Commande\u{a0}: {title}\n\
            Référence\u{a0}: {reference}\n\
            Montant\u{a0}: {amount}\n\n\
            Où en est votre commande\u{a0}:\n\
            {status_url}\n\n\
            {merchant}\n",
        sms: "{merchant}: paiement de {reference} non abouti. Réessayez: {status_url}",
    },
    review: Texts {
        subject: "Commande {reference}\u{a0}: paiement en cours de vérification",
        text: "Bonjour {name},\n\n\
            La boutique vérifie un paiement pour votre commande. Vous n’avez rien à faire. Merci de ne \
            pas payer une seconde fois.\n\n\
            Commande\u{a0}: {title}\n\
            Référence\u{a0}: {reference}\n\
            Montant\u{a0}: {amount}\n\n\
            Où en est votre commande\u{a0}:\n\
            {status_url}\n\n\
            {merchant}\n",
        sms: "{merchant}: paiement de {reference} en vérification, ne repayez pas. {status_url}",
    },
};

static ARABIC: Occasions = Occasions {
    paid: Texts {
        subject: "تم دفع الطلب {reference}",
        text: "مرحبًا {name}،\n\n\
            شكرًا لك! تم تأكيد دفعتك.\n\n\
            الطلب: {title}\n\
            المرجع: {reference}\n\
            المبلغ: {amount}\n\n\
            لمعرفة حالة طلبك:\n\
            {status_url}\n\n\
            {merchant}\n",
        sms: "متجر {merchant}: تم دفع الطلب {reference} ({amount}). شكرًا لك. {status_url}",
    },
    failed: Texts {
        subject: "لم يتم دفع الطلب {reference}",
        text: "مرحبًا {name}،\n\n\
            لم تتم عملية دفع طلبك. يمكنك المحاولة مجددًا. إذا خُصم المبلغ من حسابك فلا تدفع مرة ثانية: \
            احتفظ بالمرجع واتصل بالمتجر.\n\n\
            الطلب: {title}\n\
            المرجع: {reference}\n\
            المبلغ: {amount}\n\n\
            لمعرفة حالة طلبك:\n\
            {status_url}\n\n\
            {merchant}\n",
        sms: "متجر {merchant}: لم يتم دفع الطلب {reference}. يمكنك المحاولة مجددًا: {status_url}",
    },
    review: Texts {
        subject: "دفع الطلب {reference} قيد التحقق",
        text: "مرحبًا {name}،\n\n\
            يتحقق المتجر من دفعة تخص طلبك. ليس عليك فعل أي شيء. يُرجى عدم الدفع مرة ثانية.\n\n\
            الطلب: {title}\n\
            المرجع: {reference}\n\
            المبلغ: {amount}\n\n\
            لمعرفة حالة طلبك:\n\
            {status_url}\n\n\
            {merchant}\n",
        sms: "متجر {merchant}: نتحقق من دفعة الطلب {reference}. يُرجى عدم الدفع مرتين. {status_url}",
    },
};

static ENGLISH: Occasions = Occasions {
    paid: Texts {
        subject: "Order {reference} is paid",
        text: "Hello {name},\n\n\
            Thank you! Your payment is confirmed.\n\n\
            Order: {title}\n\
            Reference: {reference}\n\
            Amount: {amount}\n\n\
            See how your order is going:\n\
            {status_url}\n\n\
            {merchant}\n",
        sms: "{merchant}: order {reference} is paid ({amount}). Thank you. {status_url}",
    },
    failed: Texts {
        subject: "Order {reference}: the payment did not go through",
        text: "Hello {name},\n\n\
            The payment for your order did not go through. You can try again. If money has left your \
            account, do not pay again: keep the reference and contact the shop.\n\n\
            Order: {title}\n\
            Reference: {reference}\n\
            Amount: {amount}\n\n\
            See how your order is going:\n\
            {status_url}\n\n\
            {merchant}\n",
        sms: "{merchant}: payment for {reference} not completed. Try again: {status_url}",
    },
    review: Texts {
        subject: "Order {reference}: a payment is being verified",
        text: "Hello {name},\n\n\
            The shop is verifying a payment for your order. There is nothing for you to do. Please do \
            not pay a second time.\n\n\
            Order: {title}\n\
            Reference: {reference}\n\
            Amount: {amount}\n\n\
            See how your order is going:\n\
            {status_url}\n\n\
            {merchant}\n",
        sms: "{merchant}: payment for {reference} being verified, do not pay twice. {status_url}",
    },
};
