//! The month before it is played: which orders there will be, and what becomes of each, minute by minute.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::dice::Dice;
use super::goods::{Good, HOURS, Trade};

pub(super) const SECOND_MS: i64 = 1_000;
pub(super) const MINUTE_MS: i64 = 60 * SECOND_MS;
pub(super) const HOUR_MS: i64 = 60 * MINUTE_MS;
pub(super) const DAY_MS: i64 = 24 * HOUR_MS;

/// How many order lines somebody buys, as often as they do.
const LINES: [i64; 6] = [1, 1, 1, 2, 2, 3];

/// How long before the end the usual business stops, in ms: what waits for a person then is planned apart.
const APART_MS: i64 = 2 * HOUR_MS;

/// Something that somebody does about an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Move {
    /// The shop makes it.
    Make,
    /// The customer begins to pay, so that the link no longer expires.
    Begin,
    /// The customer pays by the newest link.
    Pay,
    /// The customer pays by the first of several links.
    PayFirst,
    /// The customer pays another amount.
    PayOther,
    /// The bank declines.
    Decline,
    /// The customer tries again, with another link.
    Again,
    /// Nobody does anything, but what is due by then is done on time.
    Wait,
    /// The clerk cancels it.
    Cancel,
    /// The clerk takes the money.
    TakeCash,
    /// The clerk hands over the goods.
    HandOver,
    /// The accountant records that this share of the money, in percent, went back.
    Refund(i64),
    /// The clerk writes that down.
    Note(&'static str),
}

/// An order that will be.
#[derive(Debug)]
pub(super) struct Sale {
    pub(super) trade: &'static Trade,
    pub(super) gateway: &'static str,
    /// What the shop asks the API for.
    pub(super) body: Value,
}

/// All that will be done, by when and in the order in which it was planned: of which sale, and what.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) sales: Vec<Sale>,
    pub(super) moves: BTreeMap<(i64, usize), (usize, Move)>,
}

