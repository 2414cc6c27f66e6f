-- Columns are BIGINT or TEXT only; times are unix milliseconds; JSON is TEXT. A subject is what has a journal, deliveries
-- and an alarm (wake_at_ms): an order, by its prefixed identifier. Every row that belongs to one carries its shard first
-- in every key. What is found by another key has a small index
-- table of its own, whose key begins with what tells its rows apart, because comparing ends there. A table marked narrow
-- has short rows, which an engine may keep inside the key's tree.
-- What is written with every order has no foreign keys, and CHECKs without a long IN, which SQLite makes a table of.

CREATE TABLE revisions (
    name   TEXT   NOT NULL PRIMARY KEY,
    number BIGINT NOT NULL
) /* narrow */;
INSERT INTO revisions (name, number) VALUES ('configuration', 1), ('nobody', 1), ('time of day', 0);

CREATE TABLE merchants (
    id            TEXT   NOT NULL PRIMARY KEY,
    name          TEXT   NOT NULL UNIQUE,
    title         TEXT   NOT NULL,
    country       TEXT,
    policy        TEXT   NOT NULL,
    return_origins TEXT  NOT NULL,
    routes        TEXT   NOT NULL,
    messages      TEXT   NOT NULL,
    sealed_message_secrets TEXT NOT NULL,
    pages         TEXT   NOT NULL,
    created_at_ms BIGINT NOT NULL
);

CREATE TABLE api_keys (
    id            TEXT   NOT NULL PRIMARY KEY,
    merchant_id   TEXT   NOT NULL REFERENCES merchants (id),
    environment   TEXT   NOT NULL CHECK (environment IN ('test', 'live')),
    kind          TEXT   NOT NULL CHECK (kind IN ('secret', 'publishable')),
    hash          TEXT   NOT NULL UNIQUE,
    hint          TEXT   NOT NULL,
    label         TEXT   NOT NULL,
    created_at_ms BIGINT NOT NULL,
    revoked_at_ms BIGINT
);

CREATE TABLE gateway_accounts (
    id            TEXT   NOT NULL PRIMARY KEY,
    merchant_id   TEXT   NOT NULL REFERENCES merchants (id),
    environment   TEXT   NOT NULL CHECK (environment IN ('test', 'live')),
    name          TEXT   NOT NULL,
    gateway       TEXT   NOT NULL,
    settings      TEXT   NOT NULL,
    sealed_secret TEXT   NOT NULL,
    created_at_ms BIGINT NOT NULL,
    removed_at_ms BIGINT,
    UNIQUE (merchant_id, environment, name)
);

CREATE TABLE account_health (
    account_id TEXT   NOT NULL PRIMARY KEY REFERENCES gateway_accounts (id),
    state      TEXT   NOT NULL CHECK (state IN ('closed', 'open')),
    trouble    TEXT   NOT NULL,
    since_ms   BIGINT NOT NULL
);

CREATE TABLE dialect_credentials (
    id            TEXT   NOT NULL PRIMARY KEY,
    merchant_id   TEXT   NOT NULL REFERENCES merchants (id),
    environment   TEXT   NOT NULL CHECK (environment IN ('test', 'live')),
    dialect       TEXT   NOT NULL,
    hash          TEXT   NOT NULL,
    account       TEXT   NOT NULL,
    sealed_signing_secret TEXT NOT NULL,
    notify_url    TEXT,
    label         TEXT   NOT NULL,
    created_at_ms BIGINT NOT NULL,
    revoked_at_ms BIGINT,
    UNIQUE (dialect, hash)
);

CREATE TABLE webhook_endpoints (
    id             TEXT   NOT NULL PRIMARY KEY,
    merchant_id    TEXT   NOT NULL REFERENCES merchants (id),
    environment    TEXT   NOT NULL CHECK (environment IN ('test', 'live')),
    url            TEXT   NOT NULL,
    event_types    TEXT   NOT NULL,
    sealed_secrets TEXT   NOT NULL,
    created_at_ms  BIGINT NOT NULL,
    disabled_at_ms BIGINT,
    removed_at_ms  BIGINT
);

CREATE TABLE projects (
    merchant_id   TEXT   NOT NULL PRIMARY KEY REFERENCES merchants (id),
    document      TEXT   NOT NULL,
    updated_at_ms BIGINT NOT NULL
);

