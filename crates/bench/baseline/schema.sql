-- What a shop keeps of its orders when it follows the gateways' guides: the reference of the payment beside the order.
CREATE TABLE orders (
    id           BIGSERIAL   PRIMARY KEY,
    reference    TEXT        NOT NULL UNIQUE,
    title        TEXT        NOT NULL,
    amount       BIGINT      NOT NULL CHECK (amount BETWEEN 500 AND 500000),
    status       TEXT        NOT NULL DEFAULT 'PENDING' CHECK (status IN ('PENDING', 'PAID', 'FAILED')),
    payment_ref  VARCHAR(50) UNIQUE,
    payment_url  TEXT,
    created_at   TIMESTAMPTZ NOT NULL DEFAULT now(),
    paid_at      TIMESTAMPTZ
);
-- The guides' cron job looks for pending orders of the last day.
CREATE INDEX orders_pending ON orders (created_at) WHERE status = 'PENDING';
