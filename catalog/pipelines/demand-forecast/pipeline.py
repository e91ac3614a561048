"""Weekly demand forecast: the plain mean of recent weeks, for every product that can still be sold."""

from history import latest_lines, weekly_packs
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f


def forecast(
    weeks: DataFrame, products: DataFrame, *, history_weeks: int, horizon_weeks: int
) -> DataFrame:
    """Expected packs a product, country and week for the next `horizon_weeks` weeks.

    The mean is taken over `history_weeks` weeks; weeks without orders count as zero. Products that are no longer in
    the catalogue are left out.
    """
    last_week = weeks.agg(f.max("week_start").alias("last_week"))
    mean = (
        weeks.join(products.select("product_id").distinct(), "product_id")
        .groupBy("product_id", "country")
        .agg((f.sum("packs") / f.lit(history_weeks)).alias("expected_packs"))
    )
    offsets = f.explode(f.sequence(f.lit(1), f.lit(horizon_weeks))).alias("weeks_ahead")
    return (
        mean.crossJoin(last_week)
        .select("*", offsets)
        .select(
            "product_id",
            "country",
            f.expr("date_add(last_week, weeks_ahead * 7)").alias("week_start"),
            "expected_packs",
        )
    )


def run(
    spark: SparkSession, inputs: dict[str, DataFrame], arguments: dict[str, str]
) -> dict[str, DataFrame]:
    """Reads sales-orders and product-catalog and returns supply-forecast."""
    history_weeks = int(arguments["history_weeks"])
    result = forecast(
        weekly_packs(latest_lines(inputs["sales-orders"]), history_weeks=history_weeks),
        inputs["product-catalog"],
        history_weeks=history_weeks,
        horizon_weeks=int(arguments["horizon_weeks"]),
    )
    return {"supply-forecast": result}