CREATE TABLE products (
    merchant_id   TEXT   NOT NULL REFERENCES merchants (id),
    id            BIGINT NOT NULL CHECK (id > 0),
    document      TEXT   NOT NULL,
    updated_at_ms BIGINT NOT NULL,
    PRIMARY KEY (merchant_id, id)
);

CREATE TABLE numbers (
    merchant_id TEXT   NOT NULL,
    environment TEXT   NOT NULL CHECK (environment IN ('test', 'live')),
    kind        TEXT   NOT NULL CHECK (kind IN ('customer', 'purchase', 'refund_request')),
    next        BIGINT NOT NULL,
    PRIMARY KEY (merchant_id, environment, kind)
) /* narrow */;

CREATE TABLE customers (
    id            TEXT   NOT NULL PRIMARY KEY,
    merchant_id   TEXT   NOT NULL REFERENCES merchants (id),
    environment   TEXT   NOT NULL CHECK (environment IN ('test', 'live')),
    number        BIGINT NOT NULL,
    provider      TEXT   NOT NULL,
    identifier    TEXT   NOT NULL,
    password      TEXT   NOT NULL,
    status        TEXT   NOT NULL CHECK (status IN ('inactive', 'active', 'archived')),
    profile       TEXT   NOT NULL,
    version       BIGINT NOT NULL CHECK (version > 0),
    created_at_ms BIGINT NOT NULL,
    updated_at_ms BIGINT NOT NULL,
    UNIQUE (merchant_id, environment, provider, identifier),
    UNIQUE (merchant_id, environment, number)
);

CREATE TABLE customer_codes (
    customer_id   TEXT   NOT NULL PRIMARY KEY REFERENCES customers (id),
    event         TEXT   NOT NULL,
    hash          TEXT   NOT NULL,
    attempts      BIGINT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    expires_at_ms BIGINT NOT NULL
);
CREATE INDEX customer_codes_by_expiry ON customer_codes (expires_at_ms);

CREATE TABLE logins (
    id            TEXT   NOT NULL PRIMARY KEY,
    customer_id   TEXT   NOT NULL REFERENCES customers (id),
    fingerprint   TEXT   NOT NULL,
    device        TEXT   NOT NULL,
    created_at_ms BIGINT NOT NULL,
    used_at_ms    BIGINT NOT NULL,
    expires_at_ms BIGINT NOT NULL
);
CREATE INDEX logins_of_customer ON logins (customer_id, used_at_ms);
CREATE INDEX logins_by_expiry ON logins (expires_at_ms);

CREATE TABLE refresh_tokens (
    hash           TEXT   NOT NULL PRIMARY KEY,
    login_id       TEXT   NOT NULL REFERENCES logins (id),
    created_at_ms  BIGINT NOT NULL,
    replaced_at_ms BIGINT
);
CREATE INDEX refresh_tokens_of_login ON refresh_tokens (login_id, created_at_ms);

CREATE TABLE known_devices (
    customer_id TEXT   NOT NULL REFERENCES customers (id),
    fingerprint TEXT   NOT NULL,
    used_at_ms  BIGINT NOT NULL,
    PRIMARY KEY (customer_id, fingerprint)
) /* narrow */;
CREATE INDEX known_devices_by_fingerprint ON known_devices (fingerprint);
CREATE INDEX known_devices_by_use ON known_devices (used_at_ms);

CREATE TABLE orders (
    shard          BIGINT NOT NULL CHECK (shard BETWEEN 0 AND 63),
    id             TEXT   NOT NULL,
    merchant_id    TEXT   NOT NULL,
    environment    TEXT   NOT NULL CHECK (environment IN ('test', 'live')),
    version        BIGINT NOT NULL CHECK (version > 0),
    status         TEXT   NOT NULL CHECK (status = 'pending' OR status = 'failed' OR status = 'paid' OR status = 'fulfilled'
        OR status = 'expired' OR status = 'cancelled'),
    state          TEXT   NOT NULL,
    terms          TEXT   NOT NULL,
    payments       TEXT   NOT NULL,
    held           TEXT   NOT NULL,
    needs_you      BIGINT NOT NULL CHECK (needs_you IN (0, 1)),
    token          TEXT   NOT NULL,
    amount_minor   BIGINT NOT NULL CHECK (amount_minor >= 0),
    currency       TEXT   NOT NULL,
    entries        BIGINT NOT NULL,
    chain          TEXT   NOT NULL,
    attended_at_ms BIGINT,
    page_language  TEXT,
    created_at_ms  BIGINT NOT NULL,
    wake_at_ms     BIGINT,
    PRIMARY KEY (shard, id),
    CHECK (status NOT IN ('pending', 'failed') OR wake_at_ms IS NOT NULL)
);
CREATE INDEX orders_due ON orders (shard, wake_at_ms) WHERE wake_at_ms IS NOT NULL;
CREATE INDEX orders_by_status ON orders (merchant_id, environment, status, id);
CREATE INDEX orders_needing_you ON orders (merchant_id, environment, id) WHERE needs_you = 1;

