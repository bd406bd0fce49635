"""Linkage on Spark beside the same on one machine, in one run: CPU seconds, and whether the results are the same.

    python bench/linkage/spark.py PEOPLE.csv [--fields MAP.json] [--partitions N] [--model MODEL.json]

PEOPLE.csv is what `guildhall synth --people` writes: 503000 children make a million rows. Needs the wheel (scripts/wheel)
and pyspark. The CPU seconds of Spark are those of its Java machine and of its Python workers, from the first row read
to the last cluster, without starting the session; the rows come from Parquet. Those of one machine are from the Arrow
table to the clusters.
"""

import argparse
import hashlib
import json
import os
import sys
import tempfile
import time
from pathlib import Path

import pyarrow as pa
from pyarrow import csv, parquet

import guildhall_linkage as linkage


def checksum(table):
    """Of all rows, in whatever order."""
    total = 0
    for row in zip(*(column.to_pylist() for column in table.columns)):
        total += int.from_bytes(hashlib.blake2b("\0".join(map(str, row)).encode(), digest_size=8).digest(), "big")
    return f"{total % 2**64:016x}"


def cpu_of_descendants():
    """Of all processes that this one has started and theirs, those that have ended included: without this one itself."""
    ticks = os.sysconf("SC_CLK_TCK")
    parents, seconds = {}, {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        parents[int(entry.name)] = int(fields[1])
        seconds[int(entry.name)] = sum(map(int, fields[11:15])) / ticks
    total = 0.0
    for process in parents:
        above = process
        while above in parents and above != os.getpid():
            above = parents[above]
        if above == os.getpid() and process != above:
            total += seconds[process]
    return total


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("people")
    parser.add_argument("--fields", default=str(Path(__file__).with_name("maps") / "people_nhs.json"))
    parser.add_argument("--partitions", type=int, nargs="*", default=[2])
    parser.add_argument("--pairs-per-record", type=float, default=6)
    arguments = parser.parse_args()
    fields = json.loads(Path(arguments.fields).read_text(encoding="utf-8"))
    texts = {name: pa.string() for name in [*fields, "rec_id"]}
    people = csv.read_csv(arguments.people, convert_options=csv.ConvertOptions(column_types=texts))
    model = linkage.train(people, fields=fields, id="rec_id", pairs_per_record=arguments.pairs_per_record)

    before, started = time.process_time(), time.time()
    linked = linkage.link(people, model, id="rec_id")
    native_cpu, native_wall = time.process_time() - before, time.time() - started
    least = json.loads(model.to_json())["review_weight"]
    edges = linkage.weigh(people, model, least=least, id="rec_id")
    wanted = (linked.pairs, edges.num_rows, checksum(edges), checksum(linked.clusters))
    print(f"{'':24} {'CPU s':>7} {'wall s':>7} {'pairs':>11} {'edges':>9}  checksums of edges and clusters")
    print(f"{'one machine':24} {native_cpu:7.1f} {native_wall:7.1f} {wanted[0]:11,} {wanted[1]:9,}  {wanted[2]} {wanted[3]}",
          flush=True)

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    from pyspark.sql import SparkSession

    from guildhall_linkage import spark

    session = (SparkSession.builder.master("local[2]").appName("linkage").config("spark.ui.enabled", "false")
               .config("spark.ui.showConsoleProgress", "false").config("spark.driver.memory", "3g").getOrCreate())
    session.sparkContext.setLogLevel("ERROR")
    same = True
    with tempfile.TemporaryDirectory() as folder:
        parquet.write_table(people, folder + "/people.parquet", row_group_size=125_000)
        for partitions in arguments.partitions:
            rows = session.read.parquet(folder + "/people.parquet")
            if partitions != 2:
                rows = rows.repartition(partitions)
            before, started = cpu_of_descendants(), time.time()
            found = spark.link(rows, model, id="rec_id", buckets=partitions)
            found.clusters.write.format("noop").mode("overwrite").save()  # Every row, but kept nowhere.
            cpu, wall = cpu_of_descendants() - before, time.time() - started
            edges = found.edges.toArrow()
            got = (found.pairs, edges.num_rows, checksum(edges), checksum(found.clusters.toArrow()))
            found.unpersist()
            print(f"{f'Spark, {partitions} partitions':24} {cpu:7.1f} {wall:7.1f} {got[0]:11,} {got[1]:9,}  {got[2]} {got[3]}"
                  f"  {'the same' if got == wanted else 'ANOTHER RESULT'}", flush=True)
            same &= got == wanted
    session.stop()
    sys.exit(0 if same else 1)


main()
