"""Linkage from Python, on one machine."""

import datetime
import pickle

import pyarrow as pa
import pyarrow.compute as pc
from people import FIELDS, people, rows_of
from statements import finish, problems_of, state

import guildhall_linkage as linkage

table = people(100_000)
training = linkage.train_with_report(table, fields=FIELDS, id="rec_id")
model = training.model
state("a model is learnt", model.link_weight > -10 and any(rule["chosen"] for rule in training.rules))
state("the same on one thread", linkage.train(table, fields=FIELDS, id="rec_id", threads=1) == model)
state("its JSON is read back as the same", linkage.Model.from_json(model.to_json()) == model)

linked = linkage.link(table, model, id="rec_id")
state("every row has a cluster", set(linked.clusters["id"].to_pylist()) == set(table["rec_id"].to_pylist()))
state("which is named by its least id", all(c <= i for i, c in rows_of(linked.clusters)))
state("pairs are counted by rule", linked.pairs == sum(rule["pairs"] for rule in linked.pairs_by_rule) > 0)
state("doubtful pairs have a reason", len(set(linked.clerical["reason"].to_pylist())) > 1)
found = linkage.evaluate(table, model, id="rec_id", truth="person_id")
state(f"cluster F1 is at least 0.98: {found.cluster_own.f1:.4f}", found.cluster_own.f1 >= 0.98)

# The same values in other shapes.
reversed_rows = table.take(pa.array(range(table.num_rows - 1, -1, -1)))
state("the order of the rows makes no difference", rows_of(linkage.link(reversed_rows, model, id="rec_id").clusters) == rows_of(linked.clusters))
texts = {name: table[name].cast(pa.string()) for name in ["rec_id", *FIELDS]}
shapes = {
    "large strings": pa.table({name: column.cast(pa.large_string()) for name, column in texts.items()}),
    "dictionaries": pa.table({name: column.dictionary_encode() for name, column in texts.items()}),
    "slices, with offsets": pa.concat_tables([pa.table(texts).slice(0, 777), pa.table(texts).slice(777)]),
    "nulls instead of empty texts": pa.table({name: pc.if_else(pc.equal(column, ""), None, column) for name, column in texts.items()}),
}
for name, shape in shapes.items():
    state(name + " give the same", rows_of(linkage.link(shape, model, id="rec_id").clusters) == rows_of(linked.clusters))

# A few people, by hand.
few = pa.table({
    "id": [1, 2, 3, 4, 5, 6],
    "forename": ["Katherine", "Kate", "Tom", "Thomas", None, "Zoë"],
    "surname": ["Archer", "Archer", "Ambridge", "Ambridge", "Grundy", "Grundy"],
    "dob": pa.array([datetime.date(2014, 3, 12)] * 2 + [datetime.date(2011, 1, 5)] * 2 + [datetime.date(2010, 9, 9)] * 2),
    "postcode": ["WX1 1AA", "WX1 1AA", "WX2 2BB", "WX2 2BB", "WX3 3CC", "WX3 3CC"],
})
fields = {"forename": "forename", "surname": "surname", "dob": "birth_date", "postcode": "postcode"}
small = linkage.train(few, fields=fields, id="id")
why = linkage.explain(few, small, 1, 2, id="id")
state("a pair is explained in words", "Two forms of one forename: KATHERINE and KATE" in why.text)
state("and as data", why.data["steps"][0]["comparison"] == "forename" and abs(why.weight - why.data["weight"]) < 1e-9)
decided = linkage.link(few, small, id="id", decisions=linkage.Decisions(never_link=[("1", "2")]))
clusters = dict(rows_of(decided.clusters))
state("what a person has separated stays apart", clusters["1"] != clusters["2"])
halves = linkage.link([few.slice(0, 3), few.slice(3)], small, id="id", across_tables=True)
state("several tables have their numbers", set(halves.clusters["table"].to_pylist()) == {1, 2})
state("and records of one table are not linked", not any(a == b for a, b in zip(halves.clerical["table_a"].to_pylist(), halves.clerical["table_b"].to_pylist())))

# What can't be is said, with where and remedy.
wrong = problems_of(linkage.LinkageError, lambda: linkage.train(few, fields={"forenam": "forename"}, id="id"))
state("a column that is not there, with the likely one", wrong[0].remedy == 'Perhaps "forename".')
wrong = problems_of(linkage.LinkageError, lambda: linkage.Model.from_json(small.to_json().replace('"m": 0', '"m": 7')))
state("a model with a probability of 7", "probability" in wrong[0].what)
wrong = problems_of(linkage.LinkageError, lambda: linkage.link(pa.concat_tables([few, few]), small, id="id"))
state("an id that is there twice, each of them", len(wrong) == 6 and "twice" in wrong[0].what)
wrong = problems_of(linkage.LinkageError, lambda: linkage.explain(few, small, 1, 99, id="id"))
state("an id that is not there", wrong[0].where == "99")
wrong = problems_of(linkage.LinkageError, lambda: linkage.link(few.slice(0, 0), small, id="id"))
state("no rows", "no rows" in wrong[0].what)
wrong = problems_of(linkage.LinkageError, lambda: linkage.link(few, small, id="id", across_tables=True))
state("one table across tables", wrong[0].where == "across_tables")
bytes_ = pa.StringArray.from_buffers(1, pa.py_buffer(b"\0\0\0\0\4\0\0\0"), pa.py_buffer(b"Zo\xe9y"))
bad = pa.table({name: few.slice(0, 1)[name] if name != "forename" else pa.chunked_array([bytes_]) for name in few.column_names})
wrong = problems_of(linkage.LinkageError, lambda: linkage.link(bad, small, id="id"))
state("bytes that are not UTF-8, with their column", wrong and "forename" in wrong[0].where)
state("problems cross between processes", pickle.loads(pickle.dumps(linkage.LinkageError(wrong))).problems == wrong)
finish()
