//! The body of a front's request, read as liberally as OneEntry's clients write: fields that are not
//! known are passed over, fields of another type are refused.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use serde::de::DeserializeOwned;

use crate::oneentry::trouble::Trouble;

/// A body of that shape.
pub(crate) struct Body<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Trouble;

    async fn from_request(request: Request, state: &S) -> Result<Self, Trouble> {
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|rejection| Trouble::new(rejection.status(), "The body could not be read."))?;
        let read = serde_json::from_slice(&bytes).map_err(|error| match error.classify() {
            serde_json::error::Category::Data => Trouble::bad_request(without_values(&error)),
            serde_json::error::Category::Io
            | serde_json::error::Category::Syntax
            | serde_json::error::Category::Eof => Trouble::bad_request("The body is not valid JSON."),
        })?;
        Ok(Body(read))
    }
}

/// What is wrong with a body of another shape. The parser quotes what it found, which may be a
/// password; what it expected says as much.
fn without_values(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let wrong = match (text.split_once("expected "), text.strip_prefix("missing field ")) {
        (_, Some(field)) => format!("{} is missing", field.split(" at line").next().unwrap_or_default()),
        (Some((_, expected)), None) => {
            format!("something in it is not {}", expected.split(" at line").next().unwrap_or_default())
        }
        (None, None) => "something in it is not what belongs there".to_owned(),
    };
    format!("The body cannot be used: {wrong}.")
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
    async fn what_is_wrong_is_said_without_what_was_sent() {
        for (body, expected) in [
            (r#"{"refreshToken":"secret","more":1}"#, "secret"),
            (r#"{"refreshToken":4242}"#, "The body cannot be used: something in it is not a string."),
            (r"{}", "The body cannot be used: `refreshToken` is missing."),
            (r#"{"refreshToken":"#, "The body is not valid JSON."),
            ("", "The body is not valid JSON."),
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
