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

-- What the server runs with, as far as it decides what is written or sent: kept by each start, and what commands go by.
CREATE TABLE kept_settings (
    of         TEXT   NOT NULL PRIMARY KEY,
    document   TEXT   NOT NULL,
    version    TEXT   NOT NULL,
    kept_at_ms BIGINT NOT NULL
);
-- The key that everything sealed is sealed with, by its fingerprint, and a secret that it seals from the first time on: no
-- row while nothing is sealed.
CREATE TABLE vault (
    name            TEXT NOT NULL PRIMARY KEY CHECK (name = 'root'),
    key_fingerprint TEXT NOT NULL,
    sealed_root     TEXT NOT NULL
) /* narrow */;

-- There while this database is a copy: a server on it sends nothing and opens nothing.
CREATE TABLE copy_mark (
    name       TEXT   NOT NULL PRIMARY KEY CHECK (name = 'copy'),
    made_at_ms BIGINT NOT NULL,
    made_from  TEXT   NOT NULL
) /* narrow */;

-- There while this database is being filled from another one, and afterwards: from which, the table at work, the key of the
-- last row in it, and how many rows came so far.
CREATE TABLE moves (
    name       TEXT   NOT NULL PRIMARY KEY CHECK (name = 'from'),
    source     TEXT   NOT NULL,
    table_name TEXT   NOT NULL,
    behind     TEXT   NOT NULL,
    moved      BIGINT NOT NULL,
    done       BIGINT NOT NULL CHECK (done IN (0, 1))
) /* narrow */;

-- What is declared is never deleted: it ends, and keeps its row. What an operator disables keeps who did it, and when; an
-- endpoint that is disabled by nobody has answered 410.
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
    zones         TEXT   NOT NULL,
    created_at_ms BIGINT NOT NULL,
    ended_at_ms   BIGINT
);

CREATE TABLE api_keys (
    id            TEXT   NOT NULL PRIMARY KEY,
    merchant_id   TEXT   NOT NULL REFERENCES merchants (id),
    environment   TEXT   NOT NULL CHECK (environment IN ('test', 'live')),
    kind          TEXT   NOT NULL CHECK (kind IN ('secret', 'restricted', 'publishable')),
    role          TEXT   CHECK (role IN ('accountant', 'clerk', 'developer')),
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
    ended_at_ms   BIGINT,
    disabled_at_ms BIGINT,
    switched_by   TEXT,
    switched_at_ms BIGINT,
    UNIQUE (merchant_id, environment, name)
);

CREATE TABLE account_health (
    account_id TEXT   NOT NULL PRIMARY KEY REFERENCES gateway_accounts (id),
    state      TEXT   NOT NULL CHECK (state IN ('closed', 'open')),
    trouble    TEXT   NOT NULL,
    since_ms   BIGINT NOT NULL,
    rest_ms    BIGINT NOT NULL,
    open_until_ms BIGINT NOT NULL
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
    made_by        TEXT   NOT NULL CHECK (made_by IN ('file', 'api')),
    ended_at_ms    BIGINT,
    disabled_at_ms BIGINT,
    switched_by    TEXT,
    switched_at_ms BIGINT
);

-- Those who work in the back office. The password is empty until an invitation was taken up; the secret of the one-time codes
-- is derived from `codes_made`, how often there was a new one, and `last_code` is the newest that was used.
CREATE TABLE operators (
    id            TEXT   NOT NULL PRIMARY KEY,
    login         TEXT   NOT NULL UNIQUE,
    name          TEXT   NOT NULL,
    password      TEXT   NOT NULL,
    codes_made    BIGINT NOT NULL CHECK (codes_made > 0),
    last_code     BIGINT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    disabled_at_ms BIGINT
);

-- What an operator may do for a merchant; without a merchant it holds for all of them that have no row of their own.
CREATE TABLE operator_roles (
    operator_id   TEXT   NOT NULL REFERENCES operators (id),
    merchant_id   TEXT   NOT NULL,
    role          TEXT   NOT NULL CHECK (role IN ('owner', 'accountant', 'clerk', 'developer')),
    live          BIGINT NOT NULL CHECK (live IN (0, 1)),
    PRIMARY KEY (operator_id, merchant_id)
) /* narrow */;