CREATE TABLE order_references (
    reference   TEXT   NOT NULL,
    merchant_id TEXT   NOT NULL,
    environment TEXT   NOT NULL,
    shard       BIGINT NOT NULL,
    order_id    TEXT   NOT NULL,
    fingerprint TEXT   NOT NULL,
    PRIMARY KEY (reference, merchant_id, environment)
) /* narrow */;

CREATE TABLE gateway_references (
    reference  TEXT   NOT NULL,
    account_id TEXT   NOT NULL,
    shard      BIGINT NOT NULL,
    order_id   TEXT   NOT NULL,
    payment_id TEXT   NOT NULL,
    PRIMARY KEY (reference, account_id)
) /* narrow */;

-- One row for each decision: its entries as a JSON array, the first of them at `seq` in the subject's journal. The bits of
-- `taken` are the entries that the shop has acknowledged, those of `whole` all of them; `acked` is 0 for none, 1 for all
-- and 2 for some.
CREATE TABLE journal (
    shard       BIGINT NOT NULL,
    subject    TEXT   NOT NULL,
    seq         BIGINT NOT NULL,
    id          TEXT   NOT NULL,
    merchant_id TEXT   NOT NULL,
    environment TEXT   NOT NULL,
    entries     TEXT   NOT NULL,
    hash        TEXT   NOT NULL,
    at_ms       BIGINT NOT NULL,
    whole       BIGINT NOT NULL CHECK (whole > 0),
    taken       BIGINT NOT NULL,
    acked       BIGINT NOT NULL CHECK (acked BETWEEN 0 AND 2),
    PRIMARY KEY (shard, subject, seq)
);
CREATE INDEX journal_to_pull ON journal (merchant_id, environment, acked, id);

CREATE TABLE deliveries (
    shard         BIGINT NOT NULL,
    subject      TEXT   NOT NULL,
    event_seq     BIGINT NOT NULL,
    target   TEXT   NOT NULL,
    id            TEXT   NOT NULL,
    status        TEXT   NOT NULL CHECK (status = 'pending' OR status = 'delivered' OR status = 'given_up'),
    attempts      BIGINT NOT NULL,
    due_at_ms     BIGINT NOT NULL,
    settled_at_ms BIGINT,
    PRIMARY KEY (shard, subject, event_seq, target)
);
CREATE INDEX deliveries_due ON deliveries (shard, target, due_at_ms) WHERE status = 'pending';
CREATE INDEX deliveries_by_id ON deliveries (id);

CREATE TABLE delivery_attempts (
    shard       BIGINT NOT NULL,
    subject    TEXT   NOT NULL,
    event_seq   BIGINT NOT NULL,
    target TEXT   NOT NULL,
    number      BIGINT NOT NULL,
    at_ms       BIGINT NOT NULL,
    status_code BIGINT,
    outcome     TEXT   NOT NULL,
    PRIMARY KEY (shard, subject, event_seq, target, number)
);

CREATE TABLE purchases (
    merchant_id TEXT   NOT NULL,
    environment TEXT   NOT NULL CHECK (environment IN ('test', 'live')),
    number      BIGINT NOT NULL,
    customer_id TEXT   NOT NULL,
    storage     TEXT   NOT NULL,
    shard       BIGINT NOT NULL,
    order_id    TEXT   NOT NULL,
    PRIMARY KEY (merchant_id, environment, number)
) /* narrow */;
CREATE INDEX purchases_by_order ON purchases (shard, order_id);
CREATE INDEX purchases_of_customer ON purchases (customer_id, storage, number);

