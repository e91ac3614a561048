SELECT date_trunc('MONTH', recorded_at) AS month, count(*) AS visits
FROM clinical_trials__outcomes
GROUP BY 1
HAVING count(*) >= 20