-- A link by which an operator chooses a password, and codes that serve once in the stead of the one-time codes: hashes alone.
CREATE TABLE operator_links (
    operator_id   TEXT   NOT NULL PRIMARY KEY REFERENCES operators (id),
    hash          TEXT   NOT NULL UNIQUE,
    expires_at_ms BIGINT NOT NULL
);
CREATE TABLE recovery_codes (
    operator_id   TEXT   NOT NULL REFERENCES operators (id),
    hash          TEXT   NOT NULL,
    PRIMARY KEY (operator_id, hash)
) /* narrow */;

-- The browsers in which operators are signed in, and what each of them looks at.
CREATE TABLE operator_sessions (
    id            TEXT   NOT NULL PRIMARY KEY,
    hash          TEXT   NOT NULL UNIQUE,
    operator_id   TEXT   NOT NULL REFERENCES operators (id),
    browser       TEXT   NOT NULL,
    address       TEXT   NOT NULL,
    merchant_id   TEXT,
    environment   TEXT   NOT NULL CHECK (environment IN ('test', 'live')),
    language      TEXT,
    created_at_ms BIGINT NOT NULL,
    used_at_ms    BIGINT NOT NULL,
    proved_at_ms  BIGINT NOT NULL,
    expires_at_ms BIGINT NOT NULL
);
CREATE INDEX operator_sessions_of_operator ON operator_sessions (operator_id, used_at_ms);
CREATE INDEX operator_sessions_by_expiry ON operator_sessions (expires_at_ms);

-- What operators did, chained like a journal: a chain for each merchant, and one without a merchant.
CREATE TABLE audit (
    merchant_id   TEXT   NOT NULL,
    seq           BIGINT NOT NULL,
    entry         TEXT   NOT NULL,
    hash          TEXT   NOT NULL,
    at_ms         BIGINT NOT NULL,
    PRIMARY KEY (merchant_id, seq)
) /* narrow */;

CREATE TABLE projects (
    merchant_id   TEXT   NOT NULL PRIMARY KEY REFERENCES merchants (id),
    document      TEXT   NOT NULL,
    made_by       TEXT   NOT NULL CHECK (made_by IN ('file', 'api')),
    updated_at_ms BIGINT NOT NULL
);

CREATE TABLE products (
    merchant_id   TEXT   NOT NULL REFERENCES merchants (id),
    id            BIGINT NOT NULL CHECK (id > 0),
    document      TEXT   NOT NULL,
    made_by       TEXT   NOT NULL CHECK (made_by IN ('file', 'api')),
    updated_at_ms BIGINT NOT NULL,
    PRIMARY KEY (merchant_id, id)
);

-- Payment links: addresses that a shop hands out, at which orders are made.
CREATE TABLE payment_links (
    id            TEXT   NOT NULL PRIMARY KEY,
    merchant_id   TEXT   NOT NULL REFERENCES merchants (id),
    environment   TEXT   NOT NULL CHECK (environment IN ('test', 'live')),
    reference     TEXT   NOT NULL,
    token         TEXT   NOT NULL UNIQUE,
    terms         TEXT   NOT NULL,
    made_by       TEXT   NOT NULL,
    created_at_ms BIGINT NOT NULL,
    expires_at_ms BIGINT,
    ended_at_ms   BIGINT,
    UNIQUE (reference, merchant_id, environment)
);
CREATE INDEX payment_links_of_merchant ON payment_links (merchant_id, environment, id);

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
CREATE INDEX customers_by_status ON customers (merchant_id, environment, status, id);

-- What a customer is found by: as of orders, and the words of the name by which they sign in.
CREATE TABLE customer_terms (
    term        TEXT   NOT NULL,
    merchant_id TEXT   NOT NULL,
    environment TEXT   NOT NULL,
    customer_id TEXT   NOT NULL,
    PRIMARY KEY (term, merchant_id, environment, customer_id)
) /* narrow */;

CREATE TABLE customer_codes (
    customer_id   TEXT   NOT NULL PRIMARY KEY REFERENCES customers (id),
    event         TEXT   NOT NULL,
    hash          TEXT   NOT NULL,
    attempts      BIGINT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    expires_at_ms BIGINT NOT NULL
);
CREATE INDEX customer_codes_by_expiry ON customer_codes (expires_at_ms);

