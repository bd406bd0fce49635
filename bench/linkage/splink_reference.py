"""Splink 5 on DuckDB over one labelled file: the reference of bench/linkage, in the shape that `match evaluate` prints.

    splink_reference.py FILE.csv --fields MAP.json --id COLUMN --truth COLUMN

As an analyst would set it up from Splink's documentation: its own comparisons for names, dates and postcodes, term
frequencies, several blocking rules, u from random pairs, m by expectation-maximization on two or three rules, clusters at
a match probability of 0.95. The truth is looked at only when everything is done.
"""

import argparse
import json
import logging
import resource
import time

import duckdb
import pandas as pd
import splink.comparison_library as cl
from splink import Linker, SettingsCreator, block_on
from splink.backends.duckdb import DuckDBAPI

THRESHOLD = 0.95


def cpu_seconds():
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    )


def settings_for(fields):
    """Comparisons, rules to predict by, rules to train by, and rules that are hardly ever wrong, for columns by kind."""
    comparisons, predict, train, certain = [], [], [], []
    forename, surname, dob = fields.get("forename"), fields.get("surname"), fields.get("birth_date")
    postcode, address, locality = fields.get("postcode"), fields.get("address"), fields.get("locality")
    if forename and surname:
        comparisons.append(cl.ForenameSurnameComparison(forename, surname).configure(term_frequency_adjustments=True))
    if dob:
        comparisons.append(cl.DateOfBirthComparison(dob, input_is_string=True))
    if fields.get("sex"):
        comparisons.append(cl.ExactMatch(fields["sex"]))
    for kind in ("nhs_number", "upn", "identifier"):
        if fields.get(kind):
            comparisons.append(cl.DamerauLevenshteinAtThresholds(fields[kind], 1))
            predict.append(block_on(fields[kind]))
            certain.append(block_on(fields[kind]))
    if fields.get("email"):
        comparisons.append(cl.EmailComparison(fields["email"]))
        predict.append(block_on(fields["email"]))
    if postcode:
        comparisons.append(cl.PostcodeComparison(postcode))
    if address:
        comparisons.append(cl.JaroWinklerAtThresholds(address, [0.95, 0.88]))
    if locality:
        comparisons.append(cl.ExactMatch(locality).configure(term_frequency_adjustments=True))
    if forename and surname and dob:
        predict += [
            block_on(surname, dob),
            block_on(forename, dob),
            block_on(forename, surname, f"substr({dob}, 1, 4)"),
        ]
        train = [block_on(forename, surname), block_on(dob)]
        certain.append(block_on(forename, surname, dob))
    if postcode and dob:
        predict += [block_on(postcode, dob)]
    if postcode and forename:
        predict += [block_on(postcode, forename)]
    if postcode and surname:
        predict += [block_on(postcode, surname, f"substr({forename}, 1, 1)")]
    if locality and not postcode:
        predict += [block_on(surname, locality), block_on(forename, locality)]
    return comparisons, predict, train, certain


