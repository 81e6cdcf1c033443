-- Batches of coupons: what was asked for and how much of it is made, so that a process that takes over a
-- long one knows where to go on.
SET LOCAL lock_timeout = '5s';

CREATE TABLE coupon_batch (
    id                    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    promotion_id          bigint NOT NULL REFERENCES promotion ON DELETE CASCADE,
    status                text NOT NULL CHECK (status IN ('running', 'completed', 'failed')),
    template              text NOT NULL,
    template_key          text NOT NULL,
    alphabet              text NOT NULL,
    wanted                bigint NOT NULL CHECK (wanted > 0),
    made                  bigint NOT NULL DEFAULT 0 CHECK (made BETWEEN 0 AND wanted),
    first_id              bigint,
    last_id               bigint,
    max_uses              bigint CHECK (max_uses > 0),
    max_uses_per_customer bigint CHECK (max_uses_per_customer > 0),
    expires_at            timestamptz,
    customer_id           text,
    metadata              json NOT NULL,
    created_by            text NOT NULL,
    created_at            timestamptz NOT NULL,
    updated_at            timestamptz NOT NULL,
    finished_at           timestamptz,
    error                 text,
    CHECK ((status = 'completed') = (made = wanted))
);
CREATE INDEX coupon_batch_running ON coupon_batch (id) WHERE status = 'running';
CREATE INDEX coupon_batch_by_promotion ON coupon_batch (promotion_id, id);
CREATE INDEX coupon_batch_by_template ON coupon_batch (template_key);

-- The status that people see; the same as coupons/rules.py, for filters and exports.
CREATE FUNCTION coupon_status(disabled boolean, expires_at timestamptz, promotion_ends_at timestamptz,
                              max_uses bigint, used bigint, at timestamptz)
RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN disabled THEN 'disabled'
        WHEN expires_at <= at OR promotion_ends_at <= at THEN 'expired'
        WHEN used >= max_uses THEN 'used_up'
        ELSE 'active'
    END
$$;

-- A coupon with what it takes from its promotion and its batch.
CREATE VIEW coupon_whole AS
SELECT c.id, c.promotion_id, c.code, c.code_key, c.customer_id, c.disabled, c.max_uses, c.max_uses_per_customer,
       c.used, c.held, c.expires_at, p.ends_at AS promotion_ends_at, c.batch_id,
       c.reusable_from_cancelled_orders, COALESCE(c.metadata, b.metadata, '{}') AS metadata,
       c.created_at, c.updated_at
  FROM coupon c
  JOIN promotion p ON p.id = c.promotion_id
  LEFT JOIN coupon_batch b ON b.id = c.batch_id;

-- A cell that a spreadsheet would take for a formula begins with an apostrophe instead.
CREATE FUNCTION csv_text(cell text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN left(cell, 1) IN ('''', '=', '+', '-', '@', E'\t', E'\r', E'\n') THEN '''' || cell ELSE cell END
$$;
