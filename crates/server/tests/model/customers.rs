//! What customers do: they sign up and in, prove an address by a code, buy, and ask for their money back.

use std::collections::BTreeMap;

use guichet_core::{CustomerId, LoginId, MerchantId, OrderId};
use guichet_server::store::{
    self, CodeRow, CustomerFilter, CustomerRow, CustomerStatus, LoginRow, Profile, PurchaseRow, RefundRow,
    RefundStatus, Search, SearchIn, Store,
};
use proptest::prelude::*;

use crate::orders::Orders;
use crate::world::{Step, World, agree, commit, environment, merchant, pick, read};

/// What customers sign in by.
const NAMES: [&str; 5] =
    ["amel@example.com", "éric@example.com", "zoé@example.com", "ali@example.com", "_x@example.com"];

/// A code is tried so often.
const MOST_TRIES: i64 = 2;

/// An operation; every number names one of those that there are.
#[derive(Debug, Clone)]
pub(crate) enum Op {
    /// Somebody signs up under a name.
    SignUp { shop: usize, name: usize },
    /// Something of a customer changes, by the version that was read or by an older one.
    Change { customer: usize, stale: bool, active: bool },
    /// A code is made, tried, tried well, or forgotten.
    Code { customer: usize, deed: usize },
    /// A customer signs in, with the right password or another.
    SignIn { customer: usize, right: bool },
    /// A login is renewed, or ended, or is the last of its customer that stays.
    Login { login: usize, deed: usize },
    /// A customer buys an order.
    Buy { customer: usize, order: usize },
    /// Money is asked back, knowing how many requests there are or not.
    Ask { order: usize, right: bool },
    /// A request is closed.
    Close { request: usize, status: usize },
    /// Everything that can be read of a customer.
    Look { customer: usize },
    /// A merchant's customers, whom somebody looks for or not.
    Find { shop: usize, name: Option<usize>, archived: bool, before: usize, limit: usize },
    /// A merchant's requests.
    List { shop: usize, status: Option<usize>, before: i64, limit: i64 },
}

pub(crate) fn any_op() -> impl Strategy<Value = Op> {
    let index = || 0..64_usize;
    prop_oneof![
        3 => (index(), index()).prop_map(|(shop, name)| Op::SignUp { shop, name }),
        2 => (index(), prop::bool::weighted(0.3), any::<bool>())
            .prop_map(|(customer, stale, active)| Op::Change { customer, stale, active }),
        4 => (index(), 0..5_usize).prop_map(|(customer, deed)| Op::Code { customer, deed }),
        3 => (index(), prop::bool::weighted(0.8)).prop_map(|(customer, right)| Op::SignIn { customer, right }),
        2 => (index(), 0..3_usize).prop_map(|(login, deed)| Op::Login { login, deed }),
        2 => (index(), index()).prop_map(|(customer, order)| Op::Buy { customer, order }),
        3 => (index(), prop::bool::weighted(0.8)).prop_map(|(order, right)| Op::Ask { order, right }),
        2 => (index(), 1..4_usize).prop_map(|(request, status)| Op::Close { request, status }),
        3 => index().prop_map(|customer| Op::Look { customer }),
        2 => (index(), prop::option::of(index()), any::<bool>(), index(), 1..4_usize)
            .prop_map(|(shop, name, archived, before, limit)| Op::Find { shop, name, archived, before, limit }),
        1 => (index(), prop::option::of(0..4_usize), 0..40_i64, 1..5_i64)
            .prop_map(|(shop, status, before, limit)| Op::List { shop, status, before, limit }),
    ]
}

/// The customers as plain maps.
#[derive(Debug, Default)]
pub(crate) struct Customers {
    rows: Vec<CustomerRow>,
    codes: BTreeMap<CustomerId, CodeRow>,
    logins: Vec<(LoginRow, String)>,
    purchases: Vec<PurchaseRow>,
    requests: Vec<RefundRow>,
}

impl Customers {
    pub(crate) async fn step(&mut self, op: &Op, orders: &Orders, world: &mut World, store: &Store) -> Step {
        match *op {
            Op::SignUp { shop, name } => {
                self.sign_up(merchant(shop), NAMES[name % NAMES.len()], world, store).await
            }
            Op::Change { customer, stale, active } => {
                self.change(customer, stale, active, world, store).await
            }
            Op::Code { customer, deed } => self.code(customer, deed, world, store).await,
            Op::SignIn { customer, right } => self.sign_in(customer, right, world, store).await,
            Op::Login { login, deed } => self.login(login, deed, world, store).await,
            Op::Buy { customer, order } => self.buy(customer, order, orders, world, store).await,
            Op::Ask { order, right } => self.ask(order, right, orders, world, store).await,
            Op::Close { request, status } => {
                self.close(request, RefundStatus::ALL[status % 4], world.moment(), store).await
            }
            Op::Look { customer } => self.look(customer, world.now_ms(), orders, store).await,
            Op::Find { shop, name, archived, before, limit } => {
                let name = name.map(|name| NAMES[name % NAMES.len()]);
                let before = pick(self.rows.iter(), before).map(|row| row.id);
                self.find(merchant(shop), (name, archived), before, limit, store).await
            }
            Op::List { shop, status, before, limit } => {
                let status = status.map(|status| RefundStatus::ALL[status % 4]);
                self.list(merchant(shop), status, before, limit, store).await
            }
        }
    }

