-- Months with fewer than ten patients are left out: they could point to a person.
WITH latest AS (
  SELECT
    *,
    row_number() OVER (PARTITION BY claim_id ORDER BY processed_at DESC) AS version
  FROM us_claims__claims
)
SELECT
  product_id,
  state,
  cast(date_trunc('month', filled_on) AS date) AS month,
  count(*) AS claims,
  count(DISTINCT patient_key) AS patients
FROM latest
WHERE version = 1
GROUP BY product_id, state, cast(date_trunc('month', filled_on) AS date)
HAVING count(DISTINCT patient_key) >= 10
