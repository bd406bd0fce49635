"""Linkage on Spark gives what one machine gives: pairs, weights and clusters, on any number of partitions, and when a
Python worker or a whole executor is killed in the middle."""

import json
import os
import signal
import sys
import threading
import time
from pathlib import Path

import pyarrow as pa
from people import FIELDS, people, review_weight, rows_of
from pyspark.sql import SparkSession
from statements import finish, problems_of, state

import guildhall_linkage as linkage
from guildhall_linkage import spark

os.environ["PYSPARK_PYTHON"] = sys.executable
table = people(20_000).select(["rec_id", *FIELDS])
# What depends on all rows: a number that names nobody, names written in several ways, blocks that are too large.
columns = table.to_pydict()
columns["nhs_number"] = ["1234554321" if i % 250 == 7 else number for i, number in enumerate(columns["nhs_number"])]
for i in range(0, 20_000, 400):
    columns["surname"][i] = ("Ud-Din", "Uddin", "Ud Din", "Din-Uddin")[i // 400 % 4]
table = pa.table(columns)
learnt = json.loads(linkage.train(table, fields=FIELDS, id="rec_id").to_json())
learnt["largest_block"] = 6
model = linkage.Model.from_json(json.dumps(learnt))
linked = linkage.link(table, model, id="rec_id")
edges = rows_of(linkage.weigh(table, model, least=review_weight(model), id="rec_id"))
clusters = rows_of(linked.clusters)
state("the model skips blocks, and numbers are placeholders", linked.skipped_blocks and linked.placeholders)


def session(master):
    builder = SparkSession.builder.master(master).appName("linkage").config("spark.ui.enabled", "false")
    builder = builder.config("spark.ui.showConsoleProgress", "false").config("spark.executor.memory", "1g")
    started = builder.config("spark.driver.memory", "2g").config("spark.sql.shuffle.partitions", "2").getOrCreate()
    started.sparkContext.setLogLevel("OFF")
    return started


def descendants():
    """(process, its command) of all that this process and its children have started."""
    parents, commands = {}, {}
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit():
                parents[int(entry.name)] = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
                commands[int(entry.name)] = (entry / "cmdline").read_text().replace("\0", " ")
        except OSError:
            continue
    for process in parents:
        above = process
        while above in parents and above != os.getpid():
            above = parents[above]
        if above == os.getpid() and process != above:
            yield process, commands.get(process, ""), parents


def kill_in_the_middle(started, is_wanted, from_job, killed):
    """Once a job after `from_job` runs, kills one process that is wanted."""
    tracker = started.sparkContext.statusTracker()
    for _ in range(6_000):
        if any(job >= from_job for job in tracker.getActiveJobsIds()):
            for process, command, parents in descendants():
                if is_wanted(process, command, parents):
                    os.kill(process, signal.SIGKILL)
                    killed.append(process)
                    return
        time.sleep(0.01)


def same(found, statement):
    state(statement + ": the same pairs, by rule", found.pairs_by_rule == linked.pairs_by_rule)
    state(statement + ": the same edges and weights", rows_of(found.edges.toArrow()) == edges)
    state(statement + ": the same clusters", rows_of(found.clusters.toArrow()) == clusters)
    found.unpersist()


def frame(started):
    return started.createDataFrame(table)


def link_and_kill(started, is_wanted, what):
    killed = []
    first_job = max([0, *started.sparkContext.statusTracker().getJobIdsForGroup(None)]) + 4
    thread = threading.Thread(target=kill_in_the_middle, args=(started, is_wanted, first_job, killed))
    thread.start()
    found = spark.link(frame(started).repartition(2), model, id="rec_id", buckets=4)
    thread.join()
    state(what + " was killed", len(killed) == 1)
    same(found, f"though {what} was killed")


local = session("local[2,4]")
for partitions in (1, 2, 16):
    found = spark.link(frame(local).repartition(partitions), model, id="rec_id", buckets=partitions)
    same(found, f"{partitions} partitions")
def blocks(of):
    return sorted((one["rule"], one["records"]) for one in of.skipped_blocks)


state("skipped blocks are the same", blocks(found) == blocks(linked))
state("placeholders are the same", found.placeholders == linked.placeholders)
link_and_kill(local, lambda process, command, parents: "pyspark.daemon" in command and any(
    above == parents[process] and "pyspark.daemon" in other for above, other, _ in descendants()), "a Python worker")
twice = frame(local).union(frame(local).limit(1))
wrong = problems_of(linkage.LinkageError, lambda: spark.link(twice, model, id="rec_id"))
state("an id that is there twice is refused", len(wrong) == 1 and "twice" in wrong[0].what)
wrong = problems_of(linkage.LinkageError, lambda: spark.link(frame(local).drop("surname"), model, id="rec_id"))
state("a column that is not there is refused", wrong[0].where == "surname")
learnt.pop("words", None)
old = linkage.Model.from_json(json.dumps(learnt))
wrong = problems_of(linkage.LinkageError, lambda: spark.link(frame(local), old, id="rec_id"))
state("a model that does not know how frequent words are is refused", "how frequent" in wrong[0].what)
local.stop()

cluster = session("local-cluster[2,1,1024]")
link_and_kill(cluster, lambda process, command, parents: "CoarseGrainedExecutorBackend" in command, "an executor")
cluster.stop()
finish()
