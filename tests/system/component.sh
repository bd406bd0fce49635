#!/usr/bin/env bash
# The examples of a component as tests, as a service team runs them: the skip permit that comes with Guildhall, what is
# said when its process changes, and what is refused.
set -u
cd "$(dirname "$0")/../.."
source tests/system/statements.sh
guildhall=$(realpath "${GUILDHALL:-build/dev/guildhall}")
components=$(realpath components)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

check() { "$guildhall" component test "$@" > out 2> err; status=$?; }
passes() { [ "$status" = 0 ] && [ ! -s err ] && [ "$(tail -1 out)" = "$1" ]; }
fails() { [ "$status" = 1 ] && [ -s err ] && [ "$(tail -1 out)" = "$1" ]; }
says() { grep -qF -- "$1" out; }
refused() { [ "$status" = 1 ] && [ ! -s out ] && grep -qF -- "$1" err; }
# A fresh copy of the skip permit, to be changed.
copy() { rm -rf permit; cp -r "$components/skip-permit" permit; }
process=permit/processes/skip-permit.bpmn

# ---- Every component that comes with Guildhall

for folder in "$components"/*/; do
  check "$folder" --min-coverage 90
  state "the examples of $(basename "$folder") hold, and cover 90 % of it" test "$status $(tail -1 out)" = "0 $(grep -c '^ok ' out) passed, 0 failed"
done

# ---- A permit

check "$components/skip-permit" --min-coverage 100
state "all examples of the skip permit hold" passes '5 passed, 0 failed'
state "each has a line with its title" says 'ok    examples/refused.json: A refusal says why'
state "the component says what it is" test "$(head -1 out)" = 'skip-permit 1.0.0: Permit for a skip on the highway'
state "its coverage is counted" says 'Coverage of skip-permit: 15 of 15 elements (100 %), 13 of 13 sequence flows (100 %)'
check "$components/skip-permit/examples/refused.json"
state "one example can be run by itself" passes '1 passed, 0 failed'
state "and what it doesn't take is told with ids and names" says '      never reached: unprinted (Not printed)'
state "flows too" says '      never taken: to_by_hand (from unprinted to by_hand)'
check "$components/skip-permit/examples/refused.json" --min-coverage 90
state "too little coverage fails" fails '1 passed, 0 failed'
state "with the figure" grep -qF 'cover 38 %, less than the 90 % that are asked for.' err

# ---- The process changes

copy
sed -i 's/P10D/P9D/; s/"Highways"/"Parking"/' "$process"
check permit
state "what changed is found" fails '2 passed, 3 failed'
state "with step, what was expected and what was there" says \
  'step 2, task check, team: expected Highways; found Parking. Look at the task'"'"'s potentialOwner or lane.'
state "a message that comes too late finds nobody" says 'step 5, message paid: expected somebody who waits for it'
copy
sed -i 's|<outputEntry><text>65</text>|<outputEntry><text>70</text>|' permit/decisions/fee.dmn
check permit
state "so is a decision that gives something else" says 'step 1, variable fee: expected 65; found 70.'
copy
rm permit/decisions/fee.dmn
check permit
state "a decision that is not there is told" says 'The component has no decision ‘skip-permit-fee/fee’.'

# ---- The report

check permit --json report.json
state "the report is JSON" node -e '
  const report = JSON.parse(require("fs").readFileSync("report.json"));
  const granted = report.examples.find((each) => each.file === "examples/granted.json");
  const private_land = report.examples.find((each) => each.file === "examples/private-land.json");
  const ok = report.component.id === "skip-permit" && report.passed + report.failed === 5 && !granted.passed &&
    granted.mismatches[0].step === 1 && private_land.passed && private_land.state === "completed" &&
    private_land.path.join() === "applied,where,not_needed" && report.coverage[0].process === "skip-permit" &&
    report.coverage[0].flows.all === 13 && report.coverage[0].elements.missed.every((each) => each.id);
  process.exit(ok ? 0 : 1);'
check permit --json nowhere/report.json
state "a report that can't be written is refused at once" refused "The report can't be written."

# ---- What is refused

copy
echo '{"title": "x", "process": "skip-permits", "steps": [{"task": "chek"}], "expect": {"state": "done"}}' > permit/examples/x.json
check permit
state "an example that can't be read fails, the others run" fails '5 passed, 1 failed'
state "with what is wrong in it" says '      expect.state: There is no state ‘done’.'
sed -i 's/done/completed/' permit/examples/x.json
check permit
state "what an example speaks of has to be there" says '      process: There is no process ‘skip-permits’. Is ‘skip-permit’ meant?'
state "all of it is told at once" says '      steps[1].task: There is no user task ‘chek’. Is ‘check’ meant?'
echo '{"title": ' > permit/examples/x.json
check permit
state "a torn example is told" says 'This JSON ends too early.'
copy
echo '{"id": "Skip Permit", "version": "1.0"}' > permit/component.json
check permit
state "a malformed component.json is refused" refused '‘Skip Permit’ is not an id.'
state "with all that is wrong" grep -qF 'The title is missing.' err
state "with its version" grep -qF '‘1.0’ is not a version.' err
echo '[' > permit/component.json
check permit
state "so is one that is no JSON" refused 'permit/component.json: This is not a JSON object.'
rm permit/component.json
check permit
state "without one the examples run all the same" passes '5 passed, 0 failed'
echo '<definitions/>' > permit/processes/broken.bpmn
echo '<definitions/>' > permit/decisions/broken.dmn
check permit
state "a process that can't be read is refused" refused 'permit/processes/broken.bpmn'
state "and a decision model, at once" grep -qF 'permit/decisions/broken.dmn' err
copy
cp "$process" permit/processes/other.bpmn
check permit
state "so are two processes of one id" refused 'There is another process ‘skip-permit’ in this component.'
rm -r permit/examples
check permit
state "so is a component without examples" refused 'There are no examples here.'
check nowhere
state "so is one that isn't there" refused 'There is no such file.'
check "$components/skip-permit/component.json"
state "so is a file that is no example" refused 'This file is not in the examples/ of a component.'
check "$components/skip-permit" --min-coverage 101
state "so is a coverage beyond 100 %" test "$status" = 1
"$guildhall" component > out 2> err
status=$?
state "the words that are missing are told" refused 'guildhall component test skip-permit'
finish
