//! What a customer filled into a form.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A field as it was filled in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FormValue {
    /// The field's marker.
    pub marker: String,
    /// The field's type.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// What was filled in.
    #[serde(default)]
    pub value: Value,
}
