#!/usr/bin/env bash
# Cases as operators look after them, and as programs open and move them with curl: the commands of
# docs/guides/processes-api.md, in their order, and what is refused.
set -u
cd "$(dirname "$0")/../.."
source tests/system/statements.sh
guildhall=$(realpath "${GUILDHALL:-build/dev/guildhall}")
guide=$(realpath docs/guides/processes-api.md)
process=$(realpath docs/guides/examples/skip-permit-online.bpmn)
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2> /dev/null; rm -rf "$work"' EXIT
mkdir "$work/bin"
ln -s "$guildhall" "$work/bin/guildhall"
export PATH=$work/bin:$PATH
cd "$work" || exit 1

contains() { grep -qF -- "$2" "$1"; }
is() { [ "$(cat "$1")" = "$2" ]; }
# The numbered ```sh block of the guide, run here: what it prints is in the file `shown`.
blocks=0
guide_says() {
  blocks=$((blocks + 1))
  awk -v wanted="$blocks" '/^```sh$/ { ++block; inside = block == wanted; next } /^```/ { inside = 0 } inside' "$guide" |
    sed "s,https://council.example,$url," > block
  source block > shown 2> said
}
# Waits for the thing itself: until the case's line has these words.
until_case_says() { until guildhall case show "$case" | grep -q "$1"; do sleep 0.05; done; }

url=
case=0191d5a0-7c1e-7000-8000-00000000002a
guildhall env create council > /dev/null
guildhall council --name "Borsetshire County Council" --email hello@borsetshire.example \
  --front-door-phone "01632 960101" --out-of-hours-phone "01632 960999"

# ---- Publishing

cp "$process" .
guide_says
state "a process is published" contains shown "Published skip-permit, version 1."
state "  … listed" contains shown $'skip-permit\t1\t'
guildhall process show skip-permit > file
state "  … and shown byte for byte" cmp -s file "$process"
guildhall process publish skip-permit-online.bpmn > shown
state "the same bytes again change nothing" contains shown "Published already, nothing changed: skip-permit, version 1."
sed 's/ guildhall:work="letters"//' "$process" > silent.bpmn
guildhall process publish silent.bpmn > /dev/null 2> refused
state "what doesn't say which work it asks for is refused" test $? = 1
state "  … with its place" contains refused "silent.bpmn, serviceTask letter"
sed 's/Send the bill/Send the letter/' "$process" > second.bpmn
guildhall process publish second.bpmn > shown
state "other bytes are the next version" contains shown "Published skip-permit, version 2."
guildhall process show skip-permit --version 1 > file
state "the one before is still there" cmp -s file "$process"
guildhall process show skip-permit --version 9 > /dev/null 2> refused
state "a version that isn't there is refused" test $? = 1
guildhall process show nothing > /dev/null 2> refused
state "so is an unknown process" contains refused "No process of this name is published."

# ---- Keys

guildhall key list > keys
state "keys say what they may do" contains keys "work on letters"
guildhall key create other > /dev/null 2> refused
state "a key without a right is not made" contains refused "--may"
guildhall key create other --may all > /dev/null 2> refused
state "nor is one for what there isn't" contains refused "Name decisions, cases or work"
guildhall decision key create asker > asks 2> /dev/null
guildhall key list > keys
state "decision key makes one that asks for decisions" contains keys $'in use\tdecisions'

# ---- Programs

guildhall serve --port 0 > serving 2> log &
server=$!
until grep -q 'Ctrl-C stops it' serving; do
  kill -0 "$server" 2> /dev/null || { cat log; exit 1; }
  sleep 0.02
done
url=http://localhost:$(grep -oE 'port [0-9]+' serving | grep -oE '[0-9]+')

# post PATH BODY KEY [curl's options]: the status in `status`, the answer in the file `answer`.
post() {
  local path=$1 body=$2 key=$3
  shift 3
  status=$(curl -s -o answer -w '%{http_code} %{content_type}' "$url/api/v1/$path" -H "Authorization: Bearer $key" \
    -H "Content-Type: ${type:-application/json}" --data-binary "$body" "$@")
}
problem() { [ "$status" = "$1 application/problem+json" ]; }
portal=${portal:-} printer=${printer:-}
state "the guide makes a key for each program" test "${#portal} ${#printer}" = "90 90"

guide_says
state "a case is opened" contains shown '{"case":"'$case'","reference":"CA-'
state "  … and says what it waits for" contains shown '"waits":[{"kind":"work","topic":"letters"}]'
post processes/skip-permit/cases '{"id": "'$case'"}' "$portal"
state "the same id finds the same case" test "$status" = "200 application/json"
state "  … which is there once" test "$(guildhall case list | wc -l)" = 1
guide_says
state "a message is taken, and a signal" is shown '{"received":"now"}{"received":"now"}'
post messages '{"name": "paid", "id": "payment-7731", "variables": {"order": 42}}' "$portal"
state "a message with the same id is passed over" is answer '{"received":"before"}'
guide_says
state "work is claimed with its inputs" contains shown '"attempt":1,"inputs":{"address":"4 High Street"}'
JOB=$(grep -oE '"job":[0-9]+' shown | cut -d: -f2)
CLAIM=$(grep -oE '"claim":"[^"]+' shown | cut -d'"' -f4)
post "work/$JOB/complete" '{"claim": "another"}' "$printer"
state "another's claim is 409" problem 409
state "  … and says what to do" contains answer "claim other work"
guide_says
state "work is done" is shown '{"job":'"$JOB"'}'
post "work/$JOB/complete" '{"claim": "'"$CLAIM"'"}' "$printer"
state "  … once" problem 409
until_case_says $'\tinspect\t'
state "the message has found its case" bash -c "guildhall case show $case | grep -q $'\tmessage\t'"

