//! The body of a front's request, read as liberally as OneEntry's clients write: fields that are not
//! known are passed over, fields of another type are refused.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use guichet_core::json_as_read;
use serde::de::DeserializeOwned;

use crate::oneentry::front_error::FrontError;

/// A body of that shape.
pub(crate) struct Body<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = FrontError;

    async fn from_request(request: Request, state: &S) -> Result<Self, FrontError> {
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|rejection| FrontError::new(rejection.status(), "The body could not be read."))?;
        let json = json_as_read(&bytes);
        let mut reader = serde_json::Deserializer::from_slice(&json);
        let read = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
            let path = error.path().to_string();
            unusable(&path, error.inner())
        })?;
        reader.end().map_err(|error| unusable(".", &error))?;
        Ok(Body(read))
    }
}

/// What is wrong with a body. The parser quotes what it found, which may be a password; where it was and
/// what was expected there says as much.
fn unusable(path: &str, error: &serde_json::Error) -> FrontError {
    if !error.is_data() {
        return FrontError::bad_request("The body is not valid JSON.");
    }
    let text = error.to_string();
    let text = text.split(" at line").next().unwrap_or_default();
    let what = if path == "." { "it" } else { path };
    let wrong = match (text.strip_prefix("missing field "), text.split_once("expected ")) {
        (Some(field), _) => format!("{} is missing", field.trim_matches('`')),
        (None, Some((_, expected))) if !expected.starts_with("struct ") => {
            format!("{what} is not {expected}")
        }
        (None, _) => format!("{what} is not an object of the right shape"),
    };
    FrontError::bad_request(format!("The body cannot be used: {wrong}."))
}

#[cfg(test)]
mod tests {
    use http::Request;
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Sent {
        refresh_token: String,
    }

    #[tokio::test]
    async fn a_number_whose_fraction_is_zero_is_an_integer() {
        #[derive(Deserialize)]
        struct Counted {
            quantity: i64,
        }
        for (body, expected) in [
            (r#"{"quantity":2.0}"#, Ok(2)),
            (r#"{"quantity":2}"#, Ok(2)),
            (r#"{"quantity":2.5}"#, Err("The body cannot be used: quantity is not i64.")),
        ] {
            let request = Request::new(axum::body::Body::from(body));
            let read = Body::<Counted>::from_request(request, &()).await;
            let read = read.map(|Body(counted)| counted.quantity).map_err(|trouble| trouble.message);
            assert_eq!(read, expected.map_err(str::to_owned), "{body}");
        }
    }

    #[tokio::test]
    async fn what_is_wrong_is_said_without_what_was_sent() {
        for (body, expected) in [
            (r#"{"refreshToken":"secret","more":1}"#, "secret"),
            (r#"{"refreshToken":4242}"#, "The body cannot be used: refreshToken is not a string."),
            ("\u{feff}{\"refreshToken\":\"secret\"}", "secret"),
            (r"{}", "The body cannot be used: refreshToken is missing."),
            (r#"{"refreshToken":"#, "The body is not valid JSON."),
            ("", "The body is not valid JSON."),
            ("\"secret\"", "The body cannot be used: it is not an object of the right shape."),
            ("{\"refreshToken\":\"x\"} secret", "The body is not valid JSON."),
        ] {
            let request = Request::new(axum::body::Body::from(body));
            let said = match Body::<Sent>::from_request(request, &()).await {
                Ok(Body(read)) => read.refresh_token,
                Err(trouble) => trouble.message,
            };
            assert_eq!(said, expected, "{body}");
        }
    }
}
