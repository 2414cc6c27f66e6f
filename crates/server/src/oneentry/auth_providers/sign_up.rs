//! `POST /users-auth-providers/marker/{marker}/users/sign-up`: makes a customer.

use axum::Json;
use axum::extract::State;
use guichet_core::CustomerId;
use http::StatusCode;
use serde::Deserialize;
use serde_json::Value;

use crate::access::{Password, Source, proving_address};
use crate::oneentry::body::Body;
use crate::oneentry::customer::{
    Claimed, Contact, Entrance, REGISTRATION, SignUpEntity, check_identifier, code_terms, locale,
};
use crate::oneentry::form::filled_in;
use crate::oneentry::front::Front;
use crate::oneentry::front_error::FrontError;
use crate::random;
use crate::store::{
    CommitError, CustomerRow, CustomerStatus, Guard, NumberKind, Profile, dummy_write, insert_customer,
    put_code,
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
    State(front): State<Front>,
    entrance: Entrance,
    source: Source,
    Body(sent): Body<SignUp>,
) -> Result<(StatusCode, Json<SignUpEntity>), FrontError> {
    let (access, now_ms) = (&front.access, front.clock().now_ms());
    let (mut customer, password) = sent.customer(&entrance, entrance.home(&front).as_deref(), now_ms)?;
    access.insist_on_sending()?;
    access.limits().sign_ups.take(source.key(), now_ms)?;
    access.limits().hashes.take(source.key(), now_ms)?;
    let even_time = access.even_time();
    customer.password = access.hash(password).await?;
    customer.number =
        front.next_number(customer.merchant, customer.environment, NumberKind::Customer).await?;
    let name = entrance.claim(&customer.identifier).name();
    let in_time = access.note_code_sent(name).await?;
    let (merchant, environment, provider) = (customer.merchant, customer.environment, &customer.provider);
    match front.store().customer_called(merchant, environment, provider, &customer.identifier).await? {
        Some(known) => remind(&front, &entrance, &known, in_time).await?,
        None => register(&front, &entrance, &customer).await?,
    }
    even_time.end().await;
    Ok((StatusCode::CREATED, Json(customer.into())))
}

/// Makes the customer, and sends the code that makes them active where one is asked for.
async fn register(front: &Front, entrance: &Entrance, customer: &CustomerRow) -> Result<(), FrontError> {
    let asked = entrance.provider.activation;
    let code = asked.then(|| front.access.new_code(customer, code_terms(&entrance.provider, REGISTRATION)));
    let mut writes = insert_customer(customer);
    writes.extend(code.as_ref().map(|code| put_code(&code.row)));
    match front.store().commit(writes).await {
        Ok(()) => {}
        // Somebody signed up under the same identifier in this very moment.
        Err(CommitError::Conflict(Guard::Row)) => {
            return Ok(front.store().commit(vec![dummy_write()]).await?);
        }
        Err(error) => return Err(error.into()),
    }
    if let Some(code) = code {
        front.access.send(customer, code);
    }
    Ok(())
}

/// Tells a customer that somebody signed up under their identifier; one who is not active yet gets
/// another code. Nothing else happens to them.
async fn remind(
    front: &Front,
    entrance: &Entrance,
    known: &CustomerRow,
    in_time: bool,
) -> Result<(), FrontError> {
    let inactive = known.status == CustomerStatus::Inactive;
    let code = (inactive && in_time)
        .then(|| front.access.new_code(known, code_terms(&entrance.provider, REGISTRATION)));
    let write = match &code {
        Some(code) => put_code(&code.row),
        None => dummy_write(),
    };
    front.store().commit(vec![write]).await?;
    match code {
        Some(code) => front.access.send(known, code),
        None if in_time && !inactive => front.access.tell_of_sign_up(known),
        None => {}
    }
    Ok(())
}

impl SignUp {
    /// The customer that this makes, but for the number and the password's hash.
    fn customer(
        self,
        entrance: &Entrance,
        home: Option<&str>,
        now_ms: i64,
    ) -> Result<(CustomerRow, Password), FrontError> {
        let (form, provider) = (&entrance.form, &entrance.provider);
        if self.form_identifier != form.identifier {
            let rule =
                format!("formIdentifier must be '{}', the form of this auth provider", form.identifier);
            return Err(FrontError::bad_request(rule));
        }
        let (identifier, password) = Claimed::read(form, &self.auth_data)?.both(form)?;
        check_identifier(&identifier)?;
        password.check()?;
        let form_data = form.check(filled_in(&self.form_data)?)?;
        let mut profile = Profile {
            form: form.identifier.clone(),
            name: form.name_of(&form_data),
            form_data,
            locale: locale(self.lang_code).unwrap_or_else(|| entrance.language.clone()),
            ..Profile::default()
        };
        self.notification_data.unwrap_or_default().write_to(&mut profile, home)?;
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
            return Err(FrontError::bad_request(rule));
        }
        Ok((customer, password))
    }
}