    async fn sign_up(&mut self, merchant: MerchantId, name: &str, world: &mut World, store: &Store) -> Step {
        let (at_ms, random) = world.next();
        let row = CustomerRow {
            id: CustomerId::new(at_ms, random),
            merchant,
            environment: environment(false),
            number: at_ms,
            provider: "email".to_owned(),
            identifier: name.to_owned(),
            password: "first".to_owned(),
            status: CustomerStatus::Active,
            profile: Profile { form: "é".to_owned(), ..Profile::default() },
            version: 1,
            created_at_ms: at_ms,
            updated_at_ms: at_ms,
        };
        let is_taken =
            self.rows.iter().any(|known| (known.merchant, known.identifier.as_str()) == (merchant, name));
        let expected = if is_taken { "Row" } else { "done" };
        agree("sign up", &expected, &commit(store, store::insert_customer(&row)).await.as_str())?;
        if !is_taken {
            self.rows.push(row);
        }
        Ok(())
    }

    async fn change(
        &mut self,
        index: usize,
        stale: bool,
        active: bool,
        world: &mut World,
        store: &Store,
    ) -> Step {
        let now_ms = world.moment();
        let Some(row) = pick(self.rows.iter_mut(), index) else { return Ok(()) };
        let status = if active { CustomerStatus::Active } else { CustomerStatus::Archived };
        let password = format!("password-{now_ms}");
        let version = row.version - i64::from(stale);
        let changed = CustomerRow { status, password, version, ..row.clone() };
        let expected = if stale { "Row" } else { "done" };
        let written = vec![store::update_customer(&changed, now_ms)];
        agree("change of a customer", &expected, &commit(store, written).await.as_str())?;
        if !stale {
            *row = CustomerRow { version: version + 1, updated_at_ms: now_ms, ..changed };
        }
        Ok(())
    }

    async fn code(&mut self, index: usize, deed: usize, world: &mut World, store: &Store) -> Step {
        let now_ms = world.moment();
        let Some(customer) = pick(self.rows.iter(), index).map(|row| row.id) else { return Ok(()) };
        let fresh = CodeRow {
            customer,
            event: "recovery".to_owned(),
            hash: format!("hash-{now_ms}"),
            attempts: 0,
            created_at_ms: now_ms,
            expires_at_ms: now_ms + 10,
        };
        let known = self.codes.get(&customer).cloned();
        let shown = known.clone().unwrap_or_else(|| fresh.clone());
        let (written, expected) = match deed {
            0 => {
                self.codes.insert(customer, fresh.clone());
                (store::put_code(&fresh), "done")
            }
            1 => {
                let known = self.codes.get_mut(&customer).filter(|code| code.attempts < MOST_TRIES);
                let counted = known.map(|code| code.attempts += 1);
                (store::count_try(&shown, MOST_TRIES), if counted.is_some() { "done" } else { "Row" })
            }
            2 => {
                self.codes.entry(customer).and_modify(|code| code.attempts = (code.attempts - 1).max(0));
                (store::uncount_try(&shown), "done")
            }
            3 => {
                self.codes.remove(&customer);
                (store::use_up_code(&shown), if known.is_some() { "done" } else { "Row" })
            }
            _ => {
                self.codes.retain(|_, code| code.expires_at_ms >= now_ms);
                (store::forget_codes(now_ms), "done")
            }
        };
        agree("code", &expected, &commit(store, vec![written]).await.as_str())?;
        agree("the code", &self.codes.get(&customer), &read("code", store.code_of(customer).await)?.as_ref())
    }

    async fn sign_in(&mut self, index: usize, right: bool, world: &mut World, store: &Store) -> Step {
        let (at_ms, random) = world.next();
        let Some(row) = pick(self.rows.iter(), index) else { return Ok(()) };
        let login = LoginRow {
            id: LoginId::new(at_ms, random),
            customer: row.id,
            fingerprint: if right { format!("device-{}", index % 3) } else { String::new() },
            device: "{}".to_owned(),
            created_at_ms: at_ms,
            used_at_ms: at_ms,
            expires_at_ms: at_ms + 30,
        };
        let password = if right { row.password.as_str() } else { "another" };
        let is_let_in = right && row.status == CustomerStatus::Active;
        let token = format!("token-{at_ms}");
        let writes = store::open_login(&login, password, &token);
        let expected = if is_let_in { "done" } else { "Row" };
        agree("sign in", &expected, &commit(store, writes).await.as_str())?;
        if is_let_in {
            let is_twin =
                |known: &LoginRow| known.customer == login.customer && known.fingerprint == login.fingerprint;
            self.logins.retain(|(known, _)| !is_twin(known));
            self.logins.push((login, token));
        }
        Ok(())
    }

