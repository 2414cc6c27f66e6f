//! How a customer is reached: the `notificationData` of OneEntry's customers.

use serde::{Deserialize, Serialize};

use crate::fields::typed_phone;
use crate::message::email_address;
use crate::oneentry::front_error::FrontError;
use crate::store::Profile;

/// The most numbers for push messages.
const MOST_PUSH: usize = 20;

/// The longest of them, in bytes.
const LONGEST_PUSH: usize = 200;

/// The longest language code that is kept.
const LONGEST_LOCALE: usize = 20;

/// A `notificationData` as clients send it; what is left out stays as it is, an empty text takes away.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Contact {
    email: Option<String>,
    phone_push: Option<Vec<String>>,
    #[serde(rename = "phoneSMS")]
    phone_sms: Option<String>,
}

impl Contact {
    /// Puts what was sent into a profile. `home` is the country whose numbers may be typed as they are dialled there.
    ///
    /// # Errors
    /// Something of it cannot be written to.
    pub(crate) fn write_to(self, profile: &mut Profile, home: Option<&str>) -> Result<(), FrontError> {
        let filled = |text: String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        if let Some(email) = self.email.map(filled) {
            if email.as_deref().is_some_and(|email| email_address(email).is_none()) {
                return Err(FrontError::bad_request("notificationData.email is not an e-mail address"));
            }
            profile.email = email;
        }
        if let Some(phone) = self.phone_sms.map(filled) {
            let read = phone.map(|phone| typed_phone("notificationData.phoneSMS", &phone, home)).transpose();
            let phone = read.map_err(|broken| {
                FrontError::bad_request(format!("notificationData.phoneSMS: {}", broken.rule))
            })?;
            profile.phone_sms = phone.map(|phone| phone.to_string());
        }
        if let Some(push) = self.phone_push {
            if push.len() > MOST_PUSH || push.iter().any(|number| number.len() > LONGEST_PUSH) {
                let rule = format!(
                    "notificationData.phonePush has at most {MOST_PUSH} texts of at most {LONGEST_PUSH} bytes"
                );
                return Err(FrontError::bad_request(rule));
            }
            profile.phone_push = push;
        }
        Ok(())
    }
}

impl Profile {
    /// Takes an identifier that is an e-mail address as the address, when no other was given.
    pub(crate) fn default_email(&mut self, identifier: &str) {
        if self.email.is_none() && email_address(identifier).is_some() {
            self.email = Some(identifier.to_owned());
        }
    }
}

/// The same as customers are shown it; fronts read a text where there is no address.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ShownContact {
    email: String,
    phone_push: Vec<String>,
    #[serde(rename = "phoneSMS")]
    phone_sms: String,
}

impl From<&Profile> for ShownContact {
    fn from(profile: &Profile) -> Self {
        ShownContact {
            email: profile.email.clone().unwrap_or_default(),
            phone_push: profile.phone_push.clone(),
            phone_sms: profile.phone_sms.clone().unwrap_or_default(),
        }
    }
}

/// A language code as it is kept.
pub(crate) fn locale(sent: Option<String>) -> Option<String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    sent.filter(|code| (1..=LONGEST_LOCALE).contains(&code.len()) && code.chars().all(plain))
}
