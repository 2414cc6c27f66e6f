//! What operators declare: accounts, keys and endpoints, each change by the revision that it was decided by.

use guichet_core::{EndpointId, KeyId};
use guichet_server::store::{
    self, AccountRow, EndpointRow, HealthRow, KeyKind, KeyRow, MadeBy, Standing, Store, Switched,
};
use proptest::prelude::*;

use crate::world::{Step, World, account, agree, commit, environment, merchant, pick, read};

/// An operation; every number names one of those that there are.
#[derive(Debug, Clone)]
pub(crate) enum Op {
    /// An account is declared, by the revision that stands or by an older one.
    Account { account: usize, stale: bool },
    /// An account ends.
    EndAccount { account: usize },
    /// An operator disables or enables an account.
    Switch { account: usize, disabled: bool },
    /// A key is made.
    MakeKey { shop: usize, live: bool },
    /// A key is revoked.
    RevokeKey { key: usize },
    /// An endpoint is made.
    MakeEndpoint { shop: usize },
    /// An endpoint is given other secrets, is gone, is switched, or ends.
    Endpoint { endpoint: usize, deed: usize },
    /// An account's breaker turns.
    Health { account: usize, open: bool },
    /// Everything that can be read of it.
    Look,
}

pub(crate) fn any_op() -> impl Strategy<Value = Op> {
    let index = || 0..64_usize;
    prop_oneof![
        3 => (index(), prop::bool::weighted(0.3)).prop_map(|(account, stale)| Op::Account { account, stale }),
        1 => index().prop_map(|account| Op::EndAccount { account }),
        1 => (index(), any::<bool>()).prop_map(|(account, disabled)| Op::Switch { account, disabled }),
        1 => (index(), any::<bool>()).prop_map(|(shop, live)| Op::MakeKey { shop, live }),
        1 => index().prop_map(|key| Op::RevokeKey { key }),
        1 => index().prop_map(|shop| Op::MakeEndpoint { shop }),
        2 => (index(), 0..4_usize).prop_map(|(endpoint, deed)| Op::Endpoint { endpoint, deed }),
        1 => (index(), any::<bool>()).prop_map(|(account, open)| Op::Health { account, open }),
        3 => Just(Op::Look),
    ]
}

/// The configuration as plain lists; its revision begins at 1.
#[derive(Debug, Default)]
pub(crate) struct Configuration {
    moved: i64,
    accounts: Vec<AccountRow>,
    keys: Vec<KeyRow>,
    endpoints: Vec<EndpointRow>,
    health: Vec<HealthRow>,
}

impl Configuration {
    pub(crate) async fn step(&mut self, op: &Op, world: &mut World, store: &Store) -> Step {
        let now_ms = world.moment();
        let writes = match *op {
            Op::Account { account, stale } => return self.declare(account, stale, now_ms, store).await,
            Op::EndAccount { account } => {
                let Some(row) = pick(self.accounts.iter_mut(), account) else { return Ok(()) };
                row.standing.ended_at_ms.get_or_insert(now_ms);
                vec![store::end_account(row.id, now_ms)]
            }
            Op::Switch { account, disabled } => {
                let Some(row) = pick(self.accounts.iter_mut(), account) else { return Ok(()) };
                let switched = Switched { disabled, by: "amina", at_ms: now_ms };
                switch(&mut row.standing, &switched);
                vec![store::switch_account(row.id, &switched)]
            }
            Op::MakeKey { shop, live } => vec![self.make_key(shop, live, world)],
            Op::RevokeKey { key } => {
                let Some(row) = pick(self.keys.iter_mut(), key) else { return Ok(()) };
                row.revoked_at_ms.get_or_insert(now_ms);
                vec![store::revoke_key(row.id, now_ms)]
            }
            Op::MakeEndpoint { shop } => vec![self.make_endpoint(shop, world)],
            Op::Endpoint { endpoint, deed } => self.endpoint(endpoint, deed, now_ms),
            Op::Health { account, open } => {
                let Some(row) = pick(self.accounts.iter(), account) else { return Ok(()) };
                let health = HealthRow {
                    account: row.id,
                    open,
                    trouble: "é".to_owned(),
                    since_ms: now_ms,
                    rest_ms: 15_000,
                    open_until_ms: now_ms + 15_000,
                };
                let before = self.health.iter().position(|known| known.account == row.id);
                let before = before.map(|at| self.health.swap_remove(at));
                // One that stays as it was does so since before.
                let since_ms =
                    before.filter(|known| known.open == open).map_or(now_ms, |known| known.since_ms);
                self.health.push(HealthRow { since_ms, ..health.clone() });
                vec![store::put_health(&health)]
            }
            Op::Look => return self.look(store).await,
        };
        agree("configuration", &"done", &commit(store, writes).await.as_str())
    }

