#!/usr/bin/env bash
# The main job from the command line, as an operator does it: invented extracts in, golden records out, on SQLite and on
# PostgreSQL. Also what happens to files that are not what they should be.
set -u
cd "$(dirname "$0")/../.."
source tests/system/statements.sh
guildhall=${GUILDHALL:-build/dev/guildhall}
shared=${GUILDHALL_SHARED:-$(realpath -m ../shared)}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

contains() { grep -qF -- "$2" "$1"; }
# A report line of `load` says: N rows read = A accepted + Q quarantined + R rejected.
adds_up() {
  awk '/rows read = /{
         for (i = 1; i <= NF; ++i) {
           if ($i == "rows") read = $(i - 1); if ($i == "accepted") a = $(i - 1)
           if ($i == "quarantined") q = $(i - 1); if ($i == "rejected") r = $(i - 1)
         }
         lines++; if (read != a + q + r) wrong++
       } END { exit !(lines > 0 && wrong == 0) }' "$1"
}
extracts_of() { find "$1" -type f ! -name truth.csv | sort; }
source_of() { case "$1" in */social_care/*) echo social_care ;; */education/*) echo education ;; *) echo nhs ;; esac; }

# ---- Invented extracts

for run in one two; do "$guildhall" synth --children 3000 --seed 7 --out "$work/$run" > "$work/$run.log" || true; done
"$guildhall" synth --children 3000 --seed 8 --out "$work/other" > /dev/null
state "the same seed gives the same bytes" diff -rq "$work/one" "$work/two"
state "another seed gives others" test "$(diff -rq "$work/one" "$work/other" | wc -l)" -gt 10
"$guildhall" synth --children 0 --out "$work/none" 2> "$work/refused" > /dev/null
state "no children are refused in words that help" contains "$work/refused" "--children"
"$guildhall" synth --children 3000 --seed 7 --people "$work/tables/people.csv" > "$work/people.log"
state "all person rows are written in one table" test \
  "$(wc -l < "$work/tables/people.csv")" = "$(wc -l < "$work/one/truth.csv")"
state "  … and nothing else" test "$(find "$work/tables" -type f | wc -l)" = 1
"$guildhall" synth --children 3000 --seed 7 --out "$work/both" --people "$work/people.csv" > /dev/null
state "  … the same beside the extracts, which are as without it" \
  test "$(diff -rq "$work/one" "$work/both"; cmp "$work/people.csv" "$work/tables/people.csv")" = ""
"$guildhall" synth --children 3000 2> "$work/refused" > /dev/null
state "nowhere to write is refused" contains "$work/refused" "--out"

# ---- The job, on one kind of database. $1: its name; the rest: the options that say where it is.

the_job() {
  local on=$1
  shift
  local where=("$@") log=$work/$on
  "$guildhall" env create council "${where[@]}" > "$log.env"
  state "$on: an environment is created and listed" contains <("$guildhall" env list "${where[@]}") council
  "$guildhall" env create council "${where[@]}" 2> "$log.twice" > /dev/null
  state "$on: a second of that name is refused" test -s "$log.twice"
  "$guildhall" env create "Bad Name" "${where[@]}" 2> "$log.name" > /dev/null
  state "$on: a name that can't be one is refused" test -s "$log.name"

  local file
  while read -r file; do
    "$guildhall" load "$(source_of "$file")" "$file" --as-of 2026-11-02 --test-numbers "${where[@]}" >> "$log.load" 2>> "$log.errors"
  done < <(extracts_of "$work/one")
  state "$on: every row is accepted, quarantined or rejected" adds_up "$log.load"
  state "$on: nothing fails to load" test ! -s "$log.errors"
  local person="$work/one/social_care/ssd_person.csv"
  "$guildhall" load social_care "$person" --as-of 2026-11-02 --test-numbers "${where[@]}" > "$log.again" 2>&1
  state "$on: the same file again changes nothing" contains "$log.again" "already loaded, nothing changed"

  "$guildhall" match run "${where[@]}" > "$log.match"
  "$guildhall" match evaluate "$work/one/truth.csv" "${where[@]}" > "$log.truth"
  echo "      $(head -1 "$log.truth")"
  state "$on: no golden record holds two valid NHS numbers" contains "$log.truth" "0 hold two different valid NHS numbers"
  state "$on: pair precision is at least 0.995" awk '/^pair precision/{exit !($3 + 0 >= 0.995)}' "$log.truth"
  "$guildhall" match run "${where[@]}" > "$log.rematch"
  state "$on: matching again changes nothing" contains "$log.rematch" "(0 new, 0 changed, 0 merged, 0 split)"

  # Killed in the middle, then loaded again: as if nothing had happened.
  "$guildhall" env create disturbed "${where[@]}" > /dev/null
  local patients="$work/one/nhs/pds_patients.ndjson" killed=0 try
  for try in 1 2 3 4 5 6; do
    "$guildhall" load nhs "$patients" --as-of 2026-11-02 --test-numbers --env disturbed "${where[@]}" > "$log.disturbed" 2>&1 &
    local loading=$!
    sleep "0.0$((try * 15))"  # Each try lets it get a little further.
    if kill -9 "$loading" 2> /dev/null; then killed=$((killed + 1)); fi
    wait "$loading" 2> /dev/null
  done
  "$guildhall" load nhs "$patients" --as-of 2026-11-02 --test-numbers --env disturbed "${where[@]}" > "$log.disturbed" 2>&1
  local undisturbed
  undisturbed=$(grep -oE '[0-9]+ rows read = [0-9]+ accepted' <(grep pds_patients "$log.load"))
  state "$on: after kill -9 ($killed times) the load is complete, nothing lost, nothing twice" contains "$log.disturbed" "$undisturbed"

  "$guildhall" audit verify "${where[@]}" > "$log.audit"
  state "$on: the audit log is whole" contains "$log.audit" "each as it was written"
  "$guildhall" env destroy disturbed "${where[@]}" 2> "$log.destroy" > /dev/null
  state "$on: destroying asks for the name again" contains "$log.destroy" "--confirm disturbed"
  "$guildhall" env destroy disturbed --confirm disturbed "${where[@]}" > /dev/null
  state "$on: a destroyed environment is gone" test "$("$guildhall" env list "${where[@]}" | grep -c disturbed)" = 0
}

if [ -z "${GUILDHALL_TEST_POSTGRES:-}" ]; then
  the_job sqlite --data "$work/data"
  if ls /usr/lib/postgresql/*/bin/initdb > /dev/null 2>&1; then
    GUILDHALL_ONLY_JOB=1 scripts/with_postgres bash "$0" > "$work/postgres.out" 2>&1
    sed '$d' "$work/postgres.out" | grep -vE ' the same seed| another seed | no children | person rows | … and nothing else| … the same beside | nowhere to write '
    read -r p f s <<<"$(tail -1 "$work/postgres.out" | grep -oE '[0-9]+' | tr '\n' ' ')"
    passed=$((passed + ${p:-0} - 7)); failed=$((failed + ${f:-1})); skipped=$((skipped + ${s:-0}))
  else
    skip "PostgreSQL is not installed"
  fi
else
  the_job postgres --data "$work/data" --database "$GUILDHALL_TEST_POSTGRES"
fi
if [ -n "${GUILDHALL_ONLY_JOB:-}" ]; then finish; exit; fi

# ---- Files that are not what they should be. Each says what is wrong and how to mend it; memory stays bounded.

refused() { # $1: the statement; $2: words of the message; $3: source; $4: file
  (ulimit -v 3000000; "$guildhall" load "$3" "$4" --data "$work/data") > "$work/bad" 2>&1
  local status=$?
  state "$1" test "$status" = 1
  state "  … and says: $2" grep -qi -- "$2" "$work/bad"
}
printf 'PK\003\004\024\000\000\000\010\000' > "$work/zip.csv"
refused "a zip file is refused" "zip" education "$work/zip.csv"
printf '<?xml version="1.0"?>\n<CTfile><CTFpupilData><Pupil><UPN>A</UPN></Pupi' > "$work/885LLLL_CTF_broken.xml"
refused "a broken XML is refused" "885LLLL_CTF_broken.xml.*cut off" education "$work/885LLLL_CTF_broken.xml"
printf '<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY b "bbbb">]>\n<CTfile>&b;</CTfile>' > "$work/bomb.xml"
refused "an entity bomb is refused" "DOCTYPE" education "$work/bomb.xml"
printf 'pers_person_id,colour\n1,green\n' > "$work/ssd_person.csv"
refused "a wrong header is refused" "missing" social_care "$work/ssd_person.csv"
printf '\377\376p\000e\000r\000s\000' > "$work/utf16.csv"
refused "UTF-16 is refused" "UTF-8" social_care "$work/utf16.csv"
: > "$work/empty.csv"
refused "an empty file is refused" "empty" social_care "$work/empty.csv"
truncate -s 2G "$work/huge.csv"
refused "a file of 2 GB is refused" "GB\|large" education "$work/huge.csv"
refused "a file that isn't there is refused" "opened\|no such\|not there" education "$work/nothing.csv"
refused "an unknown source is refused" "source" housing "$work/one/education/pupilonroll.csv"

{ head -1 "$work/one/social_care/ssd_person.csv"; sed -n 2,4p "$work/one/social_care/ssd_person.csv"
  printf 'X1,,9990000018,Evans,F,,,2014-03-12,,,,,,,\n'; printf 'X2,,Zo\353,Evans,F,,,2014-03-12,,,,,,,\n'; } > "$work/mixed.csv"
cp "$work/mixed.csv" "$work/ssd_person_mixed.csv"
"$guildhall" load social_care "$work/ssd_person_mixed.csv" --data "$work/data" > "$work/mixed.log" 2>&1
state "a wrong encoding in one row loses that row alone, and the counts add up" adds_up "$work/mixed.log"
state "  … and it is rejected" contains "$work/mixed.log" "1 rejected"

# ---- The public samples

if [ -d "$shared/data/extracts" ]; then
  extracts=$shared/data/extracts
  "$guildhall" env create samples --data "$work/data" > /dev/null
  samples() { "$guildhall" load "$1" "${@:2}" --env samples --data "$work/data" > "$work/samples.log" 2>> "$work/samples.errors"; }
  samples social_care "$extracts"/cin-census/samples/fake_CIN_data.xml
  state "the CIN census sample is read" adds_up "$work/samples.log"
  samples social_care "$extracts"/ssda903/samples/*.csv
  state "the SSDA903 samples are read" adds_up "$work/samples.log"
  samples education "$extracts"/school-census/samples/*.csv
  state "the school census samples are read" adds_up "$work/samples.log"
  samples nhs "$extracts"/fhir-pds/patientResponses/*.json
  state "the PDS samples are read" adds_up "$work/samples.log"
  "$guildhall" match run --env samples --data "$work/data" > "$work/samples.match"
  state "the samples are matched" grep -q "golden records" "$work/samples.match"
else
  skip "the public samples are not at $shared (GUILDHALL_SHARED)"
fi
finish
