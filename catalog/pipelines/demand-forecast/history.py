"""Orders as weekly history."""

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as f


def latest_lines(lines: DataFrame) -> DataFrame:
    """The latest version of every order line; cancelled lines are left out."""
    versions = Window.partitionBy("order_id", "line").orderBy(f.desc("changed_at"))
    ranked = lines.withColumn("version", f.row_number().over(versions))
    return ranked.where((f.col("version") == 1) & ~f.coalesce("is_cancelled", f.lit(False)))


def weekly_packs(lines: DataFrame, *, history_weeks: int) -> DataFrame:
    """Packs a product, country and week (Monday) over the newest `history_weeks` weeks."""
    weeks = lines.withColumn("week_start", f.to_date(f.date_trunc("week", "ordered_on")))
    newest = weeks.agg(f.max("week_start").alias("newest_week"))
    recent = weeks.crossJoin(newest).where(
        f.col("week_start") > f.date_sub(f.col("newest_week"), 7 * history_weeks)
    )
    return recent.groupBy("product_id", "country", "week_start").agg(
        f.sum("quantity").alias("packs")
    )
