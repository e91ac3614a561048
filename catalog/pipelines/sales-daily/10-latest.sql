-- The latest version of every order line and of every rate; cancelled lines do not count.
CREATE OR REPLACE TEMPORARY VIEW latest_lines AS
SELECT order_id, line, country, product_id, quantity, net_price, currency, ordered_on
FROM (
  SELECT
    *,
    row_number() OVER (PARTITION BY order_id, line ORDER BY changed_at DESC) AS version
  FROM sales_orders__lines
)
WHERE version = 1
  AND NOT coalesce(is_cancelled, false)
  AND ordered_on >= date '${first_day}';

CREATE OR REPLACE TEMPORARY VIEW latest_rates AS
SELECT currency, rate_on, per_euro
FROM (
  SELECT
    *,
    row_number() OVER (PARTITION BY currency, rate_on ORDER BY published_at DESC) AS version
  FROM exchange_rates__rates
)
WHERE version = 1