-- When codes were sent to whoever has a name, or would have been: however many nodes there are, an address gets no more.
CREATE TABLE codes_sent (
    name       TEXT   NOT NULL PRIMARY KEY,
    last_at_ms BIGINT NOT NULL,
    full_at_ms BIGINT NOT NULL
) /* narrow */;
CREATE INDEX codes_sent_by_age ON codes_sent (full_at_ms);

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
    refunds        TEXT,
    needs_you      BIGINT NOT NULL CHECK (needs_you IN (0, 1)),
    unknown_payments BIGINT NOT NULL CHECK (unknown_payments >= 0),
    page_secret    TEXT   NOT NULL,
    amount_minor   BIGINT NOT NULL CHECK (amount_minor >= 0),
    currency       TEXT   NOT NULL,
    gateway        TEXT,
    account_id     TEXT,
    paid_at_ms     BIGINT,
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
-- The amount stands at its end, so that whoever looks for one reads no rows of others.
CREATE INDEX orders_by_status ON orders (merchant_id, environment, status, id, amount_minor);
CREATE INDEX orders_needing_you ON orders (merchant_id, environment, id) WHERE needs_you = 1;
CREATE INDEX orders_unknown ON orders (merchant_id, environment, unknown_payments) WHERE unknown_payments > 0;
CREATE INDEX orders_paid ON orders (merchant_id, environment, paid_at_ms, id) WHERE paid_at_ms IS NOT NULL;

-- What an order is found by: its payer's phone number from its end, e-mail address and names, each after a letter that
-- tells which. An order has as many as its payer has of these, and none without a payer.
CREATE TABLE order_terms (
    term        TEXT   NOT NULL,
    merchant_id TEXT   NOT NULL,
    environment TEXT   NOT NULL,
    shard       BIGINT NOT NULL,
    order_id    TEXT   NOT NULL,
    PRIMARY KEY (term, merchant_id, environment, order_id)
) /* narrow */;

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

-- Which orders of a merchant have refunds; what these are stands with the order.
CREATE TABLE refunds (
    shard       BIGINT NOT NULL,
    order_id    TEXT   NOT NULL,
    id          TEXT   NOT NULL,
    merchant_id TEXT   NOT NULL,
    environment TEXT   NOT NULL CHECK (environment IN ('test', 'live')),
    PRIMARY KEY (shard, order_id, id)
) /* narrow */;
CREATE INDEX refunds_of_merchant ON refunds (merchant_id, environment, id);

-- What the shop's people write on an order for each other.
CREATE TABLE order_notes (
    shard       BIGINT NOT NULL,
    order_id    TEXT   NOT NULL,
    at_ms       BIGINT NOT NULL,
    login       TEXT   NOT NULL,
    text        TEXT   NOT NULL,
    PRIMARY KEY (shard, order_id, at_ms, login)
) /* narrow */;

-- The cash that operators took, each written with the payment that it is. It belongs to its operator's till until that is
-- closed, and then to that closing.
CREATE TABLE till_entries (
    shard        BIGINT NOT NULL,
    order_id     TEXT   NOT NULL,
    payment_id   TEXT   NOT NULL,
    merchant_id  TEXT   NOT NULL,
    environment  TEXT   NOT NULL CHECK (environment IN ('test', 'live')),
    login        TEXT   NOT NULL,
    currency     TEXT   NOT NULL,
    amount_minor BIGINT NOT NULL,
    at_ms        BIGINT NOT NULL,
    closed_at_ms BIGINT,
    PRIMARY KEY (shard, order_id, payment_id)
) /* narrow */;
CREATE INDEX till_entries_of_till ON till_entries (merchant_id, environment, login, closed_at_ms);

-- The tills that were closed: what was to be in them, and what their operators counted.
CREATE TABLE tills (
    merchant_id    TEXT   NOT NULL,
    environment    TEXT   NOT NULL CHECK (environment IN ('test', 'live')),
    closed_at_ms   BIGINT NOT NULL,
    login          TEXT   NOT NULL,
    currency       TEXT   NOT NULL,
    orders         BIGINT NOT NULL,
    expected_minor BIGINT NOT NULL,
    counted_minor  BIGINT NOT NULL,
    note           TEXT   NOT NULL,
    PRIMARY KEY (merchant_id, environment, closed_at_ms, login, currency)
);