    async fn login(&mut self, index: usize, deed: usize, world: &mut World, store: &Store) -> Step {
        let now_ms = world.moment();
        let Some((login, token)) = pick(self.logins.iter_mut(), index) else { return Ok(()) };
        let (id, customer) = (login.id, login.customer);
        let writes = match deed {
            0 => {
                (login.used_at_ms, login.expires_at_ms) = (now_ms, now_ms + 30);
                let fresh = format!("token-{now_ms}");
                let writes = store::renew_login(login, token, &fresh, 0);
                *token = fresh;
                writes
            }
            1 => {
                self.logins.retain(|(login, _)| login.id != id);
                store::close_login(id).into()
            }
            _ => {
                self.logins.retain(|(login, _)| login.customer != customer || login.id == id);
                store::close_logins(customer, Some(id)).into()
            }
        };
        agree("login", &"done", &commit(store, writes).await.as_str())
    }

    async fn buy(
        &mut self,
        index: usize,
        order: usize,
        orders: &Orders,
        world: &mut World,
        store: &Store,
    ) -> Step {
        let number = world.moment();
        let (Some(row), Some(stored)) = (pick(self.rows.iter(), index), orders.pick(order)) else {
            return Ok(());
        };
        let order = stored.order.id;
        if row.merchant != stored.order.merchant || self.purchases.iter().any(|known| known.order == order) {
            return Ok(());
        }
        let storage = "orders".to_owned();
        let purchase = PurchaseRow {
            merchant: row.merchant,
            environment: row.environment,
            number,
            customer: row.id,
            storage,
            order,
        };
        agree("buy", &"done", &commit(store, vec![store::insert_purchase(&purchase)]).await.as_str())?;
        self.purchases.push(purchase);
        Ok(())
    }

    fn asked(&self, order: OrderId) -> impl Iterator<Item = &RefundRow> {
        self.requests.iter().filter(move |request| request.order == order)
    }

    async fn ask(
        &mut self,
        index: usize,
        right: bool,
        orders: &Orders,
        world: &mut World,
        store: &Store,
    ) -> Step {
        let at_ms = world.moment();
        let Some(stored) = orders.pick(index) else { return Ok(()) };
        let request = RefundRow {
            merchant: stored.order.merchant,
            environment: environment(false),
            number: at_ms,
            order: stored.order.id,
            customer: pick(self.rows.iter(), index).map(|row| row.id),
            products: BTreeMap::new(),
            note: "s'il vous plaît".to_owned(),
            amount_minor: 100,
            status: RefundStatus::Requested,
            created_at_ms: at_ms,
            closed_at_ms: None,
        };
        let known = self.asked(request.order).count();
        let is_open = self.asked(request.order).any(|request| request.status == RefundStatus::Requested);
        let written = store::insert_refund_request(&request, known + usize::from(!right));
        let expected = if right && !is_open { "done" } else { "Row" };
        agree("ask", &expected, &commit(store, vec![written]).await.as_str())?;
        if expected == "done" {
            self.requests.push(request);
        }
        Ok(())
    }

    async fn close(&mut self, index: usize, status: RefundStatus, now_ms: i64, store: &Store) -> Step {
        if status == RefundStatus::Requested {
            return Ok(());
        }
        let Some(request) = pick(self.requests.iter_mut(), index) else { return Ok(()) };
        let is_open = request.status == RefundStatus::Requested;
        let written = store::close_refund_request(request, status, now_ms);
        let expected = if is_open { "done" } else { "Row" };
        agree("close", &expected, &commit(store, vec![written]).await.as_str())?;
        if is_open {
            (request.status, request.closed_at_ms) = (status, Some(now_ms));
        }
        Ok(())
    }

