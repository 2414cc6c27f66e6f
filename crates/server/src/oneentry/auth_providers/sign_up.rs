//! `POST /users-auth-providers/marker/{marker}/users/sign-up`: makes a customer.

use axum::Json;
use axum::extract::State;
use guichet_core::CustomerId;
use http::StatusCode;
use serde::Deserialize;
use serde_json::Value;

use crate::app::App;
use crate::oneentry::body::Body;
use crate::oneentry::customer::{
    Claimed, Contact, Entrance, Password, REGISTRATION, SignUpEntity, Source, Tidings, Unhurried,
    check_identifier, locale, name, new_code, proving_address, tell,
};
use crate::oneentry::form::filled_in;
use crate::oneentry::trouble::Trouble;
use crate::random;
use crate::store::{
    CommitError, CustomerRow, CustomerStatus, Guard, NumberKind, Profile, as_if, insert_customer, put_code,
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SignUp {
    form_identifier: String,
    auth_data: Value,
    #[serde(default)]
    form_data: Value,
    #[serde(default)]
    notification_data: Option<Contact>,
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
    doorkeeper.hashes.take(source.key(), now_ms).map_err(Trouble::too_many)?;
    let unhurried = Unhurried::begin(&app);
    customer.password = doorkeeper.passwords.hash(password).await?;
    customer.number = app.next_number(customer.merchant, customer.environment, NumberKind::Customer).await?;
    let in_time = doorkeeper.pacing.note(name(&entrance, &customer.identifier), now_ms);
    let (merchant, environment, provider) = (customer.merchant, customer.environment, &customer.provider);
    match app.store().customer_called(merchant, environment, provider, &customer.identifier).await? {
        Some(known) => remind(&app, &entrance, &known, in_time).await?,
        None => register(&app, &entrance, &customer).await?,
    }
    unhurried.end().await;
    Ok((StatusCode::CREATED, Json(customer.into())))
}

/// Makes the customer, and sends the code that makes them active where one is asked for.
async fn register(app: &App, entrance: &Entrance, customer: &CustomerRow) -> Result<(), Trouble> {
    let asked = entrance.provider.activation;
    let code = asked.then(|| new_code(app, customer, &entrance.provider, REGISTRATION));
    let mut writes = vec![insert_customer(customer)];
    writes.extend(code.as_ref().map(|(row, _)| put_code(row)));
    match app.store().commit(writes).await {
        Ok(()) => {}
        // Somebody signed up under the same identifier in this very moment.
        Err(CommitError::Conflict(Guard::Row)) => {
            return Ok(app.store().commit(vec![as_if()]).await?);
        }
        Err(error) => return Err(error.into()),
    }
    if let Some((_, tidings)) = code {
        tell(app, customer, tidings);
    }
    Ok(())
}

/// Tells a customer that somebody signed up under their identifier; one who is not active yet gets
/// another code. Nothing else happens to them.
async fn remind(app: &App, entrance: &Entrance, known: &CustomerRow, in_time: bool) -> Result<(), Trouble> {
    let inactive = known.status == CustomerStatus::Inactive;
    let code = (inactive && in_time).then(|| new_code(app, known, &entrance.provider, REGISTRATION));
    let write = match &code {
        Some((row, _)) => put_code(row),
        None => as_if(),
    };
    app.store().commit(vec![write]).await?;
    match code {
        Some((_, tidings)) => tell(app, known, tidings),
        None if in_time && !inactive => tell(app, known, Tidings::SignUpTried),
        None => {}
    }
    Ok(())
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
        self.notification_data.unwrap_or_default().write_to(&mut profile)?;
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
        if provider.activation && proving_address(&customer).is_none() {
            let rule =
                "notificationData needs an email or a phoneSMS, for the code that activates the account";
            return Err(Trouble::bad_request(rule));
        }
        Ok((customer, password))
    }
}
