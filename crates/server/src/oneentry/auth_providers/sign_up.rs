//! `POST /users-auth-providers/marker/{marker}/users/sign-up`: makes a customer.

use axum::Json;
use axum::extract::State;
use guichet_core::CustomerId;
use http::StatusCode;
use serde::Deserialize;
use serde_json::Value;

use crate::app::App;
use crate::oneentry::customer::{
    Body, Claimed, Contact, Entrance, Password, SignUpEntity, Source, check_identifier, locale,
};
use crate::oneentry::form::filled_in;
use crate::oneentry::trouble::Trouble;
use crate::random;
use crate::store::{
    CommitError, CustomerRow, CustomerStatus, Guard, NumberKind, Profile, as_if, insert_customer,
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SignUp {
    form_identifier: String,
    auth_data: Value,
    #[serde(default)]
    form_data: Value,
    #[serde(default)]
    notification_data: Contact,
    #[serde(default)]
    lang_code: Option<String>,
}

/// The answer is the same whether the identifier was free or not, and so is the work: a stranger must
/// not find out who is registered. Whoever has the address finds out by e-mail.
pub(super) async fn sign_up(
    State(app): State<App>,
    entrance: Entrance,
    source: Source,
    Body(sent): Body<SignUp>,
) -> Result<(StatusCode, Json<SignUpEntity>), Trouble> {
    let (doorkeeper, now_ms) = (app.doorkeeper(), app.clock().now_ms());
    let (mut customer, password) = sent.customer(&entrance, now_ms)?;
    doorkeeper.sign_ups.take(source.key(), now_ms).map_err(Trouble::too_many)?;
    customer.password = doorkeeper.passwords.hash(password).await?;
    customer.number = app.next_number(customer.merchant, customer.environment, NumberKind::Customer).await?;
    match app.store().commit(vec![insert_customer(&customer)]).await {
        Ok(()) => {}
        Err(CommitError::Conflict(Guard::Row)) => app.store().commit(vec![as_if(customer.merchant)]).await?,
        Err(error) => return Err(error.into()),
    }
    Ok((StatusCode::CREATED, Json(SignUpEntity::from(&customer))))
}

impl SignUp {
    /// The customer that this makes, but for the number and the password's hash.
    fn customer(self, entrance: &Entrance, now_ms: i64) -> Result<(CustomerRow, Password), Trouble> {
        let (form, provider) = (&entrance.form, &entrance.provider);
        if self.form_identifier != form.identifier {
            let rule =
                format!("formIdentifier must be '{}', the form of this auth provider", form.identifier);
            return Err(Trouble::bad_request(rule));
        }
        let (identifier, password) = Claimed::read(form, &self.auth_data)?.both(form)?;
        check_identifier(&identifier)?;
        password.check()?;
        let mut profile = Profile {
            form: form.identifier.clone(),
            form_data: form.check(filled_in(&self.form_data)?)?,
            locale: locale(self.lang_code).unwrap_or_else(|| entrance.language.clone()),
            ..Profile::default()
        };
        self.notification_data.write_to(&mut profile)?;
        profile.default_email(&identifier);
        let customer = CustomerRow {
            id: CustomerId::new(now_ms, random::bytes()),
            merchant: entrance.merchant,
            environment: entrance.environment,
            number: 0,
            provider: provider.identifier.clone(),
            identifier,
            password: String::new(),
            status: if provider.activation { CustomerStatus::Inactive } else { CustomerStatus::Active },
            profile,
            version: 1,
            created_at_ms: now_ms,
            updated_at_ms: now_ms,
        };
        Ok((customer, password))
    }
}
