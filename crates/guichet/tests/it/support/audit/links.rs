//! What joins the tables: rows that must not stand alone, and what must be done when a server has stopped.

use crate::support::database::Database;

/// Each a sentence about rows that must not be there, and how they are counted.
const NEVER: [(&str, &str); 20] = [
    (
        "an order that its reference does not find",
        "SELECT COUNT(*) FROM orders o WHERE NOT EXISTS (SELECT 1 FROM order_references r WHERE r.order_id = o.id \
         AND r.reference = json_extract(unpacked(o.terms, ''), '$.reference'))",
    ),
    (
        "a reference of no order, or of another owner's",
        "SELECT COUNT(*) FROM order_references r LEFT JOIN orders o ON o.id = r.order_id AND o.shard = r.shard \
         WHERE o.merchant_id IS DISTINCT FROM r.merchant_id OR o.environment IS DISTINCT FROM r.environment",
    ),
    (
        "a gateway's reference to no payment",
        "SELECT COUNT(*) FROM gateway_references r WHERE NOT EXISTS (SELECT 1 FROM orders o, json_each(unpacked(o.payments, COALESCE(o.account_id, ''))) p \
         WHERE o.id = r.order_id AND o.shard = r.shard AND json_extract(p.value, '$.id') = r.payment_id \
         AND json_extract(p.value, '$.account') = r.account_id)",
    ),
    (
        "a payment that its gateway's reference does not find",
        "SELECT COUNT(*) FROM orders o, json_each(unpacked(o.payments, COALESCE(o.account_id, ''))) p \
         WHERE json_extract(p.value, '$.state.link.reference') IS NOT NULL AND NOT EXISTS \
         (SELECT 1 FROM gateway_references r WHERE r.reference = json_extract(p.value, '$.state.link.reference') \
         AND r.account_id = json_extract(p.value, '$.account') AND r.order_id = o.id)",
    ),
    (
        "a decision with another order's owner",
        "SELECT COUNT(*) FROM journal j JOIN orders o ON o.id = j.subject WHERE j.merchant_id <> o.merchant_id \
         OR j.environment <> o.environment OR j.shard <> o.shard",
    ),
    (
        "a decision acknowledged beyond its entries",
        "SELECT COUNT(*) FROM journal WHERE (taken & ~whole) <> 0 \
         OR acked <> CASE taken WHEN 0 THEN 0 WHEN whole THEN 1 ELSE 2 END",
    ),
    (
        "a delivery that is settled at no time, or waits and is settled",
        "SELECT COUNT(*) FROM deliveries WHERE (status = 'pending') <> (settled_at_ms IS NULL)",
    ),
    (
        "a delivery that counts its tries otherwise than its log",
        "SELECT COUNT(*) FROM deliveries d WHERE attempts <> (SELECT COUNT(*) FROM delivery_attempts a \
         WHERE (a.shard, a.subject, a.event_seq, a.target) = (d.shard, d.subject, d.event_seq, d.target))",
    ),
    (
        "a try of no delivery",
        "SELECT COUNT(*) FROM delivery_attempts a WHERE NOT EXISTS (SELECT 1 FROM deliveries d \
         WHERE (a.shard, a.subject, a.event_seq, a.target) = (d.shard, d.subject, d.event_seq, d.target))",
    ),
    (
        "a purchase of no order, or of another owner's",
        "SELECT COUNT(*) FROM purchases p LEFT JOIN orders o ON o.id = p.order_id AND o.shard = p.shard \
         WHERE o.merchant_id IS DISTINCT FROM p.merchant_id OR o.environment IS DISTINCT FROM p.environment",
    ),
    (
        "a request for a refund of nothing",
        "SELECT COUNT(*) FROM refund_requests r WHERE NOT EXISTS (SELECT 1 FROM orders o \
         WHERE (o.shard, o.id, o.merchant_id, o.environment) = (r.shard, r.order_id, r.merchant_id, r.environment))",
    ),
    (
        "a request for a refund by somebody else's customer",
        "SELECT COUNT(*) FROM refund_requests r WHERE r.customer_id IS NOT NULL AND NOT EXISTS (SELECT 1 \
         FROM purchases p WHERE (p.shard, p.order_id, p.customer_id) = (r.shard, r.order_id, r.customer_id))",
    ),
    (
        "a request for a refund that is closed at no time",
        "SELECT COUNT(*) FROM refund_requests WHERE (status = 'requested') <> (closed_at_ms IS NULL)",
    ),
    (
        "a refund that its merchant does not find, or of no order",
        "SELECT COUNT(*) FROM (SELECT o.shard, o.id order_id, json_extract(r.value, '$.id') id, o.merchant_id, o.environment, \
         1 stands FROM orders o, json_each(o.refunds) r) FULL JOIN (SELECT *, 1 found FROM refunds) \
         USING (shard, order_id, id, merchant_id, environment) WHERE stands IS NULL OR found IS NULL",
    ),
    (
        "a book in which another sum was paid than its orders ask for",
        "SELECT COUNT(*) FROM (SELECT merchant_id, environment, currency, SUM(amount_minor) amount, COUNT(*) payments \
         FROM orders WHERE json_extract(state, '$.payment') IS NOT NULL GROUP BY 1, 2, 3) orders \
         FULL JOIN (SELECT merchant_id, environment, currency, SUM(paid_amount) amount, SUM(paid_payments) payments \
         FROM book_lines GROUP BY 1, 2, 3 HAVING SUM(paid_payments) <> 0 OR SUM(paid_amount) <> 0) book \
         USING (merchant_id, environment, currency) \
         WHERE orders.amount IS DISTINCT FROM book.amount OR orders.payments IS DISTINCT FROM book.payments",
    ),
    (
        "a book in which other payments brought money, or ended without any, than its orders have",
        "SELECT COUNT(*) FROM (SELECT o.merchant_id, o.environment, json_extract(p.value, '$.account') account_id, \
         SUM(json_extract(p.value, '$.state.status') = 'paid') came, \
         SUM(json_extract(p.value, '$.state.status') IN ('failed', 'expired', 'cancelled')) ended \
         FROM orders o, json_each(unpacked(o.payments, COALESCE(o.account_id, ''))) p \
         WHERE NOT EXISTS (SELECT 1 FROM json_each(o.held) h WHERE json_extract(h.value, '$.payment') = \
         json_extract(p.value, '$.id') AND (json_extract(h.value, '$.kind') = 'wrong_environment' \
         OR (json_extract(p.value, '$.tied') AND json_extract(h.value, '$.seen') IS NULL))) \
         GROUP BY 1, 2, 3 HAVING came <> 0 OR ended <> 0) orders \
         FULL JOIN (SELECT merchant_id, environment, account_id, SUM(paid_payments + unfit_payments) came, \
         SUM(unpaid_payments) ended FROM book_lines GROUP BY 1, 2, 3 HAVING came <> 0 OR ended <> 0) book \
         USING (merchant_id, environment, account_id) \
         WHERE orders.came IS DISTINCT FROM book.came OR orders.ended IS DISTINCT FROM book.ended",
    ),
    (
        "a book in which another sum went back than was recorded",
        "SELECT COUNT(*) FROM (SELECT o.merchant_id, o.environment, json_extract(r.value, '$.money.currency') currency, \
         SUM(json_extract(r.value, '$.money.amount')) amount, COUNT(*) refunds FROM orders o, json_each(o.refunds) r \
         WHERE json_extract(r.value, '$.withdrawn_at_ms') IS NULL GROUP BY 1, 2, 3) orders \
         FULL JOIN (SELECT merchant_id, environment, currency, SUM(refunded_amount) amount, SUM(refunds) refunds \
         FROM book_lines GROUP BY 1, 2, 3 HAVING SUM(refunds) <> 0 OR SUM(refunded_amount) <> 0) book \
         USING (merchant_id, environment, currency) \
         WHERE orders.amount IS DISTINCT FROM book.amount OR orders.refunds IS DISTINCT FROM book.refunds",
    ),
    (
        "a number that will be given twice",
        "SELECT COUNT(*) FROM numbers n WHERE next <= \
         (SELECT COALESCE(MAX(number), 0) FROM (SELECT 'customer' kind, merchant_id, environment, number FROM customers \
         UNION ALL SELECT 'purchase', merchant_id, environment, number FROM purchases \
         UNION ALL SELECT 'refund_request', merchant_id, environment, number FROM refund_requests) given \
         WHERE (given.kind, given.merchant_id, given.environment) = (n.kind, n.merchant_id, n.environment))",
    ),
    (
        "a key for no order",
        "SELECT COUNT(*) FROM idempotency_keys WHERE subject NOT IN (SELECT id FROM orders)",
    ),
    (
        "an answer under no key",
        "SELECT COUNT(*) FROM idempotency_answers a WHERE NOT EXISTS (SELECT 1 FROM idempotency_keys k \
         WHERE (k.shard, k.subject, k.route, k.key) = (a.shard, a.subject, a.route, a.key))",
    ),
];

/// Nothing of that is there.
pub(super) fn hold(database: &Database) {
    for (what, sql) in NEVER {
        assert_eq!(database.count(sql), 0, "{what}");
    }
}

/// What a server leaves behind that was stopped after all that was due by then (unix ms) was done.
pub(super) fn rest(database: &Database, now_ms: i64) {
    for (what, sql) in [
        ("an alarm that has rung", format!("SELECT COUNT(*) FROM orders WHERE wake_at_ms <= {now_ms}")),
        (
            "a delivery that is due",
            format!("SELECT COUNT(*) FROM deliveries WHERE status = 'pending' AND due_at_ms <= {now_ms}"),
        ),
        ("a lease that was not given back", "SELECT COUNT(*) FROM shard_leases WHERE owner <> ''".to_owned()),
        (
            "a request that never got its answer",
            "SELECT COUNT(*) FROM idempotency_keys k WHERE NOT EXISTS (SELECT 1 FROM idempotency_answers a \
             WHERE (k.shard, k.subject, k.route, k.key) = (a.shard, a.subject, a.route, a.key))"
                .to_owned(),
        ),
    ] {
        assert_eq!(database.count(&sql), 0, "{what}");
    }
}
