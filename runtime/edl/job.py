"""The entry script of every pipeline: opens Spark, reads the inputs, calls the transform, writes and publishes its outputs.

Run by Glue or EMR Serverless with the arguments that EDL compiled. Prints one JSON record at its end; exits with 1 on failure.
"""

from __future__ import annotations

import importlib
import sys
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from edl.arguments import parse_arguments, required
from edl.code import read_text
from edl.contract import Contract, Dataset, parse_contract
from edl.errors import JobError
from edl.manifest import Written, build_manifest, to_bytes
from edl.outputs import match_outputs, match_sql_output
from edl.sql import fill_arguments, split_statements, view_name
from edl.storage import Storage
from edl.updates import (
    MANIFEST,
    OPEN,
    UPDATE_COLUMN,
    check_update,
    choose_updates,
    parse_selection,
    table_location,
    tables_of,
    update_names,
    update_prefix,
)

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

Frames = dict[str, dict["str | None", "DataFrame"]]


def open_spark(contract: Contract) -> SparkSession:
    """A session in UTC that writes timestamps as parquet readers expect them (microseconds, not INT96)."""
    from pyspark.sql import SparkSession

    return (
        SparkSession.builder.appName(f"edl-{contract.instance}-{contract.pipeline}")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS")
        .getOrCreate()
    )


def select_inputs(contract: Contract, storage: Storage, selection: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """The updates to read of each input: those that the starter chose, else the published ones."""

    def published(dataset: Dataset) -> tuple[str, ...]:
        names = update_names(dataset, storage.folders(dataset.bucket, dataset.root))
        return choose_updates(
            dataset, names, lambda name: storage.exists(dataset.bucket, update_prefix(dataset, name) + MANIFEST)
        )

    return {
        dataset.name: tuple(selection[dataset.name]) if dataset.name in selection else published(dataset)
        for dataset in contract.inputs
    }


def read_table(spark: SparkSession, dataset: Dataset, table: str | None, updates: Sequence[str]) -> DataFrame:
    """One table over several updates, with the column `update_id`; columns that an older update lacks are null."""
    from pyspark.sql.functions import lit

    frames = [
        spark.read.parquet(table_location(dataset, update, table)).withColumn(UPDATE_COLUMN, lit(update))
        for update in updates
    ]
    merged = frames[0]
    for frame in frames[1:]:
        merged = merged.unionByName(frame, allowMissingColumns=True)
    return merged


def read_inputs(spark: SparkSession, contract: Contract, chosen: Mapping[str, Sequence[str]]) -> Frames:
    """All input tables, by dataset and table."""
    return {
        dataset.name: {table: read_table(spark, dataset, table, chosen[dataset.name]) for table in tables_of(dataset)}
        for dataset in contract.inputs
    }


def run_python(spark: SparkSession, contract: Contract, frames: Frames, arguments: Mapping[str, str]) -> Frames:
    """Calls `run(spark, inputs, arguments)` of the pipeline's own module."""
    inputs: dict[str, Any] = {
        name: next(iter(tables.values())) if len(tables) == 1 else tables for name, tables in frames.items()
    }
    return match_outputs(contract, importlib.import_module("pipeline").run(spark, inputs, dict(arguments)))


def run_sql(spark: SparkSession, contract: Contract, frames: Frames, arguments: Mapping[str, str]) -> Frames:
    """Executes the pipeline's SQL files in order over views of its inputs; the last statement gives the output."""
    for name, tables in frames.items():
        for table, frame in tables.items():
            frame.createOrReplaceTempView(view_name(name, table))
    result = None
    for file in contract.sql:
        for statement in split_statements(fill_arguments(read_text(file, sys.path), arguments)):
            result = spark.sql(statement)
    if result is None:
        raise JobError("The pipeline's SQL files hold no statement.")
    return match_sql_output(contract, result)


def write_table(spark: SparkSession, frame: DataFrame, location: str, table: str | None) -> Written:
    """Writes one table as parquet; rows are counted from what was written. Fails when the table's folder holds anything.

    A dataset without tables has its files beside the update's markers, so there only the opened update keeps others away.
    """
    frame.drop(UPDATE_COLUMN).write.mode("append" if table is None else "errorifexists").parquet(location)
    stored = spark.read.parquet(location)
    return Written(table=table, rows=stored.count(), columns=stored.dtypes)


def publish(
    spark: SparkSession,
    storage: Storage,
    contract: Contract,
    dataset: Dataset,
    update: str,
    frames: Mapping[str | None, DataFrame],
    chosen: Mapping[str, Sequence[str]],
) -> dict[str, Any]:
    """Opens an update, writes its tables, and publishes it by one conditional put; fails when somebody else has the update."""
    prefix = update_prefix(dataset, update)
    opening = to_bytes({"formatVersion": "1", "pipeline": contract.pipeline, "update": update})
    if not storage.create(dataset.bucket, prefix + OPEN, opening):
        raise JobError(f"The update {update} of {dataset.name} exists already. Start the run with another --edl-update.")
    written = [
        write_table(spark, frame, table_location(dataset, update, table), table) for table, frame in frames.items()
    ]
    manifest = build_manifest(contract, dataset, update, written, storage.files(dataset.bucket, prefix), chosen)
    if not storage.create(dataset.bucket, prefix + MANIFEST, to_bytes(manifest)):
        raise JobError(f"The update {update} of {dataset.name} was published by somebody else meanwhile.")
    return {key: manifest[key] for key in ("dataset", "update", "rows", "bytes")}


def run_job(argv: Sequence[str], storage: Storage) -> dict[str, Any]:
    """One whole run; gives its result record. Outputs are published one after the other, each at once."""
    started = time.monotonic()
    parsed = parse_arguments(argv)
    contract = parse_contract(required(parsed, "edl-contract"))
    update = check_update(required(parsed, "edl-update"))
    arguments = {name: parsed.get(name, "") for name in contract.arguments}
    chosen = select_inputs(contract, storage, parse_selection(parsed.get("edl-inputs", "")))
    spark = open_spark(contract)
    frames = read_inputs(spark, contract, chosen)
    transform = run_sql if contract.language == "sql" else run_python
    outputs = transform(spark, contract, frames, arguments)
    published = [
        publish(spark, storage, contract, dataset, update, outputs[dataset.name], chosen) for dataset in contract.outputs
    ]
    return {
        "record": "edl-run",
        "outcome": "published",
        "instance": contract.instance,
        "pipeline": contract.pipeline,
        "update": update,
        "inputs": {name: list(updates) for name, updates in chosen.items()},
        "outputs": published,
        "seconds": round(time.monotonic() - started, 3),
    }


def main() -> None:
    """Runs the job and prints its result record as one line of JSON; exits with 1 when it failed."""
    import boto3

    try:
        record = run_job(sys.argv[1:], Storage(boto3.client("s3")))
    except Exception as error:
        failure = {"record": "edl-run", "outcome": "failed", "error": type(error).__name__, "message": str(error)}
        print(to_bytes(failure).decode("utf-8"), flush=True)
        raise SystemExit(1) from error
    print(to_bytes(record).decode("utf-8"), flush=True)


if __name__ == "__main__":
    main()