    async fn declare(&mut self, index: usize, stale: bool, now_ms: i64, store: &Store) -> Step {
        let revision = read("revision", store.revision().await)?;
        agree("revision", &(1 + self.moved), &revision)?;
        let row = AccountRow {
            id: account(index),
            merchant: merchant(index),
            environment: environment(false),
            name: "main".to_owned(),
            gateway: "ocpay".to_owned(),
            settings: format!("{{\"é\":{now_ms}}}"),
            sealed_secret: format!("sealed-{now_ms}"),
            standing: Standing::default(),
        };
        let writes =
            vec![store::move_revision_from(revision - i64::from(stale)), store::put_account(&row, now_ms)];
        let expected = if stale { "Row" } else { "done" };
        agree("declare", &expected, &commit(store, writes).await.as_str())?;
        if stale {
            return Ok(());
        }
        self.moved += 1;
        match self.accounts.iter_mut().find(|known| known.id == row.id) {
            None => self.accounts.push(row),
            Some(known) => {
                known.standing.ended_at_ms = None;
                (known.settings, known.sealed_secret) = (row.settings, row.sealed_secret);
            }
        }
        Ok(())
    }

    fn make_key(&mut self, shop: usize, live: bool, world: &mut World) -> store::Write {
        let (at_ms, random) = world.next();
        let key = KeyRow {
            id: KeyId::new(at_ms, random),
            merchant: merchant(shop),
            environment: environment(live),
            kind: if live { KeyKind::Secret } else { KeyKind::Publishable },
            hash: format!("hash-{at_ms}"),
            hint: "sk_".to_owned(),
            label: "clé".to_owned(),
            created_at_ms: at_ms,
            revoked_at_ms: None,
        };
        let written = store::insert_key(&key);
        self.keys.push(key);
        written
    }

    fn make_endpoint(&mut self, shop: usize, world: &mut World) -> store::Write {
        let (at_ms, random) = world.next();
        let endpoint = EndpointRow {
            id: EndpointId::new(at_ms, random),
            merchant: merchant(shop),
            environment: environment(false),
            url: "https://shop.example/é".to_owned(),
            event_types: vec!["order.*".to_owned()],
            sealed_secrets: vec!["sealed".to_owned()],
            created_at_ms: at_ms,
            made_by: MadeBy::Api,
            standing: Standing::default(),
        };
        let written = store::insert_endpoint(&endpoint);
        self.endpoints.push(endpoint);
        written
    }

    fn endpoint(&mut self, index: usize, deed: usize, now_ms: i64) -> Vec<store::Write> {
        let Some(row) = pick(self.endpoints.iter_mut(), index) else { return Vec::new() };
        let standing = &mut row.standing;
        match deed {
            0 => {
                row.sealed_secrets = vec![format!("sealed-{now_ms}"), "sealed".to_owned()];
                if standing.switched_by.is_none() {
                    standing.disabled_at_ms = None;
                }
                store::resecure_endpoint(row.id, &row.sealed_secrets).into()
            }
            1 => {
                if standing.disabled_at_ms.is_none() {
                    *standing = Standing {
                        ended_at_ms: standing.ended_at_ms,
                        disabled_at_ms: Some(now_ms),
                        ..Standing::default()
                    };
                }
                vec![store::disable_gone(row.id, &row.url, now_ms)]
            }
            2 => {
                let switched = Switched { disabled: now_ms % 2 == 0, by: "karim", at_ms: now_ms };
                switch(standing, &switched);
                vec![store::switch_endpoint(row.id, &switched)]
            }
            _ => {
                standing.ended_at_ms.get_or_insert(now_ms);
                vec![store::end_endpoint(row.id, now_ms)]
            }
        }
    }

    async fn look(&mut self, store: &Store) -> Step {
        self.accounts.sort_by_key(|row| row.id);
        self.health.sort_by_key(|row| row.account);
        agree("accounts", &self.accounts, &read("accounts", store.gateway_accounts().await)?)?;
        agree("keys", &self.keys, &read("keys", store.api_keys().await)?)?;
        agree("health", &self.health, &read("health", store.account_health().await)?)?;
        let ended = |has_ended: bool| {
            let rows =
                self.endpoints.iter().filter(move |row| row.standing.ended_at_ms.is_some() == has_ended);
            rows.collect::<Vec<_>>()
        };
        agree("endpoints", &ended(false), &read("endpoints", store.webhook_endpoints().await)?)?;
        agree("ended endpoints", &ended(true), &read("endpoints", store.ended_webhook_endpoints().await)?)?;
        let merchants = read("merchants", store.merchants().await)?;
        let names: Vec<_> = merchants.iter().map(|row| (row.id, row.name.as_str())).collect();
        agree("merchants", &[(merchant(0), "shop0"), (merchant(1), "shop1")], &names)
    }
}

fn switch(standing: &mut Standing, switched: &Switched<'_>) {
    standing.disabled_at_ms = switched.disabled.then_some(switched.at_ms);
    standing.switched_by = Some(switched.by.to_owned());
    standing.switched_at_ms = Some(switched.at_ms);
}
