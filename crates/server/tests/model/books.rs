//! The days' book: what is added to its lines, and what is read of it, whole or by shard.

use std::collections::BTreeMap;

use guichet_core::{Currency, Line, Share, Sums};
use guichet_server::store::{self, Store};
use proptest::prelude::*;

use crate::world::{Step, account, agree, commit, environment, merchant, read};

/// An operation; every number names one of those that there are.
#[derive(Debug, Clone)]
pub(crate) enum Op {
    /// Something is added to a line, or taken away.
    Add { shard: i64, shop: usize, day: i64, account: usize, dinars: bool, amount: i64 },
    /// Some days of a merchant are read.
    Read { shop: usize, first: i64, days: i64 },
    /// A shard's part is read.
    Part { shard: i64 },
}

pub(crate) fn any_op() -> impl Strategy<Value = Op> {
    let add = (0..3_i64, 0..2_usize, 0..4_i64, 0..2_usize, any::<bool>(), -3..4_i64);
    prop_oneof![
        4 => add.prop_map(|(shard, shop, day, account, dinars, amount)| {
            Op::Add { shard, shop, day, account, dinars, amount }
        }),
        2 => (0..2_usize, 0..4_i64, 0..3_i64).prop_map(|(shop, first, days)| Op::Read { shop, first, days }),
        1 => (0..3_i64).prop_map(|shard| Op::Part { shard }),
    ]
}

/// The lines as plain maps: by shard, and by shop.
#[derive(Debug, Default)]
pub(crate) struct Books(BTreeMap<(i64, usize), Share>);

impl Books {
    pub(crate) async fn step(&mut self, op: &Op, store: &Store) -> Step {
        match *op {
            Op::Add { shard, shop, day, account: at, dinars, amount } => {
                let currency = if dinars { Currency::DZD } else { Currency::XOF };
                let line = Line { day, account: account(at), currency, gateway: "ocpay".to_owned() };
                let sums = Sums { paid_payments: 1, paid_amount: amount, refunds: amount, ..Sums::default() };
                let written = store::add_line(shard, (merchant(shop), environment(true)), &line, sums);
                let known = self.0.entry((shard, shop)).or_default().entry(line).or_default();
                *known = *known + sums;
                agree("add", &"done", &commit(store, vec![written]).await.as_str())
            }
            Op::Read { shop, first, days } => {
                let last = first + days;
                let mut expected = Share::new();
                for ((_, of), part) in &self.0 {
                    for (line, sums) in part.iter().filter(|(line, _)| (first..=last).contains(&line.day)) {
                        if *of == shop {
                            let known = expected.entry(line.clone()).or_default();
                            *known = *known + *sums;
                        }
                    }
                }
                let got = store.book(merchant(shop), environment(true), (first, last)).await;
                agree("book", &expected, &read("book", got)?)?;
                let play = store.book(merchant(shop), environment(false), (first, last)).await;
                agree("play money", &Share::new(), &read("play money", play)?)
            }
            Op::Part { shard } => {
                let mut got = read("part", store.book_lines(shard).await)?;
                for ((of, shop), expected) in &self.0 {
                    if *of == shard {
                        let found = got.remove(&(merchant(*shop), environment(true)));
                        agree("part", expected, &found.unwrap_or_default())?;
                    }
                }
                agree("parts of nobody", &0, &got.len())
            }
        }
    }
}
