"""The rows that tests link: labelled people where they are, else invented ones."""

import json
import os
from pathlib import Path

import pyarrow as pa
from pyarrow import csv

FIELDS = {"forename": "forename", "surname": "surname", "sex": "sex", "dob": "birth_date", "nhs_number": "nhs_number",
          "address": "address", "postcode": "postcode"}


def people(rows):
    """The first rows of the file that tests/system/python_wheel.sh has chosen."""
    texts = {name: pa.string() for name in FIELDS}
    return csv.read_csv(os.environ["PEOPLE"], convert_options=csv.ConvertOptions(column_types=texts)).slice(0, rows)


def review_weight(model):
    return json.loads(model.to_json())["review_weight"]


def rows_of(table):
    return set(zip(*(column.to_pylist() for column in table.columns)))
