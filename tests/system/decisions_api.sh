#!/usr/bin/env bash
# Decisions over HTTP, as a council's portal asks them with curl: published from the command line, asked with a key,
# refused where it must be. The commands are those of docs/guides/decisions-api.md.
set -u
cd "$(dirname "$0")/../.."
source tests/system/statements.sh
guildhall=$(realpath "${GUILDHALL:-build/dev/guildhall}")
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2> /dev/null; rm -rf "$work"' EXIT
cd "$work" || exit 1

# ---- An invented council and its rule: what a parking permit costs

# $1: the price in zone A; $2: the FEEL of a second decision.
permit() {
  cat << XML
<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="Parking permit" namespace="https://borsetshire.example/permit">
  <itemDefinition name="tZone">
    <typeRef>string</typeRef><allowedValues><text>"A", "B", "C"</text></allowedValues>
  </itemDefinition>
  <inputData id="zone" name="Zone"><variable name="Zone" typeRef="tZone"/></inputData>
  <inputData id="born" name="Date of birth"><variable name="Date of birth" typeRef="date"/></inputData>
  <decision id="basic" name="Basic fee">
    <variable name="Basic fee" typeRef="number"/>
    <informationRequirement id="r1"><requiredInput href="#zone"/></informationRequirement>
    <decisionTable id="fees" hitPolicy="UNIQUE">
      <input id="i1"><inputExpression typeRef="string"><text>Zone</text></inputExpression></input>
      <output id="o1"/>
      <rule id="a"><inputEntry id="a1"><text>"A"</text></inputEntry><outputEntry id="a2"><text>$1</text></outputEntry></rule>
      <rule id="b"><inputEntry id="b1"><text>"B", "C"</text></inputEntry><outputEntry id="b2"><text>75</text></outputEntry></rule>
    </decisionTable>
  </decision>
  <decision id="fee" name="Fee">
    <variable name="Fee"/>
    <informationRequirement id="r2"><requiredDecision href="#basic"/></informationRequirement>
    <informationRequirement id="r3"><requiredInput href="#born"/></informationRequirement>
    <literalExpression><text>${2:-if Date of birth &lt; date(\"1960-01-01\") then Basic fee / 2 else Basic fee}</text></literalExpression>
  </decision>
</definitions>
XML
}
permit 120.50 > permit.dmn
sed 's|<text>"B", "C"</text>|<text>"B"</text>|; s|Parking permit|Gap|' permit.dmn > gap.dmn
permit 130 > permit2.dmn
permit 130 'Basic fee +' > broken.dmn
permit 130 'count(for a in 1..5000 return count(for b in 1..5000 return a * b))' > slow.dmn
sed -i 's/Parking permit/Slow/; s,borsetshire.example/permit,borsetshire.example/slow,' slow.dmn

contains() { grep -qF -- "$2" "$1"; }
"$guildhall" env create council > /dev/null
"$guildhall" council --name "Borsetshire County Council" --email hello@borsetshire.example \
  --front-door-phone "01632 960101" --out-of-hours-phone "01632 960999"

# ---- The command line

"$guildhall" decision publish permit.dmn --by m.evans > published
state "a model is published" contains published "Published Parking permit, version 1, as parking-permit."
"$guildhall" decision publish permit.dmn > again
state "the same bytes again change nothing" contains again "nothing changed: Parking permit, version 1"
"$guildhall" decision publish broken.dmn > /dev/null 2> refused
state "a model with something to mend is refused" test $? = 1
state "  … and says where" contains refused "broken.dmn, decision ‘Fee’"
"$guildhall" decision publish gap.dmn > /dev/null 2> refused
state "so is a table that says nothing of a case" test $? = 1
state "  … with the case" contains refused 'For example: Zone = "C".'
"$guildhall" decision publish gap.dmn --accept "Zone C opens in May." > published
state "unless the council has a reason" contains published "Published Gap, version 1, as gap."
"$guildhall" decision list > listed
state "  … which the list tells" contains listed "Zone C opens in May."
"$guildhall" decision show "Parking permit" > shown
state "what was published is shown byte for byte" cmp -s shown permit.dmn
"$guildhall" decision list > listed
state "the list says who published it" contains listed "m.evans"
state "  … and has one line for each version" test "$(wc -l < listed)" = 2
"$guildhall" decision show parking > /dev/null 2> refused
state "an unknown name is answered with those there are" contains refused "There are: gap, parking-permit."
key=$("$guildhall" decision key create parking-portal 2> /dev/null)
state "a key is made" test "${#key}" = 90
"$guildhall" decision key create parking-portal > /dev/null 2> refused
state "a second key of that name is refused" contains refused "A key of this name is in use."
state "the list of keys has no key in it" bash -c "! '$guildhall' decision key list | grep -q '${key:47}'"

# ---- HTTP

"$guildhall" serve --port 0 > serving 2> log &
server=$!
until grep -q 'Ctrl-C stops it' serving; do
  kill -0 "$server" 2> /dev/null || { cat log; exit 1; }
  sleep 0.02
done
url=http://localhost:$(grep -oE 'port [0-9]+' serving | grep -oE '[0-9]+')/api/v1/decisions

# ask DECISION BODY [curl's options]: the status in `status`, the answer in the file `answer`.
ask() {
  local decision=$1 body=$2
  shift 2
  status=$(curl -s -o answer -w '%{http_code} %{content_type}' "$url/$decision" -H "Content-Type: ${type:-application/json}" \
    --data-binary "$body" "$@")
}
with_key=(-H "Authorization: Bearer $key")
answered() { [ "$status" = "200 application/json" ]; }
problem() { [ "$status" = "$1 application/problem+json" ]; }

curl -s "$url" "${with_key[@]}" > list
state "the list names models, decisions and inputs" contains list \
  '"decision":"fee","name":"Fee","inputs":[{"name":"Date of birth","type":"date"},{"name":"Zone","type":"tZone","allowed":["\"A\", \"B\", \"C\""]}]'
ask parking-permit/fee '{"inputs": {"Zone": "A", "Date of birth": "1950-03-12"}}' "${with_key[@]}"
state "a question is answered" answered
state "  … with the value and the version" test \
  "$(cat answer)" = '{"value":60.25,"model":"parking-permit","decision":"fee","version":1,"nulls":[]}'
ask parking-permit/fee '{"inputs": {"Zone": "A", "Date of birth": "1950-03-12"}, "explain": true}' "${with_key[@]}"
state "an explanation is given to who asks for it" contains answer '"explanation":{"text":"Fee is 60.25'
ask parking-permit/fee '{"inputs": {"Date of birth": "1950-03-12"}}' "${with_key[@]}"
state "null comes with its reasons" contains answer '"what":"The input ‘Zone’ was not given."'
"$guildhall" decision publish permit2.dmn > /dev/null
ask parking-permit/basic-fee '{"inputs": {"Zone": "A"}}' "${with_key[@]}"
state "a new version answers at once" contains answer '"value":130,"model":"parking-permit","decision":"basic-fee","version":2'
"$guildhall" decision show parking-permit --version 1 > shown
state "the one before is still there" cmp -s shown permit.dmn

ask parking-permit/fee '{"inputs": {"Zone": 5}}' "${with_key[@]}"
state "a wrong type is 400" problem 400
state "  … with its path" contains answer '"where":"inputs.Zone"'
ask parking-permit/fee '{"inputs": ' "${with_key[@]}"
state "JSON that is cut off is 400" problem 400
ask parking-permit/nothing '{}' "${with_key[@]}"
state "an unknown decision is 404" problem 404
state "  … and names those there are" contains answer "There are: basic-fee, fee."
head -c 65537 /dev/zero | tr '\0' ' ' > large
ask parking-permit/fee @large "${with_key[@]}"
state "more than 64 KiB is 413" problem 413
state "  … and says so" contains answer "at most 64 KiB"
type=text/plain ask parking-permit/fee '{}' "${with_key[@]}"
state "what isn't JSON is 415" problem 415
"$guildhall" decision publish slow.dmn > /dev/null
ask slow/fee '{}' "${with_key[@]}"
state "what takes too much is 422" problem 422
state "  … and doesn't take long" test "$(curl -s -o /dev/null -w '%{time_total}' "$url/slow/fee" "${with_key[@]}" \
  -H "Content-Type: application/json" -d '{}' | cut -d. -f1)" -le 2

ask parking-permit/fee '{}' "${with_key[@]}" -X GET
state "a question that isn't posted is 405" problem 405
ask parking-permit '{}' "${with_key[@]}"
state "an address that isn't there is 404" problem 404
ask parking-permit/fee '{}'
state "without a key it is 401" problem 401
ask parking-permit/fee '{}' -H "Authorization: Bearer ${key%?}"
state "with a damaged key it is 401" problem 401
ask parking-permit/fee '{}' -H "Cookie: __Host-session=stolen"
state "with a cookie and no token it is 403" problem 403
"$guildhall" decision key revoke parking-portal
ask parking-permit/fee '{}' "${with_key[@]}"
state "a revoked key is 401 at once" problem 401

state "no input is in the log" bash -c "! grep -qE '1950|Zone|60\.25' log"
state "no key is in the log" bash -c "! grep -qF '${key:47}' log"
kill -TERM "$server"
wait "$server"
state "the server stops when told" test $? = 0
server=
finish
