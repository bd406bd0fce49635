#!/usr/bin/env bash
# Linkage from Python, as an analyst does: the wheel is installed into an environment of its own, links Arrow tables, and
# gives the same on Spark. On the labelled people of ../shared where they are, else on invented ones.
set -u
cd "$(dirname "$0")/../.."
source tests/system/statements.sh
guildhall=$(realpath "${GUILDHALL:-build/dev/guildhall}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
wheel=$(scripts/wheel "${GUILDHALL_PRESET:-dev}" 2> "$work/wheel.log") || cat "$work/wheel.log"
state "the wheel is built" test -f "$wheel"
[ -x build/venv/bin/python ] || python3 -m venv build/venv
build/venv/bin/pip install -q -r python/requirements-test.txt > "$work/pip.log" 2>&1 || cat "$work/pip.log"
build/venv/bin/pip install -q --no-index --no-deps --force-reinstall "$wheel" >> "$work/pip.log" 2>&1 || cat "$work/pip.log"
state "it installs" build/venv/bin/python -c "import guildhall_linkage"
library=$(build/venv/bin/python -c "import guildhall_linkage as g; print(g.__path__[0] + '/_linkage.so')")
needed() { readelf -d "$library" | sed -nE 's/.*NEEDED.*\[(.*)\]/\1/p' | sort | tr '\n' ' '; }
state "its library needs the C library alone" test "$(needed | sed -E 's/ld-linux[^ ]* //')" = "libc.so.6 libm.so.6 "
shown() { nm -D --defined-only "$library" | awk '{print $3}' | grep -v '^guildhall_linkage_'; }
state "and shows its own functions alone" test -z "$(shown)"

PEOPLE=$(realpath -m "${GUILDHALL_SHARED:-../shared}")/data/linkage/people100k.csv
if [ ! -f "$PEOPLE" ]; then
  PEOPLE=$work/people.csv
  "$guildhall" synth --children 20000 --seed 1 --people "$PEOPLE" > "$work/synth.log"
fi
export PEOPLE
# run NAME: a file of statements, which are counted with ours.
run() {
  build/venv/bin/python "python/tests/$1.py" > "$work/$1.log" 2> "$work/$1.err"
  grep -E '^(ok|FAIL) ' "$work/$1.log"
  local p=0 f=0
  read -r p f _ <<< "$(tail -1 "$work/$1.log" | grep -E '^[0-9]+ passed' | grep -oE '[0-9]+' | tr '\n' ' ')"
  if [ -z "${p:-}" ]; then
    state "$1 runs to its end" false
    tail -20 "$work/$1.err"
  else
    passed=$((passed + p)) failed=$((failed + f))
  fi
}
run test_linkage
run test_spark
finish
