//! Sequences of operations, run on the model and on an engine at once; one that differs is cut down to what is needed.

use std::future::Future;

use guichet_server::store::Store;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use crate::books::{self, Books};
use crate::configuration::{self, Configuration};
use crate::customers::{self, Customers};
use crate::deliveries::{self, Deliveries};
use crate::desk::{self, Desk};
use crate::engines::{self, Fresh};
use crate::orders::{self, Orders};
use crate::world::{Step, World, everything_happened};

/// An operation of anybody.
#[derive(Debug, Clone)]
enum Op {
    Orders(orders::Op),
    Deliveries(deliveries::Op),
    Customers(customers::Op),
    Configuration(configuration::Op),
    Desk(desk::Op),
    Books(books::Op),
}

fn any_op() -> impl Strategy<Value = Op> {
    prop_oneof![
        8 => orders::any_op().prop_map(Op::Orders),
        3 => deliveries::any_op().prop_map(Op::Deliveries),
        4 => customers::any_op().prop_map(Op::Customers),
        2 => configuration::any_op().prop_map(Op::Configuration),
        3 => desk::any_op().prop_map(Op::Desk),
        1 => books::any_op().prop_map(Op::Books),
    ]
}

/// Everything as plain maps and lists.
#[derive(Debug, Default)]
struct Model {
    world: World,
    orders: Orders,
    deliveries: Deliveries,
    customers: Customers,
    configuration: Configuration,
    desk: Desk,
    books: Books,
}

impl Model {
    async fn step(&mut self, op: &Op, store: &Store) -> Step {
        let Model { world, orders, deliveries, customers, configuration, desk, books } = self;
        match op {
            Op::Orders(op) => orders.step(op, deliveries, world, store).await,
            Op::Deliveries(op) => deliveries.step(op, world, store).await,
            Op::Customers(op) => customers.step(op, orders, world, store).await,
            Op::Configuration(op) => configuration.step(op, world, store).await,
            Op::Desk(op) => desk.step(op, orders, world, store).await,
            Op::Books(op) => books.step(op, store).await,
        }
    }
}

async fn agree(operations: &[Op], fresh: Fresh) -> Result<(), TestCaseError> {
    let mut model = Model::default();
    let mut outcome = Ok(());
    for (number, op) in operations.iter().enumerate() {
        if let Err(difference) = model.step(op, &fresh.store).await {
            outcome = Err(TestCaseError::fail(format!("operation {number}, {op:?}: {difference}")));
            break;
        }
    }
    fresh.end().await;
    outcome
}

/// So many sequences of so many operations.
fn run<F: Future<Output = Fresh>>(sequences: u32, operations: usize, open: impl Fn() -> F) {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("threads");
    let config = Config { cases: sequences, failure_persistence: None, ..Config::default() };
    let sequence = prop::collection::vec(any_op(), operations);
    let outcome = TestRunner::new(config)
        .run(&sequence, |operations| runtime.block_on(async { agree(&operations, open().await).await }));
    if let Err(difference) = outcome {
        panic!("{difference}");
    }
    everything_happened();
}

#[test]
fn sqlite_does_as_the_model_says() {
    run(1_000, 80, engines::sqlite);
}

#[test]
fn postgres_does_as_the_model_says() {
    run(200, 60, engines::postgres);
}