    async fn look(&self, index: usize, now_ms: i64, orders: &Orders, store: &Store) -> Step {
        let Some(row) = pick(self.rows.iter(), index) else { return Ok(()) };
        let shown = |row: &CustomerRow| {
            (
                row.id,
                row.identifier.clone(),
                row.password.clone(),
                row.status,
                row.version,
                row.updated_at_ms,
                row.number,
            )
        };
        let got = read("customer", store.customer(row.id).await)?;
        agree("a customer", &Some(shown(row)), &got.as_ref().map(shown))?;
        let got = store.customer_called(row.merchant, row.environment, "email", &row.identifier).await;
        agree("by name", &Some(shown(row)), &read("customer", got)?.as_ref().map(shown))?;
        let mut logins: Vec<&LoginRow> = self.logins.iter().map(|(login, _)| login).collect();
        logins.retain(|login| login.customer == row.id && login.expires_at_ms > now_ms);
        logins.sort_by_key(|login| std::cmp::Reverse(login.used_at_ms));
        agree("logins", &logins, &read("logins", store.logins(row.id, now_ms).await)?)?;
        for (login, token) in self.logins.iter().filter(|(login, _)| login.customer == row.id) {
            let got = read("token", store.refresh_token(token).await)?;
            agree(
                "a token",
                &Some((login.id, None::<i64>)),
                &got.map(|token| (token.login, token.replaced_at_ms)),
            )?;
        }
        let mine = || self.purchases.iter().filter(|purchase| purchase.customer == row.id);
        agree(
            "purchases",
            &(mine().count() as i64),
            &read("count", store.count_purchases(row.id, "orders").await)?,
        )?;
        let order = |purchase: &PurchaseRow| &orders.rows[&purchase.order].order;
        let waiting = mine().filter(|purchase| order(purchase).state.is_waiting()).count() as i64;
        agree("waiting", &waiting, &read("waiting", store.count_waiting(row.id, 100).await)?)?;
        let paid = mine().map(order).filter(|order| order.state.is_paid());
        let spent: i64 = paid.map(|order| order.terms.money.amount_minor).sum();
        agree("spent", &spent, &read("spent", store.spent(row.id, "DZD").await)?)?;
        let mut numbers: Vec<_> = mine().map(|purchase| (purchase.number, purchase.order)).collect();
        numbers.reverse();
        let got = read("page", store.purchases_of(row.id, "orders", 1, 2).await)?;
        let got: Vec<_> = got.into_iter().map(|(number, stored)| (number, stored.order.id)).collect();
        agree("a page", &numbers.iter().copied().skip(1).take(2).collect::<Vec<_>>(), &got)?;
        let before = numbers.first().map_or(i64::MAX, |(number, _)| *number);
        let got = read("before", store.purchases_before(row.id, before, 2).await)?;
        let got: Vec<_> = got.into_iter().map(|(number, stored)| (number, stored.order.id)).collect();
        agree("those before", &numbers.iter().copied().skip(1).take(2).collect::<Vec<_>>(), &got)?;
        for (_, order) in numbers {
            agree("whose", &Some(row.id), &read("whose", store.buyer_of(order).await)?)?;
        }
        Ok(())
    }

    async fn find(
        &self,
        merchant: MerchantId,
        (name, archived): (Option<&str>, bool),
        before: Option<CustomerId>,
        limit: usize,
        store: &Store,
    ) -> Step {
        let status = archived.then_some(CustomerStatus::Archived);
        let is_meant = |row: &&CustomerRow| {
            row.merchant == merchant
                && name.is_none_or(|name| name == row.identifier)
                && status.is_none_or(|status| status == row.status)
                && before.is_none_or(|before| row.id < before)
        };
        let mut meant: Vec<CustomerId> = self.rows.iter().filter(is_meant).map(|row| row.id).collect();
        meant.sort_by_key(|id| std::cmp::Reverse(*id));
        meant.truncate(limit);
        let search = name.map(|name| Search::read(name, SearchIn::Payer).expect("long enough"));
        let filter = CustomerFilter { status, search };
        let got = read("found", store.customers(merchant, environment(false), &filter, before, limit).await)?;
        agree("customers", &meant, &got.iter().map(|row| row.id).collect::<Vec<_>>())
    }

    async fn list(
        &self,
        merchant: MerchantId,
        status: Option<RefundStatus>,
        before: i64,
        limit: i64,
        store: &Store,
    ) -> Step {
        let before = crate::world::START_MS + before;
        let is_meant = |request: &&RefundRow| {
            request.merchant == merchant
                && request.number < before
                && status.is_none_or(|status| request.status == status)
        };
        let found: Vec<&RefundRow> =
            self.requests.iter().rev().filter(is_meant).take(limit as usize).collect();
        let got = store.refund_requests(merchant, environment(false), status, before, limit).await;
        agree("requests", &found, &read("requests", got)?)?;
        let Some(one) = self.requests.first() else { return Ok(()) };
        let got = read("request", store.refund_request(one.merchant, one.environment, one.number).await)?;
        agree("a request", &Some(one), &got.as_ref())?;
        let got = read("requests", store.refund_requests_of(one.order).await)?;
        agree("an order's", &self.asked(one.order).collect::<Vec<_>>(), &got)
    }
}
