//! The device that a request comes from, as the SDK describes it in `x-device-metadata`. Older SDKs
//! send nothing, and in Node each part of the SDK sends a fingerprint of its own: nothing may hang on it
//! but which login takes the place of which, and whose budget of failures is used.

use http::HeaderMap;
use serde::Deserialize;

use crate::access::{LoginDevice, ShownDevice};
use crate::catalogue::Provider;
use crate::oneentry::front_error::FrontError;
use crate::random;

const DEVICE_METADATA: &str = "x-device-metadata";

/// The longest header that is read, in bytes.
const LONGEST: usize = 2048;

/// The longest of the texts that customers are shown of a device, in characters.
const LONGEST_TEXT: usize = 200;

/// A device.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Device {
    /// SHA-256 of the fingerprint in hex; empty when there is none.
    pub(crate) fingerprint: String,
    /// What customers are shown of it.
    pub(crate) shown: ShownDevice,
}

#[derive(Deserialize)]
struct Metadata {
    fingerprint: String,
    #[serde(default, rename = "deviceInfo")]
    device: serde_json::Value,
}

impl Device {
    /// The device of a request that needs to know it.
    ///
    /// # Errors
    /// The header is not as the SDK writes it, or missing though the provider asks for it.
    pub(crate) fn required(headers: &HeaderMap, provider: &Provider) -> Result<Self, FrontError> {
        match headers.get(DEVICE_METADATA) {
            Some(value) => Self::read(value.as_bytes())
                .ok_or_else(|| FrontError::bad_request("Invalid x-device-metadata format")),
            None if provider.require_device_metadata => {
                Err(FrontError::bad_request("Missing x-device-metadata header"))
            }
            None => Ok(Device::default()),
        }
    }

    /// The device of any other request, as far as it is known.
    pub(crate) fn any(headers: &HeaderMap) -> Self {
        headers.get(DEVICE_METADATA).and_then(|value| Self::read(value.as_bytes())).unwrap_or_default()
    }

    fn read(value: &[u8]) -> Option<Self> {
        if value.len() > LONGEST {
            return None;
        }
        let read: Metadata = serde_json::from_slice(value).ok()?;
        if read.fingerprint.trim().is_empty() {
            return None;
        }
        let text = |name: &str| {
            let text = read.device.get(name).and_then(serde_json::Value::as_str).unwrap_or_default();
            text.chars().filter(|c| !c.is_control()).take(LONGEST_TEXT).collect::<String>()
        };
        let shown = ShownDevice { os: text("os"), browser: text("browser"), location: text("location") };
        Some(Device { fingerprint: random::fingerprint(read.fingerprint.as_bytes()), shown })
    }
}

impl From<Device> for LoginDevice {
    fn from(Device { fingerprint, shown }: Device) -> Self {
        LoginDevice { fingerprint, shown: serde_json::to_string(&shown).unwrap_or_default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_sdk_sends_is_read_and_junk_is_refused() {
        let full = r#"{"fingerprint":"UQ_1","deviceInfo":{"os":"Node.js","browser":"Node.js/1","location":"en-US"}}"#;
        let shown =
            ShownDevice { os: "Node.js".into(), browser: "Node.js/1".into(), location: "en-US".into() };
        let read = Device::read(full.as_bytes()).unwrap();
        assert_eq!((read.fingerprint.len(), read.shown), (64, shown));
        let bare = Device::read(br#"{"fingerprint":"UQ_1","deviceInfo":[7]}"#).unwrap();
        assert_eq!((bare.fingerprint, bare.shown), (read.fingerprint, ShownDevice::default()));
        for junk in [
            "",
            "x",
            "[]",
            "{}",
            r#"{"fingerprint":""}"#,
            r#"{"fingerprint":" "}"#,
            r#"{"fingerprint":7}"#,
            r#"{"fingerprint":null}"#,
            &format!(r#"{{"fingerprint":"{}"}}"#, "x".repeat(LONGEST)),
        ] {
            assert_eq!(Device::read(junk.as_bytes()), None, "{junk}");
        }
    }
}
