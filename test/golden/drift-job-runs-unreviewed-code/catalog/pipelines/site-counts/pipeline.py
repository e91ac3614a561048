from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f


def run(spark: SparkSession, inputs: dict[str, DataFrame], arguments: dict[str, str]) -> dict[str, DataFrame]:
    """Counts the sites of each city."""
    sites = inputs["site-codes"].where(f.col("city").isNotNull())
    return {"site-counts": sites.groupBy("city").agg(f.count("*").alias("sites"))}
