"""One CSV of the person rows of a county that `guildhall synth` made, with the truth: people_of.py FOLDER OUT.csv

Rows of social care, the school census and the NHS, in an order that says nothing. Transfer files are left out.
"""

import csv
import json
import random
import sys
from datetime import datetime

COLUMNS = (
    "rec_id source person_id household_id forename middle_names surname sex dob nhs_number upn address postcode".split()
)


def rows_of(path):
    with open(path, encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def sex_of(text):
    return text if text in ("F", "M") else ""


def social_care(folder, truth):
    homes, nhs_numbers, upns = {}, {}, {}
    for row in rows_of(f"{folder}/social_care/ssd_address.csv"):
        if row["addr_address_end_date"] == "" or row["addr_person_id"] not in homes:
            parts = json.loads(row["addr_address_json"])
            flat = "Flat " + parts["FLAT"] if parts["FLAT"] else ""
            lines = [flat, parts["HOUSE"], parts["STREET"], parts["TOWN"]]
            homes[row["addr_person_id"]] = (" ".join(filter(None, lines)), row["addr_address_postcode"])
    for row in rows_of(f"{folder}/social_care/ssd_linked_identifiers.csv"):
        if row["link_identifier_type"] == "Unique Pupil Number":
            upns[row["link_person_id"]] = row["link_identifier_value"]
        elif row["link_identifier_type"] == "NHS Number":
            nhs_numbers[row["link_person_id"]] = row["link_identifier_value"]
    for row in rows_of(f"{folder}/social_care/ssd_person.csv"):
        key = row["pers_person_id"]
        who = truth.get(("social_care/ssd_person.csv", key))
        if who:
            yield [
                "social_care", *who, row["pers_forename"], "", row["pers_surname"], sex_of(row["pers_sex"]),
                row["pers_dob"][:10], nhs_numbers.get(key, ""), upns.get(key, ""), *homes.get(key, ("", "")),
            ]  # fmt: skip


def census(folder, truth):
    homes = {}
    for row in rows_of(f"{folder}/education/addressesonroll.csv"):
        lines = " ".join(filter(None, [row["saon"], row["paon"], row["street"], row["town"]])) or row["addressline1"]
        homes[row["pupilonrolltableid"]] = (lines, row["postcode"])
    for row in rows_of(f"{folder}/education/pupilonroll.csv"):
        key = row["pupilonrolltableid"]
        who = truth.get(("education/pupilonroll.csv", key))
        if who:
            born = datetime.strptime(row["dob"][:11], "%Y-%b-%d").date().isoformat() if row["dob"] else ""
            yield [
                "education", *who, row["forename"], row["middlenames"], row["surname"], sex_of(row["sex"]), born, "",
                row["upn"], *homes.get(key, ("", "")),
            ]  # fmt: skip


def nhs(folder, truth):
    with open(f"{folder}/nhs/pds_patients.ndjson", encoding="utf-8") as file:
        for line in file:
            patient = json.loads(line)
            who = truth.get(("nhs/pds_patients.ndjson", patient["id"]))
            if who:
                name = patient.get("name", [{}])[0]
                given = name.get("given", [""])
                home = (patient.get("address") or [{}])[0]
                yield [
                    "nhs", *who, given[0], " ".join(given[1:]), name.get("family", ""),
                    {"male": "M", "female": "F"}.get(patient.get("gender"), ""), patient.get("birthDate", ""),
                    patient["id"], "", " ".join(home.get("line", [])[:2]), home.get("postalCode", ""),
                ]  # fmt: skip


def main():
    folder, out = sys.argv[1:]
    truth = {
        (row["file"], row["record_key"]): (row["person_id"], row["household_id"])
        for row in rows_of(f"{folder}/truth.csv")
    }
    rows = [*social_care(folder, truth), *census(folder, truth), *nhs(folder, truth)]
    random.Random(5).shuffle(rows)
    with open(out, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows([f"r{number:07d}", *row] for number, row in enumerate(rows))
    print(len(rows), "rows")


if __name__ == "__main__":
    main()
