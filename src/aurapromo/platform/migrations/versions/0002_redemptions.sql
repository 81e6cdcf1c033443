-- What redeeming in groups needs beside the counters: a row to lock for each order and customer, the answers
-- given under an Idempotency-Key, and the outbox. Safe beside the running release: nothing reads them yet.
SET LOCAL lock_timeout = '5s';

-- An order as the ledger knows it. `version` rises with every change to its redemptions, so that whoever
-- decided on an older one sees it. `lines` are the engine's; `returned` has the units that came back of each.
CREATE TABLE redemption_order (
    id           text PRIMARY KEY,
    version      int NOT NULL CHECK (version > 0),
    customer_id  text,
    channel      text,
    currency     text NOT NULL,
    total        bigint NOT NULL CHECK (total >= 0),
    cart_digest  bytea NOT NULL,
    cart         json NOT NULL,
    returned     int[],
    cancelled_at timestamptz,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL
) WITH (fillfactor = 90);

-- Who redeems, as a row to lock: a customer of the shop, or a guest by e-mail ("email:…").
CREATE TABLE redemption_customer (
    id text PRIMARY KEY
);

-- No foreign keys on the hottest path: each costs a look-up per row, and the one to promotion would lock the
-- definition after the counter, against the order in which promotions are changed. The ledger has locked
-- counter and coupon when it writes, and none of the three is ever deleted once it was redeemed.
ALTER TABLE redemption
    DROP CONSTRAINT redemption_promotion_id_fkey,
    DROP CONSTRAINT redemption_coupon_id_fkey,
    DROP COLUMN cart_digest,
    ADD COLUMN reason text CHECK (reason IN ('released', 'expired', 'replaced', 'cancelled')),
    ADD COLUMN coupon_kept boolean NOT NULL DEFAULT false, -- its coupon's use was not given back
    ADD CHECK ((state = 'held') <= (expires_at IS NOT NULL)),
    ADD CHECK ((state = 'released') = (reason IS NOT NULL)),
    ADD CHECK (returned <= discount + shipping_discount + credit);
ALTER TABLE redemption SET (fillfactor = 90);
ALTER TABLE redemption_allocation DROP CONSTRAINT redemption_allocation_redemption_id_fkey;

DROP INDEX redemption_by_order, redemption_by_promotion;
-- Once per order and promotion, whatever happens. Ids are UUIDv7, so they stand in the order of time.
CREATE UNIQUE INDEX redemption_once ON redemption (order_id, promotion_id) WHERE state <> 'released';
CREATE INDEX redemption_by_order ON redemption (order_id) WHERE state = 'released';
CREATE INDEX redemption_by_promotion ON redemption (promotion_id, id);

-- A redemption with the names that people know.
CREATE VIEW redemption_whole AS
SELECT r.id, r.promotion_id, r.promotion_version, p.name AS promotion_name, r.coupon_id, c.code AS coupon_code,
       r.order_id, r.customer_id, r.channel, r.currency, r.state, r.reason, r.discount, r.shipping_discount,
       r.credit, r.returned, r.order_total, r.expires_at, r.created_at, r.updated_at
  FROM redemption r
  LEFT JOIN promotion p ON p.id = r.promotion_id
  LEFT JOIN coupon c ON c.id = r.coupon_id;

-- Processes look for counters that others have changed by the transaction that did it.
ALTER TABLE promotion_counter ADD COLUMN changed xid8 NOT NULL DEFAULT pg_current_xact_id();

-- The first answer to a key, given again to whoever comes with the same key and body.
CREATE TABLE idempotency_record (
    id          bytea PRIMARY KEY,
    body_digest bytea NOT NULL,
    status      int NOT NULL,
    headers     json NOT NULL,
    body        bytea NOT NULL,
    created_at  timestamptz NOT NULL
);
CREATE INDEX idempotency_record_by_age ON idempotency_record (created_at);

-- Events, written with what causes them and delivered afterwards. `xid` lets a reader stop before
-- transactions that are still under way, so that a late commit is never skipped.
CREATE TABLE outbox (
    id      uuid PRIMARY KEY,
    event   text NOT NULL,
    at      timestamptz NOT NULL,
    data    json NOT NULL,
    xid     xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE INDEX outbox_by_transaction ON outbox (xid, id);

-- Orders of a customer that count for "first order" and "n-th order": those that the shop told us of and
-- those with a redemption or an open hold, without cancelled ones and without the one being decided.
CREATE FUNCTION placed_orders(customer text, besides text) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT count(*) FROM (
        SELECT id FROM shop_order
         WHERE customer_id = customer AND status IN ('pending', 'completed') AND id IS DISTINCT FROM besides
         UNION
        SELECT order_id FROM redemption r
         WHERE r.customer_id = customer AND r.order_id IS DISTINCT FROM besides
           AND (state IN ('redeemed', 'returned') OR state = 'held' AND expires_at > clock_timestamp())
           AND NOT EXISTS (SELECT FROM shop_order o
                            WHERE o.id = r.order_id AND o.status IN ('cancelled', 'refunded'))) AS counted
$$;