def quality(right, taken, total):
    return {
        "precision": right / taken if taken else 1,
        "recall": right / total if total else 1,
        "f1": 2 * right / (taken + total) if taken + total else 1,
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    for option in ("fields", "id", "truth"):
        parser.add_argument("--" + option, required=True)
    arguments = parser.parse_args()
    logging.getLogger("splink").setLevel(logging.ERROR)

    with open(arguments.fields, encoding="utf-8") as file:
        columns = json.load(file)
    fields, joined = {}, {}
    for column, kind in columns.items():
        if kind in fields:  # Several columns of a kind: one text.
            joined.setdefault(kind, [fields[kind]]).append(column)
        else:
            fields[kind] = column
    for kind, parts in joined.items():
        fields[kind] = "joined_" + kind

    seconds, started = {}, time.time()
    connection = duckdb.connect()
    texts = ", ".join(
        f"nullif(concat_ws(' ', {', '.join(chr(34) + part + chr(34) for part in parts)}), '') as joined_{kind}"
        for kind, parts in joined.items()
    )
    wanted = sorted({column for column in fields.values() if not column.startswith("joined_")} | {arguments.id})
    connection.execute(
        "create table people as select "
        + ", ".join(f"nullif(trim(cast(\"{column}\" as varchar)), '') as \"{column}\"" for column in wanted)
        + (", " + texts if texts else "")
        + f" from read_csv('{arguments.file}', all_varchar=true)"
    )
    if "birth_date" in fields:  # FEBRL writes 19990231.
        dob = fields["birth_date"]
        connection.execute(
            f"update people set \"{dob}\" = substr(\"{dob}\", 1, 4) || '-' || substr(\"{dob}\", 5, 2) || '-' || "
            f"substr(\"{dob}\", 7, 2) where regexp_matches(\"{dob}\", '^[0-9]{{8}}$')"
        )
    seconds["load"] = time.time() - started

    mark = time.time()
    comparisons, predict, train, certain = settings_for(fields)
    api = DuckDBAPI(connection)
    people = api.register("people")
    linker = Linker(
        people,
        SettingsCreator(
            link_type="dedupe_only",
            unique_id_column_name=arguments.id,
            comparisons=comparisons,
            blocking_rules_to_generate_predictions=predict,
            retain_matching_columns=False,
        ),
        log_level=logging.ERROR,
    )
    linker.training.estimate_probability_two_random_records_match(certain, recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in train:
        linker.training.estimate_parameters_using_expectation_maximisation(
            rule, estimate_without_term_frequencies=True, max_pairs=1e6
        )
    seconds["train"] = time.time() - mark

    mark = time.time()
    predictions = linker.inference.predict(threshold_match_probability=0.001)
    seconds["score"] = time.time() - mark
    mark = time.time()
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
        predictions, threshold_match_probability=THRESHOLD
    )
    seconds["cluster"] = time.time() - mark
    seconds["total"] = time.time() - started
    cpu, peak = cpu_seconds(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

    # From here the truth is looked at.
    truth = connection.execute(
        f"select \"{arguments.id}\" as id, \"{arguments.truth}\" as truth "
        f"from read_csv('{arguments.file}', all_varchar=true)"
    ).df()
    total = int((truth.groupby("truth").size().map(lambda n: n * (n - 1) // 2)).sum())
    who = truth.set_index("id")["truth"]
    pairs = predictions.as_pandas_dataframe()[["match_probability", arguments.id + "_l", arguments.id + "_r"]]
    pairs["right"] = pairs[arguments.id + "_l"].map(who).to_numpy() == pairs[arguments.id + "_r"].map(who).to_numpy()
    own = pairs[pairs["match_probability"] >= THRESHOLD]
    ranked = pairs.sort_values("match_probability", ascending=False)
    right = ranked["right"].cumsum().to_numpy()
    taken = pd.Series(range(1, len(ranked) + 1)).to_numpy()
    f1 = 2 * right / (taken + total)
    at = int(f1.argmax()) if len(f1) else 0
    safe = right[right / taken >= 0.999] if len(right) else []
    members = clusters.as_pandas_dataframe()[["cluster_id", arguments.id]]
    members["truth"] = members[arguments.id].map(who).to_numpy()
    half = lambda sizes: int((sizes * (sizes - 1) // 2).sum())  # noqa: E731
    both = half(members.groupby(["cluster_id", "truth"]).size())
    print(
        json.dumps(
            {
                "records": len(truth),
                "true_pairs": total,
                "pairs": {"kept": len(pairs)},
                "pair": {
                    "own": quality(int(own["right"].sum()), len(own), total),
                    "best": quality(int(right[at]), int(taken[at]), total) if len(right) else quality(0, 0, total),
                },
                "cluster": {"own": quality(both, half(members.groupby("cluster_id").size()), total)},
                "recall_at_precision_999": float(max(safe)) / total if len(safe) else 0,
                "seconds": {name: round(took, 3) for name, took in seconds.items()},
                "cpu_seconds": round(cpu, 3),
                "peak_mb": round(peak),
            }
        )
    )


if __name__ == "__main__":
    main()