-- The book: sums of a day in the merchant's time zone (days since 1970-01-01), written with what they sum up. Each shard
-- has its part, so that orders that are settled side by side do not wait for each other.
CREATE TABLE book_lines (
    shard           BIGINT NOT NULL CHECK (shard BETWEEN 0 AND 63),
    merchant_id     TEXT   NOT NULL,
    environment     TEXT   NOT NULL CHECK (environment IN ('test', 'live')),
    day             BIGINT NOT NULL,
    account_id      TEXT   NOT NULL,
    currency        TEXT   NOT NULL,
    gateway         TEXT   NOT NULL,
    paid_payments   BIGINT NOT NULL,
    paid_amount     BIGINT NOT NULL,
    paid_after_ms   BIGINT NOT NULL,
    unfit_payments  BIGINT NOT NULL,
    unfit_amount    BIGINT NOT NULL,
    told_fees       BIGINT NOT NULL,
    declared_fees   BIGINT NOT NULL,
    refunds         BIGINT NOT NULL,
    refunded_amount BIGINT NOT NULL,
    unpaid_payments BIGINT NOT NULL,
    PRIMARY KEY (shard, merchant_id, environment, day, account_id, currency)
) /* narrow */;
CREATE INDEX book_lines_by_day ON book_lines (merchant_id, environment, day);

-- The days of the book that somebody closed, each with its lines as they stood then: what differs from them later is a correction.
CREATE TABLE closed_days (
    merchant_id  TEXT   NOT NULL,
    environment  TEXT   NOT NULL CHECK (environment IN ('test', 'live')),
    day          BIGINT NOT NULL,
    lines        TEXT   NOT NULL,
    closed_by    TEXT   NOT NULL,
    note         TEXT   NOT NULL,
    closed_at_ms BIGINT NOT NULL,
    PRIMARY KEY (merchant_id, environment, day)
);

-- What gateways tell of payments that no order has. `name` is our identifier of the payment, or else the first of the
-- references in it, which `named` has all of; `reference` is the one to ask by.
CREATE TABLE unmatched_notifications (
    account_id    TEXT   NOT NULL,
    name          TEXT   NOT NULL,
    id            TEXT   NOT NULL UNIQUE,
    merchant_id   TEXT   NOT NULL,
    environment   TEXT   NOT NULL CHECK (environment IN ('test', 'live')),
    gateway       TEXT   NOT NULL,
    named         TEXT   NOT NULL,
    reference     TEXT   NOT NULL,
    payment_id    TEXT,
    order_mark    BIGINT,
    body          TEXT   NOT NULL,
    signed        BIGINT NOT NULL CHECK (signed IN (0, 1)),
    seen          TEXT,
    received      BIGINT NOT NULL,
    first_at_ms   BIGINT NOT NULL,
    last_at_ms    BIGINT NOT NULL,
    status        TEXT   NOT NULL CHECK (status IN ('open', 'tied', 'dismissed')),
    order_id      TEXT,
    settled_by    TEXT,
    settled_at_ms BIGINT,
    PRIMARY KEY (account_id, name)
);
CREATE INDEX unmatched_notifications_of_merchant ON unmatched_notifications (merchant_id, environment, status, id);
CREATE INDEX unmatched_notifications_open ON unmatched_notifications (merchant_id, environment, order_mark)
    WHERE status = 'open';

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
CREATE INDEX deliveries_by_target ON deliveries (shard, target, due_at_ms) WHERE status = 'pending';
CREATE INDEX deliveries_by_time ON deliveries (shard, due_at_ms, target) WHERE status = 'pending';
CREATE INDEX deliveries_by_id ON deliveries (id);

CREATE TABLE target_health (
    target   TEXT   NOT NULL PRIMARY KEY,
    since_ms BIGINT NOT NULL,
    outcome  TEXT   NOT NULL
);

CREATE TABLE delivery_attempts (
    shard       BIGINT NOT NULL,
    subject    TEXT   NOT NULL,
    event_seq   BIGINT NOT NULL,
    target TEXT   NOT NULL,
    number      BIGINT NOT NULL,
    at_ms       BIGINT NOT NULL,
    status_code BIGINT,
    outcome     TEXT   NOT NULL,
    answer      TEXT,
    PRIMARY KEY (shard, subject, event_seq, target, number)
) /* narrow */;

-- The files that journals of orders were moved to which are done and old. An archive is `writing` until its file was read
-- back whole, then `written` until all of it was taken out of the tables, and then `done`. Whoever works at it renews the
-- claim, by the database's own time.
CREATE TABLE archives (
    number           BIGINT NOT NULL PRIMARY KEY,
    name             TEXT   NOT NULL UNIQUE,
    folder           TEXT   NOT NULL,
    state            TEXT   NOT NULL CHECK (state IN ('writing', 'written', 'done')),
    sha256           TEXT   NOT NULL,
    orders           BIGINT NOT NULL,
    events           BIGINT NOT NULL,
    made_at_ms       BIGINT NOT NULL,
    owner            TEXT   NOT NULL,
    claimed_until_ms BIGINT NOT NULL
);

