#!/usr/bin/env bash
# Nothing that was acknowledged is lost and nothing happens twice, though the server is killed at random moments while
# cases are opened, paid, checked and printed: on SQLite, on PostgreSQL, and when PostgreSQL itself is stopped.
#
#   GUILDHALL_SEED=17 tests/system/processes_survive.sh     the same moments again
set -u
cd "$(dirname "$0")/../.."
source tests/system/statements.sh
guildhall=$(realpath "${GUILDHALL:-build/dev/guildhall}")
driver=$(realpath tests/system/processes_survive.mjs)
again=$(realpath "$0")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A letter, then a check and a payment in any order, then a short rest. Each step counts itself.
counted() { echo "<scriptTask id=\"$1\"><script>{$1: (if $1 = null then 0 else $1) + 1}</script></scriptTask>"; }
flows() {
  local before=$1 next
  shift
  for next; do
    echo "<sequenceFlow id=\"${before}_$next\" sourceRef=\"$before\" targetRef=\"$next\"/>"
    before=$next
  done
}
cat > "$work/permit.bpmn" << XML
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:guildhall="urn:guildhall:bpmn" id="permits">
  <message id="m" name="paid" guildhall:correlation="order"/>
  <process id="permit" name="Permit" isExecutable="true">
    <startEvent id="applied"/>
    <serviceTask id="letter" guildhall:work="letters"/>$(counted written)
    <parallelGateway id="fork"/>
    <userTask id="check"/>$(counted checked)
    <receiveTask id="pay" messageRef="m" guildhall:correlation="order"/>$(counted payments)
    <parallelGateway id="join"/>
    <intermediateCatchEvent id="rest"><timerEventDefinition><timeDuration>PT1S</timeDuration></timerEventDefinition></intermediateCatchEvent>
    $(counted rested)
    <endEvent id="issued"/>
    $(flows applied letter written fork check checked join rest rested issued)
    $(flows fork pay payments join)
  </process>
</definitions>
XML

# $1: the name of the run, and of its environment; $2, $3, $4: cases, kills of the server, stops of PostgreSQL; the
# rest: which database.
survives() {
  local on=$1 cases=$2 kills=$3 stops=$4 key
  shift 4
  mkdir "$work/$on"
  cd "$work/$on" || exit 1
  "$guildhall" env create "$on" "$@" > /dev/null
  set -- --env "$on" "$@"
  "$guildhall" council --name "Borsetshire County Council" --email hello@borsetshire.example \
    --front-door-phone "01632 960101" --out-of-hours-phone "01632 960999" "$@"
  "$guildhall" process publish ../permit.bpmn "$@" > /dev/null
  key=$("$guildhall" key create portal --may cases,work "$@" 2> /dev/null)
  state "$on: every request is answered in the end, and every case ends" \
    node "$driver" "$guildhall" "$key" "$cases" "$kills" "$stops" "$@"
  touch facts
  says() { state "$on: $1" grep -qx "$2" facts; }
  says "the server was killed $kills times" "killed $kills"
  [ "$stops" = 0 ] || says "PostgreSQL was stopped $stops times" "stopped $stops"
  says "no answer contradicts an earlier one" "contradictions 0"
  says "each case that was acknowledged is there, once" "cases in the list $cases"
  says "  … is completed" "completed $cases"
  says "  … has its own data" "with their own order $cases"
  says "  … went through each step once" "with each step once $cases"
  says "  … has a history without gaps" "with a history without gaps $cases"
  says "  … in which each event is, once" "with five entries in it $cases"
  says "  … had its letter printed" "with their letter printed $cases"
  says "a letter that was printed again had the same key" "keys of letters $cases"
  says "no job is left" "jobs left 0"
  says "the server stops when told" "exit code of the server 0"
  [ "$failed" = 0 ] || cat facts
  cd "$OLDPWD" || exit 1
}

if [ -z "${GUILDHALL_TEST_POSTGRES:-}" ]; then
  survives sqlite "${GUILDHALL_CASES:-200}" 10 0
  if ls /usr/lib/postgresql/*/bin/initdb > /dev/null 2>&1; then
    scripts/with_postgres bash "$again" > "$work/postgres.out" 2>&1
    sed '$d' "$work/postgres.out"
    read -r p f s <<< "$(tail -1 "$work/postgres.out" | grep -oE '[0-9]+' | tr '\n' ' ')"
    passed=$((passed + ${p:-0})); failed=$((failed + ${f:-1})); skipped=$((skipped + ${s:-0}))
  else
    skip "PostgreSQL is not installed"
  fi
else
  survives postgres "${GUILDHALL_CASES:-200}" 10 0 --database "$GUILDHALL_TEST_POSTGRES"
  survives stopped 60 2 3 --database "$GUILDHALL_TEST_POSTGRES"
fi
finish
