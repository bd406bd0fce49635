#!/usr/bin/env bash
# Decisions from the command line, as an officer who keeps a council's rules asks them: a parking permit's fee, what a
# model needs, what is wrong with it. Then the conformance cases of the standard, all of them.
set -u
cd "$(dirname "$0")/../.."
source tests/system/statements.sh
guildhall=$(realpath "${GUILDHALL:-build/dev/guildhall}")
shared=${GUILDHALL_SHARED:-$(realpath -m ../shared)}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

# ---- An invented council's models

dmn='xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/"'
model_type=https://www.omg.org/spec/DMN/20230324/MODEL/
mkdir parking
# The residents' scheme: types and the discount, used by other models.
cat > parking/residents.dmn <<XML
<definitions $dmn name="Residents" namespace="https://borsetshire.example/residents">
  <itemDefinition name="tZone">
    <typeRef>string</typeRef><allowedValues><text>"A", "B", "C"</text></allowedValues>
  </itemDefinition>
  <businessKnowledgeModel id="discount" name="Discount">
    <variable name="Discount"/>
    <encapsulatedLogic>
      <formalParameter name="born" typeRef="date"/><formalParameter name="from" typeRef="date"/>
      <literalExpression><text>if years and months duration(born, from) &gt;= duration("P66Y") then 0.5 else 0</text></literalExpression>
    </encapsulatedLogic>
  </businessKnowledgeModel>
</definitions>
XML
# \$1: what stands in the fee's expression. The import has no location: it is found by its namespace.
permit() {
  cat << XML
<definitions $dmn name="Parking permit" namespace="https://borsetshire.example/permit">
  <import name="residents" namespace="https://borsetshire.example/residents" importType="$model_type"/>
  <inputData id="zone" name="Zone"><variable name="Zone" typeRef="residents.tZone"/></inputData>
  <inputData id="born" name="Date of birth"><variable name="Date of birth" typeRef="date"/></inputData>
  <inputData id="from" name="Valid from"><variable name="Valid from" typeRef="date"/></inputData>
  <decision id="basic" name="Basic fee">
    <variable name="Basic fee" typeRef="number"/>
    <informationRequirement id="r1"><requiredInput href="#zone"/></informationRequirement>
    <decisionTable id="fees" hitPolicy="UNIQUE">
      <input id="i1"><inputExpression typeRef="string"><text>Zone</text></inputExpression></input>
      <output id="o1"/>
      <rule id="a"><inputEntry id="a1"><text>"A"</text></inputEntry><outputEntry id="a2"><text>120.50</text></outputEntry></rule>
      <rule id="b"><inputEntry id="b1"><text>"B", "C"</text></inputEntry><outputEntry id="b2"><text>75</text></outputEntry></rule>
    </decisionTable>
  </decision>
  <decision id="fee" name="Fee">
    <variable name="Fee"/>
    <informationRequirement id="r2"><requiredDecision href="#basic"/></informationRequirement>
    <informationRequirement id="r3"><requiredInput href="#born"/></informationRequirement>
    <informationRequirement id="r4"><requiredInput href="#from"/></informationRequirement>
    <knowledgeRequirement id="r5"><requiredKnowledge href="https://borsetshire.example/residents#discount"/></knowledgeRequirement>
    <context>
      <contextEntry><variable name="pounds"/><literalExpression id="pounds"><text>$1</text></literalExpression></contextEntry>
      <contextEntry><variable name="until"/><literalExpression><text>Valid from + duration("P1Y") - duration("P1D")</text></literalExpression></contextEntry>
    </context>
  </decision>
</definitions>
XML
}
permit 'Basic fee * (1 - residents.Discount(Date of birth, Valid from))' > parking/permit.dmn
permit 'Basic fees * 2' > parking/misspelt.dmn
permit 'Basic fee * (' > parking/unfinished.dmn

decide() { "$guildhall" decide "$@" > out 2> err; }
# says STATUS OUT: the last command's value, and nothing on standard error.
gives() { [ "$(cat out)" = "$1" ] && [ ! -s err ]; }
says() { grep -qF -- "$1" "$2" && [ ! -s out ]; } # A refusal: words in a file, and no value.
hints() { grep -qF -- "$1" err; }
refused() { [ "$status" = 1 ] && says "$1" err; }