CREATE TABLE refund_requests (
    merchant_id   TEXT   NOT NULL,
    environment   TEXT   NOT NULL CHECK (environment IN ('test', 'live')),
    number        BIGINT NOT NULL,
    shard         BIGINT NOT NULL,
    order_id      TEXT   NOT NULL,
    customer_id   TEXT,
    products      TEXT   NOT NULL,
    note          TEXT   NOT NULL,
    amount_minor  BIGINT NOT NULL CHECK (amount_minor > 0),
    status        TEXT   NOT NULL CHECK (status IN ('requested', 'cancelled', 'granted', 'declined')),
    created_at_ms BIGINT NOT NULL,
    closed_at_ms  BIGINT,
    PRIMARY KEY (merchant_id, environment, number)
);
CREATE INDEX refund_requests_of_order ON refund_requests (shard, order_id, number);
CREATE UNIQUE INDEX refund_requests_open ON refund_requests (shard, order_id) WHERE status = 'requested';
CREATE INDEX refund_requests_by_status ON refund_requests (merchant_id, environment, status, number);

CREATE TABLE idempotency_keys (
    key           TEXT   NOT NULL,
    merchant_id   TEXT   NOT NULL,
    environment   TEXT   NOT NULL,
    route         TEXT   NOT NULL,
    fingerprint   TEXT   NOT NULL,
    shard         BIGINT NOT NULL,
    subject      TEXT   NOT NULL,
    created_at_ms BIGINT NOT NULL,
    PRIMARY KEY (key, merchant_id, environment, route)
) /* narrow */;

-- An answer is a row of its own: a key's row that grew with it would have to be moved.
CREATE TABLE idempotency_answers (
    shard       BIGINT NOT NULL,
    subject    TEXT   NOT NULL,
    route       TEXT   NOT NULL,
    key         TEXT   NOT NULL,
    status_code BIGINT NOT NULL,
    body        TEXT   NOT NULL,
    PRIMARY KEY (shard, subject, route, key)
);

CREATE TABLE shard_leases (
    shard         BIGINT NOT NULL PRIMARY KEY CHECK (shard BETWEEN 0 AND 63),
    owner         TEXT   NOT NULL,
    fencing       BIGINT NOT NULL,
    expires_at_ms BIGINT NOT NULL
) /* narrow */;
INSERT INTO shard_leases (shard, owner, fencing, expires_at_ms) VALUES
    (0, '', 0, 0), (1, '', 0, 0), (2, '', 0, 0), (3, '', 0, 0), (4, '', 0, 0), (5, '', 0, 0), (6, '', 0, 0), (7, '', 0, 0),
    (8, '', 0, 0), (9, '', 0, 0), (10, '', 0, 0), (11, '', 0, 0), (12, '', 0, 0), (13, '', 0, 0), (14, '', 0, 0), (15, '', 0, 0),
    (16, '', 0, 0), (17, '', 0, 0), (18, '', 0, 0), (19, '', 0, 0), (20, '', 0, 0), (21, '', 0, 0), (22, '', 0, 0), (23, '', 0, 0),
    (24, '', 0, 0), (25, '', 0, 0), (26, '', 0, 0), (27, '', 0, 0), (28, '', 0, 0), (29, '', 0, 0), (30, '', 0, 0), (31, '', 0, 0),
    (32, '', 0, 0), (33, '', 0, 0), (34, '', 0, 0), (35, '', 0, 0), (36, '', 0, 0), (37, '', 0, 0), (38, '', 0, 0), (39, '', 0, 0),
    (40, '', 0, 0), (41, '', 0, 0), (42, '', 0, 0), (43, '', 0, 0), (44, '', 0, 0), (45, '', 0, 0), (46, '', 0, 0), (47, '', 0, 0),
    (48, '', 0, 0), (49, '', 0, 0), (50, '', 0, 0), (51, '', 0, 0), (52, '', 0, 0), (53, '', 0, 0), (54, '', 0, 0), (55, '', 0, 0),
    (56, '', 0, 0), (57, '', 0, 0), (58, '', 0, 0), (59, '', 0, 0), (60, '', 0, 0), (61, '', 0, 0), (62, '', 0, 0), (63, '', 0, 0);
