"""Linkage on Apache Spark: the same model, pairs, weights and clusters as `guildhall_linkage.link`, for more rows than one
machine holds.

    from guildhall_linkage import spark
    linked = spark.link(people, model, id="rec_id")     # a DataFrame, and a model that was trained on a sample of it
    linked.clusters, linked.edges                       # DataFrames

Rows travel between machines, never pairs. A row goes once to each bucket that has one of its blocks; there the native kernel
finds the pairs, skips those that an earlier rule has, and weighs them. Connected components come by large-star and
small-star (Kiveris et al. 2014); each is then clustered by the rules of `link`. What travels is packed, some hundred
kilobytes a Spark row, so that Spark has little to do: src/core/linkage/spread.h describes it.

The wheel has to be installed where the executors' Python is. What a task does depends on its input alone: tasks that fail
or are lost run again. Not here yet: decisions, several tables, the clerical queue.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Iterator

import pyarrow as pa
from pyspark import StorageLevel
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from . import Model, _native
from .problems import LinkageError, Problem

__all__ = ["SparkLinked", "link"]

# As in src/core/linkage/spread.h.
_HOME, _ARCS, _EDGES, _CHANGES, _FOUND = 1, 2, 3, 7, 8

_PARCELS = "bucket int, kind int, bytes binary"
_SCHEMAS = {"edges": "id_a string, id_b string, weight int", "clusters": "id string, cluster string"}


@dataclass(frozen=True)
class SparkLinked:
    """Which rows are one, as DataFrames that Spark keeps until `unpersist`.

    `clusters`: id, cluster (the least id in it). `edges`: id_a < id_b, weight in thousandths of a bit; the pairs from the
    model's review weight on. The rest as in `guildhall_linkage.Linked`.
    """

    clusters: DataFrame
    edges: DataFrame
    records: int
    pairs: int
    pairs_by_rule: list[dict[str, Any]]
    skipped_blocks: list[dict[str, Any]]
    placeholders: list[dict[str, Any]]
    rounds: int  # Of large-star and small-star.
    _kept: tuple[DataFrame, ...] = ()

    def unpersist(self) -> None:
        """Gives back what Spark keeps; `clusters` and `edges` would be computed anew."""
        for one in self._kept:
            one.unpersist()


class _Step:
    """One step of the kernel over the batches of a partition; it travels to the executors."""

    def __init__(self, name: str, settings: Any) -> None:
        self.name, self.settings = name, settings

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return _native.run_step(self.name, self.settings.value, batches)


def _columns(model: Model) -> list[str]:
    names: list[str] = []
    for one in model.fields:
        names += [name for name in one["columns"] if name not in names]
    return names


def _buckets(records: int, rules: int, parallelism: int) -> int:
    """As few as the processors allow, for a row goes to many; but none with more than some 1.5 million rows."""
    most = 1_500_000
    if records <= most:
        return max(1, min(parallelism, -(-records // 100_000)))
    return -(-(-(-records * rules // most)) // parallelism) * parallelism


def link(frame: DataFrame, model: Model, *, id: str, buckets: int | None = None) -> SparkLinked:
    """Which rows of a DataFrame are one.

    id: the column with the ids, each there once. buckets: into how many parts the work is cut; none: as many as fit.
    The frame is read once, once more where many rows share a number, and counted first where no buckets are given.
    """
    spark: SparkSession = frame.sparkSession
    columns = _columns(model)
    missing = [name for name in [*columns, id] if name not in frame.columns]
    if missing:
        raise LinkageError([Problem("The DataFrame has no such column.", name, "Give the columns that the model was "
                                    "trained on.") for name in missing])
    rows = frame.select(*[F.col(f"`{name}`").cast("string").alias(name) for name in columns],
                        F.col(f"`{id}`").cast("string").alias("\x01id"))
    rules = [" + ".join(f"{key['field']} {key['part']}".removesuffix(" exact") for key in rule) or "all pairs"
             for rule in json.loads(model.json_text)["blocking_rules"]]
    settings: dict[str, Any] = {"model": model.json_text}
    _native.step_columns(json.dumps(settings))  # Problems of the model, before anything runs.
    kept: list[DataFrame] = []

    def shared() -> Any:
        return spark.sparkContext.broadcast(json.dumps(settings))

    def step(name: str, over: DataFrame, with_settings: Any) -> DataFrame:
        return over.mapInArrow(_Step(name, with_settings), _SCHEMAS.get(name, _PARCELS))

    def keep(one: DataFrame) -> DataFrame:
        kept.append(one.persist(StorageLevel.MEMORY_AND_DISK))
        return kept[-1]

    def only(parcels: DataFrame, *kinds: int) -> DataFrame:
        return parcels.filter(F.col("kind").isin(list(kinds)))

    def together(parcels: DataFrame) -> DataFrame:
        return parcels.repartition(settings["buckets"], "bucket").sortWithinPartitions("bucket")

    def found(parcels: DataFrame) -> list[dict[str, Any]]:
        return [json.loads(bytes(row.bytes)) for row in only(parcels, _FOUND).select("bytes").collect()]

    # What depends on all rows.
    settings["buckets"] = buckets or _buckets(frame.count(), len(rules), spark.sparkContext.defaultParallelism)
    packed = keep(together(step("pack", rows, shared())))
    surveys = found(packed)
    if (records := sum(one["records"] for one in surveys)) == 0:
        raise LinkageError([Problem("There are no rows to link.", "", "Check that the DataFrame holds data.")])
    names = sorted({name for one in surveys for name in one["names"]})
    settings["names"] = json.loads(_native.call_text("settle_names", json.dumps(names)))
    placeholders: list[dict[str, Any]] = []
    if suspects := sorted({(field, value) for one in surveys for field, value, _ in one["numbers"]}):
        counts = dict.fromkeys(suspects, 0)
        settings["placeholders"] = suspects
        for one in found(step("pack", rows, shared())):
            for field, value, count in one["numbers"]:
                counts[field, value] += count
        placeholders = [{"field": field, "value": value, "records": count}
                        for (field, value), count in counts.items() if count > max(50, records // 1000)]
        settings["placeholders"] = [[one["field"], one["value"]] for one in placeholders]

    # Rows to their blocks, and pairs.
    routed = keep(together(step("route", packed, shared())))
    counted = found(step("count_blocks", routed, shared()))
    if repeated := sorted(id_ for one in counted for id_ in one.get("repeated", [])):
        raise LinkageError([Problem(f"An id is there twice: {one}.", id, "Give every row an id of its own.")
                            for one in repeated[:20]])
    large = sorted((block for one in counted for block in one.get("large", [])),
                   key=lambda block: (-block["records"], block["rule"], block["key"]))
    settings["skipped"] = [[block["rule"], block["key"]] for block in large]
    ready = shared()
    paired = keep(step("pair", routed, ready))
    by_rule = [sum(counts) for counts in zip(*(one["pairs_by_rule"] for one in found(paired)))]
    routed.unpersist()

    # Connected components.
    arcs, rounds = only(paired, _ARCS), 0
    while True:
        rounds += 1
        stars = keep(step("small_star", together(step("large_star", together(arcs), ready)), ready))
        changed = bool(only(stars, _CHANGES).collect())
        arcs = only(stars, _ARCS)
        if not changed:
            break

    # Each component, by the rules of clusters.
    attached = step("attach", together(only(packed, _HOME).union(only(paired, _EDGES)).union(arcs)), ready)
    decided = step("decide", together(attached), ready).persist(StorageLevel.MEMORY_AND_DISK)
    decided.count()
    for one in kept:
        if one is not paired:
            one.unpersist()
    return SparkLinked(
        clusters=step("clusters", decided, ready), edges=step("edges", paired, ready), records=records,
        pairs=sum(by_rule),
        pairs_by_rule=[{"rule": rule, "pairs": pairs} for rule, pairs in zip(rules, by_rule or [0] * len(rules))],
        skipped_blocks=[{"rule": rules[block["rule"]], "records": block["records"], "example": block["example"]}
                        for block in large],
        placeholders=placeholders, rounds=rounds, _kept=(decided, paired))
