//! The refusals of the dialect: the docs' shape, `{code, message, statusCode}`, in French or
//! English as `Accept-Language` asks. The docs publish no sentences and few codes; each code that is
//! our choice says so where it is made.

use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};

use super::profile::PROFILE;
use super::wire::ErrorReply;
use crate::dialect::VendorResponse;
use crate::payin::BackendRefusal;

/// The language of sentences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    /// Also where nothing is asked for, which is our choice.
    English,
    French,
}

impl Language {
    /// The first of the two that `Accept-Language` names and does not rule out.
    pub(super) fn wanted(headers: &HeaderMap) -> Language {
        let named = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let ranges =
            named.unwrap_or_default().split(',').filter(|range| !range.replace(' ', "").ends_with(";q=0"));
        for range in ranges {
            let tag = range.split([';', '-']).next().unwrap_or_default().trim();
            match tag.to_ascii_lowercase().as_str() {
                "fr" => return Language::French,
                "en" => return Language::English,
                _ => {}
            }
        }
        Language::English
    }

    /// The sentence in this language.
    pub(super) fn of<'a>(self, english: &'a str, french: &'a str) -> &'a str {
        match self {
            Language::English => english,
            Language::French => french,
        }
    }
}

/// A call that is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refused {
    status: StatusCode,
    code: &'static str,
    english: String,
    french: String,
}

/// A refusal with its sentence in both languages.
pub(super) fn refused(status: StatusCode, code: &'static str, english: &str, french: &str) -> Refused {
    Refused { status, code, english: english.to_owned(), french: french.to_owned() }
}

/// A field that breaks its rule. The code is our choice: the docs have 400 for amounts only.
pub(super) fn field(name: &str, english: &str, french: &str) -> Refused {
    let (english, french) = (format!("{name} {english}"), format!("{name} {french}"));
    refused(StatusCode::BAD_REQUEST, "validation_error", &english, &french)
}

/// No credential, or none in the form of RFC 7617. The docs have 401 without a code.
pub(super) fn unauthorised() -> Refused {
    refused(
        StatusCode::UNAUTHORIZED,
        "unauthorized",
        "Send Authorization: Basic with api_key:api_client in base64.",
        "Envoyez Authorization: Basic avec api_key:api_client en base64.",
    )
}

/// An amount that this protocol cannot represent: an error on our side of it.
pub(super) fn amount_not_representable() -> Refused {
    refused(
        StatusCode::INTERNAL_SERVER_ERROR,
        "internal_server_error",
        "The amount cannot be shown in whole francs.",
        "Le montant ne peut pas être écrit en francs entiers.",
    )
}

impl From<BackendRefusal> for Refused {
    /// `api_token_invalid`, `client_kyc_not_approved` and `transaction_does_not_exist` are the docs';
    /// the other codes are our choice. An unknown key and a client that does not go with its key are
    /// answered alike, so that callers cannot find out which keys exist.
    fn from(refusal: BackendRefusal) -> Self {
        match refusal {
            BackendRefusal::UnknownKey | BackendRefusal::WrongAccount => refused(
                StatusCode::FORBIDDEN,
                "api_token_invalid",
                "The API key and its client are not known.",
                "La clé d'API et son client ne sont pas connus.",
            ),
            BackendRefusal::MerchantNotValidated => refused(
                StatusCode::FORBIDDEN,
                "client_kyc_not_approved",
                "The merchant is not approved yet.",
                "Le marchand n'est pas encore validé.",
            ),
            BackendRefusal::AddressBlocked => refused(
                StatusCode::FORBIDDEN,
                "address_not_allowed",
                "This address may not use the API key.",
                "Cette adresse ne peut pas utiliser la clé d'API.",
            ),
            BackendRefusal::NoSuchPayment => refused(
                StatusCode::NOT_FOUND,
                "transaction_does_not_exist",
                "There is no such payment.",
                "Ce paiement n'existe pas.",
            ),
            BackendRefusal::DuplicateReference => refused(
                StatusCode::CONFLICT,
                "transaction_already_exists",
                "There is a payment with this reference, made with another idempotency key.",
                "Un paiement porte déjà cette référence, avec une autre clé d'idempotence.",
            ),
            BackendRefusal::KeyReused => refused(
                StatusCode::UNPROCESSABLE_ENTITY,
                "idempotency_key_reused",
                "The idempotency key was used for another request.",
                "La clé d'idempotence a servi à une autre requête.",
            ),
            BackendRefusal::InProgress => refused(
                StatusCode::CONFLICT,
                "request_in_progress",
                "A request with this idempotency key is being worked; send it again.",
                "Une requête avec cette clé d'idempotence est en cours ; renvoyez-la.",
            ),
            BackendRefusal::TooManyRequests => refused(
                StatusCode::TOO_MANY_REQUESTS,
                "too_many_requests",
                "Too many requests; come back in a moment.",
                "Trop de requêtes ; revenez dans un instant.",
            ),
            // Rules are told in one language only.
            BackendRefusal::AgainstARule(rule) => {
                let code = if rule.field == "amount" { "invalid_amount" } else { "validation_error" };
                let sentence = rule.told(|field| PROFILE.field(field));
                refused(StatusCode::BAD_REQUEST, code, &sentence, &sentence)
            }
            // The backend has its message in one language only.
            BackendRefusal::Refused { code, message } => {
                refused(StatusCode::BAD_REQUEST, code, &message, &message)
            }
            BackendRefusal::Unavailable => refused(
                StatusCode::SERVICE_UNAVAILABLE,
                "service_unavailable",
                "The service is unavailable for a moment.",
                "Le service est momentanément indisponible.",
            ),
        }
    }
}

impl Refused {
    /// The answer, in that language.
    pub(super) fn into_response(self, language: Language) -> VendorResponse {
        let body = ErrorReply {
            code: Some(self.code.to_owned()),
            message: Some(language.of(&self.english, &self.french).to_owned()),
            status_code: Some(self.status.as_u16()),
        };
        // Texts and an integer always serialise.
        VendorResponse::json(self.status, Bytes::from(serde_json::to_vec(&body).unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages() {
        for (given, expected) in [
            (None, Language::English),
            (Some(""), Language::English),
            (Some("fr"), Language::French),
            (Some("FR-ci"), Language::French),
            (Some("fr-CI,fr;q=0.9,en;q=0.8"), Language::French),
            (Some("en-US, fr;q=0.5"), Language::English),
            (Some("wo, fr"), Language::French),
            (Some("fr;q=0, en"), Language::English),
            (Some("fr; q=0"), Language::English),
            (Some("*"), Language::English),
            (Some("french"), Language::English),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(given) = given {
                headers.insert(header::ACCEPT_LANGUAGE, given.parse().expect("a header"));
            }
            assert_eq!(Language::wanted(&headers), expected, "{given:?}");
        }
    }
}