# ---- One decision

everyone='{"Zone": "A", "Date of birth": "1990-02-28", "Valid from": "2026-03-01"}'
decide parking/permit.dmn --decision Fee --input "$everyone"
state "a decision's value is printed as JSON, its dates read by their type" gives '{"pounds":120.50,"until":"2027-02-28"}'
decide parking/permit.dmn --input "$everyone"
state "the one decision that no other requires need not be named" gives '{"pounds":120.50,"until":"2027-02-28"}'
echo '{"Zone": "B", "Date of birth": "1950-02-28", "Valid from": "2026-03-01"}' > pensioner.json
decide parking/permit.dmn --decision Fee --input @pensioner.json
state "the input may be a file, and imported knowledge counts" gives '{"pounds":37.5,"until":"2027-02-28"}'
decide parking/permit.dmn --decision 'Basic  fee' --input '{"Zone": "C"}'
state "a decision is found however its name is spaced" gives 75
decide parking/permit.dmn --input '{"Basic fee": 10, "Date of birth": "1990-02-28", "Valid from": "2026-03-01"}'
state "the value of a decision can be given instead of computed" gives '{"pounds":10,"until":"2027-02-28"}'
decide parking/permit.dmn --decision 'Basic fee' --input '{"Zome": "A"}'
state "an unknown input is told with the nearest" hints 'There is no input ‘Zome’; it is not used. Is ‘Zone’ meant?'
state "a missing input is told" hints 'The input ‘Zone’ is missing; it is null.'
state "what can't be decided is null" test "$(cat out)" = null
decide parking/permit.dmn
state "without input everything is null" test "$(cat out)" = '{"pounds":null,"until":null}'
state "and standard error says why" test "$(wc -l < err)" -gt 3

# ---- Why

decide parking/permit.dmn --decision 'Basic fee' --input '{"Zone": "B"}' --explain
state "the value comes first, and then how it came about" gives '75

Basic fee is 75. Rule 2 of the table Basic fee matched: Zone is “B”.'
decide parking/permit.dmn --decision 'Basic fee' --input '{"Zone": "D"}' --explain
state "where there is no value, the nearest rule is told" grep -qF 'Rule 1 came nearest: Zone has no value' out
state "and the reason, with its place" grep -qE "decision ‘Basic fee’, decision table.*: No rule of the table matches\." out
decide parking/permit.dmn --decision 'Basic fee' --input '{"Zone": "B"}' --explain-json
state "programs are told the same as JSON" grep -qF '"matched":[2],"hit":[2]' out

# ---- What is refused

refuse() { "$guildhall" "$@" > out 2> err; status=$?; }
refuse decide parking/permit.dmn --decision Fe
state "an unknown decision is refused with those there are" refused "Its decisions are ‘Basic fee’, ‘Fee’."
refuse decide parking/residents.dmn
state "so is a model without decisions" refused 'This model has no decisions.'
refuse decide parking/permit.dmn --input '{"Zone": "A", "Valid from": "tomorrow"}'
state "so is an input that is no date, with its name" refused 'Valid from: This should be a date'
refuse decide parking/permit.dmn --input '{"Zone": '
state "so is JSON that ends too early" refused 'This JSON ends too early.'
refuse decide parking/permit.dmn --input '["A"]'
state "so is JSON that is no object" refused 'The input is not a JSON object.'
refuse decide parking/permit.dmn --input @nowhere.json
state "so is an input file that isn't there" refused 'nowhere.json: There is no such file.'
refuse decide parking/nowhere.dmn
state "so is a model that isn't there" refused 'parking/nowhere.dmn: There is no such file.'
refuse decide parking
state "so is a folder" refused 'This is a folder, not a file.'
echo 'Zone,Fee' > parking/fees.csv
refuse decide parking/fees.csv
state "so is what is not XML" refused 'parking/fees.csv, line 1'
echo '<fees/>' > parking/fees.xml
refuse check parking/fees.xml
state "so is XML that is not DMN" refused 'parking/fees.xml'
refuse decide
state "the words that are missing are told" refused 'guildhall decide parking.dmn'
refuse decide parking/permit.dmn --decide Fee
state "an unknown option is another kind of mistake" test "$status" = 2

