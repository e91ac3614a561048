"""Daily outcomes by study and site, safe to share within the company."""

from pyspark.sql import DataFrame, SparkSession, Window
from pyspark.sql import functions as f


def latest_outcomes(outcomes: DataFrame) -> DataFrame:
    """The latest version of every subject and visit; those marked as deleted are left out."""
    versions = Window.partitionBy("subject_id", "visit").orderBy(f.desc("recorded_at"))
    ranked = outcomes.withColumn("version", f.row_number().over(versions))
    return ranked.where((f.col("version") == 1) & ~f.coalesce("is_deleted", f.lit(False)))


def daily_outcomes(outcomes: DataFrame, *, window_days: int, minimum_subjects: int) -> DataFrame:
    """Mean score a study, site and day over the newest `window_days` days.

    Groups of fewer than `minimum_subjects` subjects are left out, since they could point to a person.
    """
    newest = outcomes.agg(f.max("measured_on").alias("newest_on"))
    recent = outcomes.crossJoin(newest).where(
        f.col("measured_on") > f.date_sub(f.col("newest_on"), window_days)
    )
    return (
        recent.groupBy("study_id", "site_id", "measured_on")
        .agg(
            f.countDistinct("subject_id").alias("subjects"),
            f.avg("score").alias("mean_score"),
        )
        .where(f.col("subjects") >= minimum_subjects)
    )


def run(
    spark: SparkSession, inputs: dict[str, DataFrame], arguments: dict[str, str]
) -> dict[str, DataFrame]:
    """Reads clinical-trials and returns outcomes-daily."""
    result = daily_outcomes(
        latest_outcomes(inputs["clinical-trials"]),
        window_days=int(arguments["window_days"]),
        minimum_subjects=int(arguments["minimum_subjects"]),
    )
    return {"outcomes-daily": result}