guide_says
state "a case is shown with its open task" contains shown $'\tinspect\tLook at the site'
state "  … which is completed from the command line, and closes it" contains shown $'\tclosed\t'
state "nothing is left to be done" test "$(guildhall job list | wc -l)" = 0
guildhall case show $case > shown
state "the history has who it was" contains shown "$(guildhall key list | awk '$2 == "letter-printer" { print $1 }')"
state "variables are shown" contains shown $'variable\twide_enough\ttrue'

# ---- What fails waits for a person

reference=$(guildhall process start skip-permit --title "Skip for 5 High Street" --input '{"order": 43}')
state "a case is opened from the command line" bash -c "guildhall case list --open | grep -q '$reference.*5 High Street'"
guildhall process send paid --input '{"order": 43}' --id payment-7732 > shown
state "a message is sent from there" contains shown "Stored"
guildhall process send paid --input '{"order": 43}' --id payment-7732 > shown
state "  … once" contains shown "has come before"
post work/claim '{"topic": "letters"}' "$printer"
JOB=$(grep -oE '"job":[0-9]+' answer | cut -d: -f2)
CLAIM=$(grep -oE '"claim":"[^"]+' answer | cut -d'"' -f4)
post "work/$JOB/error" '{"claim": "'"$CLAIM"'", "code": "burnt"}' "$printer"
state "an error that nobody catches is taken" test "$status" = "200 application/json"
guildhall incident list > shown
state "  … and is an incident of its case" contains shown "$reference"$'\t'"Nobody catches the error ‘burnt’."
incident=$(cut -f1 shown)
guildhall incident retry "$incident" 2> refused
state "retrying asks why" contains refused "Say why"
guildhall incident retry "$incident" --why "There is a new catch" --by ops
until guildhall incident list | grep -q "$reference"; do sleep 0.05; done
state "  … and is in the history" bash -c "guildhall case show $reference | grep -q $'ops\tretried\tThere is a new catch'"
guildhall case complete "$reference" inspect > /dev/null 2> refused
state "a task that isn't open is refused" contains refused "The case has no open task of this name."
guildhall case cancel "$reference" 2> refused
state "cancelling asks why" contains refused "Say why"
guildhall case cancel "$reference" --why "Asked for twice" --by ops
state "a case is cancelled" bash -c "guildhall case show $reference | grep -q $'ops\tcancelled\tAsked for twice'"
state "  … with its incidents" test "$(guildhall incident list | wc -l)" = 0
guildhall case cancel "$reference" --why "Again" 2> refused
state "  … once" contains refused "This case has ended already."
guildhall case show CA-0000-0000 2> refused
state "an unknown case is refused" contains refused "There is no such case."
guildhall process start nothing 2> refused
state "so is an unknown process" contains refused "No process of this id is published."
guildhall process start skip-permit --event nothing 2> refused
state "so is an unknown event" contains refused "The process has no such event."
guildhall process start skip-permit --input '[1]' 2> refused
state "so is input without names" contains refused "--input: This is not a JSON object."
guildhall incident retry 999 --why "Mended" 2> refused
state "so is an unknown incident" contains refused "There is no such incident."

# ---- What programs are refused

post processes/skip-permit/cases '{"id": "7"}' "$portal"
state "what isn't as described is 400" problem 400
post processes/skip-permit/cases '{}' "${portal%?}"
state "a damaged key is 401" problem 401
post processes/skip-permit/cases '{}' "$printer"
state "a key without the right is 403" problem 403
post work/claim '{"topic": "payments"}' "$printer"
state "so is one without the topic" problem 403
post work/claim '{"topic": "letters"}' "$(cat asks)"
state "so is one that asks for decisions" problem 403
status=$(curl -s -o answer -w '%{http_code} %{content_type}' "$url/api/v1/decisions" -H "Authorization: Bearer $portal")
state "  … and one for cases asks for none" problem 403
post processes/nothing/cases '{}' "$portal"
state "an unknown process is 404" problem 404
post cases/CA-0000-0000 '{}' "$portal" -X GET
state "so is an unknown case" problem 404
post signals '{}' "$portal" -X GET
state "what isn't posted is 405" problem 405
head -c 262145 /dev/zero | tr '\0' ' ' > large
post messages @large "$portal"
state "more than 256 KiB is 413" problem 413
type=text/plain post messages '{}' "$portal"
state "what isn't JSON is 415" problem 415
post messages '{"name": "paid"}' "" -H "Cookie: __Host-session=stolen" -H "Authorization:"
state "a cookie without its token is 403" problem 403
guildhall key revoke portal
post messages '{"name": "paid"}' "$portal"
state "a revoked key is 401 at once" problem 401

state "nothing that was sent is in the log" bash -c "! grep -qE 'High Street|payment-77|burnt' log"
state "no key is in the log" bash -c "! grep -qF '${portal:47}' log"
kill -TERM "$server"
wait "$server"
state "the server stops when told" test $? = 0
server=
finish
