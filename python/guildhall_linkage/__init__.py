"""Which rows are about one person, or one thing: linkage that learns from the rows themselves.

    import guildhall_linkage as linkage
    from pyarrow import csv

    people = csv.read_csv("people.csv")
    model = linkage.train(people, fields={"forename": "forename", "surname": "surname", "dob": "birth_date"}, id="rec_id")
    linked = linkage.link(people, model, id="rec_id")
    linked.clusters                # a table: id, cluster
    linked.clerical                # a table: pairs that a person has to decide, and why
    print(linkage.explain(people, model, "r17", "r42", id="rec_id").text)

Tables are `pyarrow.Table`s, or anything that `pyarrow.table` takes: data frames of pandas and Polars too. What is wrong is a
`LinkageError` with a list of problems. `guildhall_linkage.spark` does the same where no single machine holds all rows.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Iterable, Mapping, Sequence, Union

import pyarrow as pa
import pyarrow.compute as pc

from . import _native
from .problems import LinkageError, Problem

__all__ = ["Decisions", "Evaluation", "Explanation", "LinkageError", "Linked", "Model", "Problem", "Quality", "Training",
           "evaluate", "explain", "link", "train", "train_with_report"]

#: One table, or several: then records of different tables can be linked.
Tables = Union[pa.Table, Any, Sequence[Any]]


@dataclass(frozen=True)
class Model:
    """A model of linkage: which fields are compared, what agreement says, and from which weight pairs are linked.

    It is one JSON text, the same that `guildhall match` reads and writes; the guide to linkage describes it.
    """

    json_text: str

    @classmethod
    def from_json(cls, text: str) -> Model:
        """Reads a model; `LinkageError` says all that is wrong with it."""
        return cls(_native.call_text("check_model", text))

    @classmethod
    def load(cls, path: str | Path) -> Model:
        return cls.from_json(Path(path).read_text(encoding="utf-8"))

    def to_json(self) -> str:
        return self.json_text

    def save(self, path: str | Path) -> None:
        Path(path).write_text(self.json_text, encoding="utf-8")

    @property
    def link_weight(self) -> float:
        """From how many bits on pairs are linked."""
        return json.loads(self.json_text)["link_weight"]

    @property
    def fields(self) -> list[dict[str, Any]]:
        return json.loads(self.json_text)["fields"]


@dataclass(frozen=True)
class Training:
    """A model, and what is expected of it."""

    model: Model
    rules: list[dict[str, Any]]  # Blocking rules: pairs, recall, added_recall, chosen.
    notes: list[str]
    matches: float
    expected_recall: float
    expected_precision: float


@dataclass(frozen=True)
class Decisions:
    """What people decided, by ids; and NHS numbers that were replaced, the old one first."""

    always_link: Iterable[tuple[str, str]] = ()
    never_link: Iterable[tuple[str, str]] = ()
    superseded_nhs_numbers: Iterable[tuple[str, str]] = ()

    def _as_json(self) -> dict[str, list[list[str]]]:
        names = ("always_link", "never_link", "superseded_nhs_numbers")
        return {name: [[str(a), str(b)] for a, b in getattr(self, name)] for name in names}


@dataclass(frozen=True)
class Linked:
    """Which rows are one.

    `clusters`: id, cluster (the least id in it); of several tables also `table`, from 1 on, and cluster is "1:id".
    `clerical`: id_a, id_b, reason, weight in bits, information in bits; first what tells most.
    `pairs`: how many were compared. `skipped_blocks`: too many rows agree on these rules; they were not paired by them.
    """

    clusters: pa.Table
    clerical: pa.Table
    pairs: int
    pairs_by_rule: list[dict[str, Any]]
    skipped_blocks: list[dict[str, Any]]
    placeholders: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Explanation:
    """Why a pair weighs what it weighs. `text` is for people; `data` has the same, step by step."""

    text: str
    data: dict[str, Any]

    @property
    def weight(self) -> float:
        """In bits: one more doubles the odds that both are one."""
        return self.data["weight"]

    @property
    def probability(self) -> float:
        return self.data["probability"]

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Quality:
    precision: float
    recall: float
    f1: float
    weight: float  # From which pairs are taken; in bits.


@dataclass(frozen=True)
class Evaluation:
    """How right a linkage is, where a column knows the truth."""

    records: int
    true_pairs: int
    pair_own: Quality
    pair_best: Quality
    cluster_own: Quality
    blocking_recall: float
    recall_at_precision_999: float
    cluster_recall_at_precision_999: float
    twins: int
    twins_merged: int


def _threads(threads: int | None) -> int:
    return threads if threads is not None else len(os.sched_getaffinity(0))


def _as_text(column: pa.ChunkedArray | pa.Array) -> pa.ChunkedArray | pa.Array:
    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_null(kind):
        return column
    if pa.types.is_timestamp(kind):
        return pc.strftime(column, format="%Y-%m-%d")
    return pc.cast(column, pa.large_string())


def _tables_of(tables: Tables) -> list[pa.Table]:
    several = tables if isinstance(tables, (list, tuple)) else [tables]
    return [one if isinstance(one, pa.Table) else pa.table(one) for one in several]


def _read(tables: Tables, id: str | None, threads: int | None, across_tables: bool, labels: Sequence[str] = (),
          **settings: Any) -> _native.Handle:
    read = _tables_of(tables)
    if across_tables and len(read) < 2:
        raise LinkageError([Problem("Records of different tables are to be linked, but there is one.", "across_tables",
                                    "Give a list of at least two tables.")])
    settings |= {"columns": [table.column_names for table in read], "id": id or "", "threads": _threads(threads),
                 "labels": list(labels)}
    records = _native.Handle("records", _native.call("records_new", json.dumps(settings)))
    for number, table in enumerate(read):
        wanted = _native.call_json("records_wanted", records.address, number)
        texts = pa.table({name: _as_text(table.column(name)) for name in wanted})
        for batch in texts.to_batches(max_chunksize=250_000):
            _native.give_batch("records_add", records.address, number, batch=batch)
    _native.call("records_finish", records.address)
    return records


def _options(threads: int | None, across_tables: bool, **more: Any) -> str:
    return json.dumps({"threads": _threads(threads), "pairing": "across_tables" if across_tables else "all", **more})


def train_with_report(table: Tables, *, fields: Mapping[str, Any], id: str | None = None, across_tables: bool = False,
                      pairs_per_record: float = 6, precision: float = 0.99, seed: int = 1,
                      threads: int | None = None) -> Training:
    """As `train`, with the blocking rules that were tried and what is expected of the model."""
    records = _read(table, id, threads, across_tables, map=json.dumps(fields))
    options = _options(threads, across_tables, pairs_per_record=pairs_per_record, precision=precision, seed=seed)
    learnt = _native.call_json("train", records.address, options)
    return Training(model=Model(learnt.pop("model")), **learnt)


def train(table: Tables, *, fields: Mapping[str, Any], id: str | None = None, across_tables: bool = False,
          pairs_per_record: float = 6, precision: float = 0.99, seed: int = 1, threads: int | None = None) -> Model:
    """Learns a model from the records themselves; nobody has to say which of them match.

    fields: what columns mean, `{"dob": "birth_date", "street": "address"}`; the kinds are in the guide to linkage.
    id: the column with the ids; none: the number of the row, from 1 on.
    across_tables: `table` is a list, and only records of different tables are to be linked.
    pairs_per_record: how many pairs may be looked at. precision: that is expected of linked pairs at least.
    threads: none: as many as there are processors. The model is the same for any number of them.
    """
    return train_with_report(table, fields=fields, id=id, across_tables=across_tables,
                             pairs_per_record=pairs_per_record, precision=precision, seed=seed, threads=threads).model


def _linked(records: _native.Handle, linked: _native.Handle) -> Linked:
    _, clusters = _native.take_batch("linked_clusters", linked.address)
    _, clerical = _native.take_batch("linked_clerical", linked.address)
    return Linked(clusters=pa.Table.from_batches([clusters]), clerical=pa.Table.from_batches([clerical]),
                  **_native.call_json("linked_statistics", linked.address),
                  **_native.call_json("records_notes", records.address))


def link(table: Tables, model: Model, *, id: str | None = None, decisions: Decisions | None = None,
         across_tables: bool = False, threads: int | None = None) -> Linked:
    """Which rows are one. Neither the order of the rows nor the number of threads makes a difference."""
    records = _read(table, id, threads, across_tables, model=model.json_text)
    more = {} if decisions is None else {"decisions": decisions._as_json()}
    address = _native.call("link", records.address, model.json_text, _options(threads, across_tables, **more))
    return _linked(records, _native.Handle("linked", address))


def weigh(table: Tables, model: Model, *, least: float, id: str | None = None, across_tables: bool = False,
          threads: int | None = None) -> pa.Table:
    """All pairs from `least` bits on: id_a, id_b (id_a < id_b), weight in thousandths of a bit."""
    records = _read(table, id, threads, across_tables, model=model.json_text)
    _, pairs = _native.take_batch("weigh", records.address, model.json_text, float(least),
                                  _options(threads, across_tables))
    return pa.Table.from_batches([pairs])


def explain(table: Tables, model: Model, a: Any, b: Any, *, id: str | None = None,
            threads: int | None = None) -> Explanation:
    """Why two records, named by their ids, are or are not one."""
    records = _read(table, id, threads, False, model=model.json_text)
    return Explanation(**_native.call_json("explain", records.address, model.json_text, str(a), str(b)))


def evaluate(table: Tables, model: Model, *, truth: str, household: str | None = None, id: str | None = None,
             across_tables: bool = False, threads: int | None = None) -> Evaluation:
    """How right the model's linkage is. `truth`: the column that knows who is who; `household`: for counting twins."""
    labels = [truth] + ([household] if household else [])
    records = _read(table, id, threads, across_tables, labels=labels, model=model.json_text)
    options = _options(threads, across_tables)
    linked = _native.Handle("linked", _native.call("link", records.address, model.json_text, options))
    found = _native.call_json("evaluate", records.address, linked.address, model.json_text, options)
    qualities = {name: Quality(**found.pop(name)) for name in ("pair_own", "pair_best", "cluster_own")}
    return Evaluation(**found, **qualities)
