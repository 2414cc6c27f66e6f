//! What the doctor finds about a database that is a copy.

use super::finding::{Finding, finding};
use guichet_server::clock::rfc3339;
use guichet_server::registry::Snapshot;

/// Whether a server on it acts. Somebody has to decide about a copy: left so, customers pay and no shop hears of it.
pub(super) fn copy(snapshot: &Snapshot) -> Option<Finding> {
    let mark = snapshot.copy.as_ref()?;
    let (at, from) = (rfc3339(mark.made_at_ms), &mark.made_from);
    let detail = format!(
        "this database is a copy, made at {at} from {from}: a server on it sends nothing and opens nothing until `guichet \
         copy lift`"
    );
    Some(finding("copy", false, detail))
}