impl Plan {
    /// The last days of both shops, by their own clocks, until a while before that time (unix ms).
    pub(super) fn days(trades: [&'static Trade; 2], days: i64, ends_ms: i64) -> Self {
        let (mut plan, mut dice) = (Plan::default(), Dice::new(0x0977_1ce0_ba5e_d0e5));
        for trade in trades {
            let today = (ends_ms + trade.east_ms).div_euclid(DAY_MS);
            for day in today + 1 - days..=today {
                // 1 January 1970 was a Thursday.
                let weekday = usize::try_from((day + 3).rem_euclid(7)).unwrap_or_default();
                let midnight_ms = day * DAY_MS - trade.east_ms;
                for _ in 0..trade.week[weekday] + dice.between(-2, 3) {
                    let at_ms =
                        midnight_ms + dice.one_of(&HOURS) * HOUR_MS + dice.between(0, 3_599) * SECOND_MS;
                    plan.sell(trade, at_ms, &mut dice);
                }
            }
        }
        // What would be done later is left undone: it waits.
        plan.moves.retain(|(at_ms, _), _| *at_ms < ends_ms - APART_MS);
        plan
    }

    /// Numbers the orders of each shop as they will be made.
    pub(super) fn number(&mut self) {
        let mut numbers = BTreeMap::new();
        for (sale, _) in self.moves.values().filter(|(_, what)| *what == Move::Make) {
            let Sale { trade, body, .. } = &mut self.sales[*sale];
            let number = numbers.entry(trade.prefix).and_modify(|number| *number += 1).or_insert(1_001);
            body["reference"] = json!(format!("{}-{number}", trade.prefix));
        }
    }

    /// A sale as it usually goes.
    fn sell(&mut self, trade: &'static Trade, at_ms: i64, dice: &mut Dice) {
        let mut chance = dice.between(1, 100);
        let chosen = trade.gateways.iter().find(|(_, percent)| {
            chance -= percent;
            chance <= 0
        });
        let gateway = chosen.map_or("cash", |(gateway, _)| *gateway);
        let sale = self.add(trade, gateway, dice);
        let moves = if gateway == "cash" { at_the_door(dice) } else { online(dice) };
        self.plan(sale, at_ms, &moves);
        let by_hand = matches!(moves.last(), Some((_, Move::Pay))) && trade.hands_over_by_hand();
        if let Some((paid_ms, _)) = moves.last().filter(|_| by_hand) {
            let later_ms = paid_ms + dice.between(3, 30) * 10 * MINUTE_MS;
            self.plan(sale, at_ms, &[(later_ms, Move::HandOver)]);
            if dice.falls(2) {
                let back = (later_ms + dice.between(10, 40) * HOUR_MS, Move::Refund(100));
                self.plan(sale, at_ms, &[back]);
            }
        }
    }

    /// Adds a sale of which nothing is planned yet.
    pub(super) fn add(&mut self, trade: &'static Trade, gateway: &'static str, dice: &mut Dice) -> usize {
        let body = order(trade, gateway, dice);
        self.sales.push(Sale { trade, gateway, body });
        self.sales.len() - 1
    }

    /// Plans what becomes of a sale, in ms after it was made.
    pub(super) fn plan(&mut self, sale: usize, at_ms: i64, moves: &[(i64, Move)]) {
        for (after_ms, what) in moves {
            self.moves.insert((at_ms + after_ms, self.moves.len()), (sale, *what));
        }
    }
}

impl Trade {
    /// Whether no program of the shop hands over what was paid.
    fn hands_over_by_hand(&self) -> bool {
        self.merchant == crate::declared::COUNTER
    }
}

/// What becomes of an order that is paid at a gateway.
fn online(dice: &mut Dice) -> Vec<(i64, Move)> {
    let mut moves = vec![(0, Move::Make)];
    let after_ms = dice.between(30, 260) * SECOND_MS;
    match dice.between(1, 100) {
        1..=80 => moves.push((after_ms, Move::Pay)),
        81..=88 => moves.extend([
            (after_ms, Move::Decline),
            (after_ms + 2 * MINUTE_MS, Move::Again),
            (after_ms + 4 * MINUTE_MS, Move::Pay),
        ]),
        89..=90 => moves.push((after_ms, Move::Decline)),
        91..=92 => moves.push((10 * after_ms, Move::Cancel)),
        // An hour is an order's life.
        _ => moves.push((HOUR_MS + 5 * SECOND_MS, Move::Wait)),
    }
    moves
}

/// What becomes of an order that is paid at the door.
fn at_the_door(dice: &mut Dice) -> Vec<(i64, Move)> {
    let brought_ms = dice.between(4, 40) * 30 * MINUTE_MS;
    let end = if dice.falls(92) { Move::TakeCash } else { Move::Cancel };
    vec![(0, Move::Make), (brought_ms, end)]
}

/// An order as the shop asks for it.
fn order(trade: &Trade, gateway: &str, dice: &mut Dice) -> Value {
    let mut lines: Vec<&Good> = Vec::new();
    for _ in 0..*dice.one_of(&LINES) {
        let good = dice.one_of(trade.goods);
        if !lines.iter().any(|line| line.name == good.name) {
            lines.push(good);
        }
    }
    let title = lines.first().map_or("Commande", |good| good.name);
    let item = |good: &Good, quantity: i64| json!({ "name": good.name, "quantity": quantity, "unit_amount": good.price_minor });
    let mut items: Vec<Value> = lines.iter().map(|good| item(good, dice.between(1, good.most))).collect();
    if gateway == "cash" || dice.falls(trade.carried_percent) {
        items.push(item(&trade.carriage, 1));
    }
    let (given_name, family_name) = (dice.one_of(trade.given_names), dice.one_of(trade.family_names));
    json!({
        "currency": trade.currency,
        "title": title,
        "items": items,
        "gateway": gateway,
        "language": if trade.country == "DZ" && dice.falls(30) { "ar" } else { "fr" },
        "payer": {
            "given_name": given_name,
            "family_name": family_name,
            "phone": format!("{}{:04}", trade.phones, dice.between(0, 9_999)),
            "country": trade.country,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::super::goods::{ABIDJAN, ALGIERS};
    use super::*;

    const ENDS_MS: i64 = 1_790_000_000_000;

    fn month() -> Plan {
        let mut plan = Plan::days([&ALGIERS, &ABIDJAN], 30, ENDS_MS);
        plan.number();
        plan
    }

    #[test]
    fn a_month_has_so_many_orders_a_day_and_ends_on_time() {
        let plan = month();
        for trade in [&ALGIERS, &ABIDJAN] {
            let orders = plan.sales.iter().filter(|sale| sale.trade.merchant == trade.merchant).count();
            assert!((8 * 30..20 * 30).contains(&orders), "{}: {orders} orders", trade.merchant);
        }
        assert!(plan.moves.keys().all(|(at_ms, _)| (ENDS_MS - 30 * DAY_MS..ENDS_MS).contains(at_ms)));
        let made = plan.moves.values().filter(|(_, what)| *what == Move::Make);
        let mut references: Vec<&str> =
            made.filter_map(|(sale, _)| plan.sales[*sale].body["reference"].as_str()).collect();
        assert!(references.len() > 500);
        references.sort_unstable();
        references.dedup();
        assert!(references.contains(&"EY-1001") && references.contains(&"LC-1001"));
        let made = plan.moves.values().filter(|(_, what)| *what == Move::Make).count();
        assert_eq!(references.len(), made);
    }

    #[test]
    fn no_order_asks_for_what_its_gateway_does_not_take() {
        let plan = month();
        for sale in &plan.sales {
            let items = sale.body["items"].as_array().expect("items");
            let each = |item: &Value| {
                item["unit_amount"].as_i64().unwrap_or(0) * item["quantity"].as_i64().unwrap_or(0)
            };
            let amount: i64 = items.iter().map(each).sum();
            let least = if sale.gateway == "ocpay" { 50_000 } else { 100 };
            let step = if sale.trade.currency == "DZD" { 100 } else { 5 };
            assert!(amount >= least && amount % step == 0, "{}: {amount}", sale.body["title"]);
        }
    }
}
