-- One row a day, country and product, in euro at the rate of the day. A rate of 1.25 means: 1.25 units buy one euro.
-- Lines in another currency without a rate for their day wait until it is published.
SELECT
  line.ordered_on AS sold_on,
  line.country,
  line.product_id,
  sum(line.quantity) AS quantity,
  cast(sum(line.quantity * line.net_price / coalesce(rate.per_euro, 1)) AS decimal(18, 2)) AS net_eur
FROM latest_lines AS line
LEFT JOIN latest_rates AS rate
  ON rate.currency = line.currency AND rate.rate_on = line.ordered_on
WHERE line.currency = 'EUR' OR rate.per_euro IS NOT NULL
GROUP BY line.ordered_on, line.country, line.product_id