-- What of a subject's journal is in an archive: all up to the entry `seq`, and the link that its chain ends in there.
CREATE TABLE archived_journals (
    shard      BIGINT NOT NULL,
    subject    TEXT   NOT NULL,
    seq        BIGINT NOT NULL,
    chain      TEXT   NOT NULL,
    deliveries BIGINT NOT NULL,
    archive    BIGINT NOT NULL,
    PRIMARY KEY (shard, subject, seq)
) /* narrow */;

-- How many events of a shop are in archives, how many of these it had acknowledged, and when the newest happened.
CREATE TABLE archived_events (
    merchant_id  TEXT   NOT NULL,
    environment  TEXT   NOT NULL,
    events       BIGINT NOT NULL,
    acknowledged BIGINT NOT NULL,
    newest_at_ms BIGINT NOT NULL,
    PRIMARY KEY (merchant_id, environment)
) /* narrow */;

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
CREATE INDEX purchases_newest ON purchases (customer_id, number);

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
) /* narrow */;

-- The servers that work this database. Times are the database's own. Each that lives moves its expiry on; what one held whose
-- expiry has passed is taken by the others.
CREATE TABLE nodes (
    id            TEXT   NOT NULL PRIMARY KEY,
    name          TEXT   NOT NULL,
    version       TEXT   NOT NULL,
    knows_schema  BIGINT NOT NULL,
    clock_ahead_ms BIGINT NOT NULL,
    leaving       BIGINT NOT NULL CHECK (leaving IN (0, 1)),
    started_at_ms BIGINT NOT NULL,
    expires_at_ms BIGINT NOT NULL
) /* narrow */;

-- Who works what is due in a shard: a node, or nobody. The row changes with the hands alone, so that whatever is written by a
-- holder can look at it in the same transaction and waits for nothing.
CREATE TABLE shard_leases (
    shard   BIGINT NOT NULL PRIMARY KEY CHECK (shard BETWEEN 0 AND 63),
    owner   TEXT   NOT NULL,
    fencing BIGINT NOT NULL
) /* narrow */;
INSERT INTO shard_leases (shard, owner, fencing) VALUES
    (0, '', 0), (1, '', 0), (2, '', 0), (3, '', 0), (4, '', 0), (5, '', 0), (6, '', 0), (7, '', 0), (8, '', 0),
    (9, '', 0), (10, '', 0), (11, '', 0), (12, '', 0), (13, '', 0), (14, '', 0), (15, '', 0), (16, '', 0), (17, '', 0),
    (18, '', 0), (19, '', 0), (20, '', 0), (21, '', 0), (22, '', 0), (23, '', 0), (24, '', 0), (25, '', 0), (26, '', 0),
    (27, '', 0), (28, '', 0), (29, '', 0), (30, '', 0), (31, '', 0), (32, '', 0), (33, '', 0), (34, '', 0), (35, '', 0),
    (36, '', 0), (37, '', 0), (38, '', 0), (39, '', 0), (40, '', 0), (41, '', 0), (42, '', 0), (43, '', 0), (44, '', 0),
    (45, '', 0), (46, '', 0), (47, '', 0), (48, '', 0), (49, '', 0), (50, '', 0), (51, '', 0), (52, '', 0), (53, '', 0),
    (54, '', 0), (55, '', 0), (56, '', 0), (57, '', 0), (58, '', 0), (59, '', 0), (60, '', 0), (61, '', 0), (62, '', 0),
    (63, '', 0);

-- What a command asks the server that works an order's shard to do. Times are the database's own.
CREATE TABLE errands (
    shard       BIGINT NOT NULL,
    order_id    TEXT   NOT NULL,
    id          TEXT   NOT NULL,
    errand      TEXT   NOT NULL,
    asked_at_ms BIGINT NOT NULL,
    begun_at_ms BIGINT,
    answer      TEXT,
    PRIMARY KEY (shard, order_id, id)
);
CREATE INDEX errands_waiting ON errands (asked_at_ms) WHERE begun_at_ms IS NULL;
