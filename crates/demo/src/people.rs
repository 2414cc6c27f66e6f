//! The demo's operators: one of each role, in both shops, with play money. They come in by links, and have a password only because the
//! office asks for it again before money and keys.

use guichet_core::OperatorId;
use guichet_server::app::App;
use guichet_server::operators::{DemoEntrance, NewOperator};
use guichet_server::random;
use guichet_server::store::Role;

/// Who signs in as the owner.
const OWNER: &str = "yasmine";
/// Who keeps the books.
pub(super) const ACCOUNTANT: &str = "karim";
/// Who hands over the goods and takes the money.
pub(super) const CLERK: &str = "samia";
/// Who looks after the shop's program.
const DEVELOPER: &str = "idriss";

const ALL: [(&str, &str, Role); 4] = [
    (OWNER, "Yasmine", Role::Owner),
    (ACCOUNTANT, "Karim", Role::Accountant),
    (CLERK, "Samia", Role::Clerk),
    (DEVELOPER, "Idriss", Role::Developer),
];

/// The operators, and how they come in.
pub(super) struct People {
    entrance: DemoEntrance,
    made: Vec<(Role, OperatorId)>,
    /// The password of all of them.
    pub(super) password: String,
}

impl People {
    /// Makes them.
    pub(super) async fn make(app: &App, entrance: DemoEntrance) -> anyhow::Result<Self> {
        let password = random::token()[..12].to_owned();
        let mut made = Vec::new();
        for (login, name, role) in ALL {
            let new = NewOperator { login, name, merchant: None, role, live: false };
            made.push((role, entrance.operator(app, new, &password).await?));
        }
        Ok(People { entrance, made, password })
    }

    /// A link for each role that opens the office once, the owner's first.
    pub(super) fn links(&self, app: &App) -> Vec<(&'static str, String)> {
        self.made.iter().map(|(role, id)| (role.as_str(), self.entrance.link(app, *id))).collect()
    }
}