# ---- What has to be mended

refuse check parking/permit.dmn
state "a sound model has nothing to mend" test "$status $(cat out)" = '0 Nothing to mend.'
sed 's|"B", "C"</text>|"B"</text>|' parking/permit.dmn > parking/gap.dmn
refuse check parking/gap.dmn
state "a case that no rule decides is to be mended, with an example" refused \
  'No rule says what happens when Zone is "C". For example: Zone = "C".'
state "in its decision" refused "parking/gap.dmn, decision ‘Basic fee’"
state "what is to be mended is counted last" test "$(tail -1 err)" = '1 thing to mend.'
sed 's|"B", "C"</text>|not("C")</text>|' parking/permit.dmn > parking/overlap.dmn
refuse check parking/overlap.dmn
state "so are rules that contradict each other" refused \
  'Rules 1 and 2 both match Zone = "A", but the hit policy is Unique.'
state "all is told together" test "$(tail -1 err)" = '2 things to mend.'
sed 's|<text>"B", "C"</text>|<text>string length(?) = 1</text>|' parking/permit.dmn > parking/unclear.dmn
refuse check parking/unclear.dmn
state "what can't be judged is a note, and nothing to mend" test "$status $(grep -c '^Note: ' out) $(tail -1 out)" = \
  '0 1 Nothing to mend.'
refuse check parking/misspelt.dmn
state "a misspelt name is to be mended" refused 'Basic fees'
refuse check parking/unfinished.dmn
state "so is an expression that breaks off" refused 'parking/unfinished.dmn'
sed 's|residents" importType|nobody" importType|' parking/permit.dmn > parking/lonely.dmn
refuse check parking/lonely.dmn
state "so is an import of a model that isn't there" refused 'borsetshire.example/nobody'

# ---- Conformance cases

mkdir -p cases/level/permit cases/level/broken
cp parking/residents.dmn parking/permit.dmn cases/level/permit
case_of() { # $1: the case's id; $2: the expected fee
  echo "<testCase id=\"$1\"><inputNode name=\"Zone\"><value xsi:type=\"xsd:string\">A</value></inputNode>
    <resultNode name=\"Basic fee\"><expected><value xsi:type=\"xsd:decimal\">$2</value></expected></resultNode></testCase>"
}
cases_of() { # $1: the model; the rest: cases
  echo "<testCases xmlns=\"http://www.omg.org/spec/DMN/20160719/testcase\" xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\"
    xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><modelName>$1</modelName>${*:2}</testCases>"
}
cases_of permit.dmn "$(case_of one 120.5)" "$(case_of 'two, &quot;wrong&quot;' 99)" > cases/level/permit/permit-test.xml
cases_of nowhere.dmn "$(case_of one 120.5)" > cases/level/broken/broken-test.xml
decide conformance cases --out results.csv
state "cases are counted for each folder" grep -qx 'level/permit  1/2' out
state "what failed is told" grep -qF 'two, "wrong" Basic fee: expected 99, got 120.50.' out
state "a model that isn't there fails its cases" grep -qx 'level/broken  0/1' out
state "levels are counted" grep -qx 'level  cases 1/3 folders 0/2' out
state "all is counted last" test "$(tail -1 out)" = 'cases 1/3 folders 0/2'
state "results are written as CSV" grep -qF 'level/permit,permit-test.xml,"two, ""wrong""",false,Basic fee,99,120.50,' results.csv
refuse decide conformance parking
state "a folder without cases is refused" refused 'There are no test cases here.'
echo '<testCases' > cases/level/permit/torn.xml
refuse decide conformance cases
state "a torn file of cases is not passed over" test "$status" = 1
state "and is named" grep -qF 'level/permit/torn.xml' err
refuse decide conformance cases --out nowhere/results.csv
state "results that can't be written are refused at once" refused "The results can't be written."

suite=$shared/conformance/dmn-tck
if [ -d "$suite" ]; then
  decide conformance "$suite"
  grep '^  ' out
  state "all cases of level 2 pass" grep -qx 'compliance-level-2  cases 116/116 folders 28/28' out
  state "all cases of level 3 pass" grep -qx 'compliance-level-3  cases 1619/1619 folders 72/72' out
else
  skip "the conformance suite is not in $suite"
fi
finish
