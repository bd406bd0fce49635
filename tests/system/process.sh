#!/usr/bin/env bash
# Processes from the command line, as somebody who designs a council's work tries them out: a skip permit, two
# departments that write to each other, and what is said about files that can't be run.
set -u
cd "$(dirname "$0")/../.."
source tests/system/statements.sh
guildhall=$(realpath "${GUILDHALL:-build/dev/guildhall}")
permit=$(realpath docs/guides/examples/skip-permit.bpmn)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

run() { "$guildhall" process run "$@" > out 2> err; status=$?; }
ends() { [ "$status" = 0 ] && [ ! -s err ] && [ "$(tail -1 out)" = "$1" ]; }
scripts() { [ "$(sed -n 's/^[^ ]* script [^ ]* //p' out | tr '\n' ' ')" = "$1 " ]; }
refused() { [ "$status" = 1 ] && [ ! -s out ] && grep -qF -- "$1" err; }
file() { # $1: its name; the rest: what stands in it
  echo "<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" id=\"d\">${*:2}</definitions>" > "$1"
}

# ---- A permit

run "$permit" --input '{"days": 30}' --events paid --trace
state "a process runs to its end" ends "2026-01-01T09:00:00Z completed"
state "its scripts say what they computed" scripts '{"fee":240.00} "permit for £240.00"'
state "what happened is told in its order" grep -qx '2026-01-01T09:00:00Z entered inspect' out
run "$permit" --input '{"days": 10}' --trace --start 2026-03-01T00:00:00Z
state "the clock jumps to the next timer" ends "2026-03-11T00:00:00Z completed"
state "which interrupts what takes too long" grep -qx '2026-03-11T00:00:00Z cancelled wait' out
echo '{"days": 15}' > fifteen.json
run "$permit" --input @fifteen.json --events paid
state "without a trace the variables are printed" test "$(sed -n 's/^fee: //p' out)" = 52.50

# ---- Two departments

file talk.bpmn '<message id="m1" name="ask"/><message id="m2" name="answer"/>
<collaboration id="c"><participant id="a" processRef="housing"/><participant id="b" processRef="finance"/></collaboration>
<process id="housing"><sendTask id="ask" messageRef="m1"/><receiveTask id="hear" messageRef="m2"/>
  <sequenceFlow id="f" sourceRef="ask" targetRef="hear"/></process>
<process id="finance"><startEvent id="asked"><messageEventDefinition messageRef="m1"/></startEvent>
  <sequenceFlow id="g" sourceRef="asked" targetRef="think"/><scriptTask id="think"><script>"checked"</script></scriptTask>
  <sequenceFlow id="h" sourceRef="think" targetRef="tell"/><sendTask id="tell" messageRef="m2"/></process>'
run talk.bpmn --trace
state "processes of one file send each other messages" ends "2026-01-01T09:00:00Z completed"
state "and the trace says whose elements they are" grep -qx '2026-01-01T09:00:00Z script finance#2/think "checked"' out
run talk.bpmn --process finance --trace
state "any of them can be run by itself" scripts '"checked"'
run talk.bpmn --process parks
state "an unknown process is refused with those there are" refused "There is no process ‘parks’ that can be run. There are: housing, finance."

# ---- What goes wrong

file fails.bpmn '<error id="e" errorCode="no-money"/><process id="p"><endEvent id="x"><errorEventDefinition errorRef="e"/></endEvent></process>'
run fails.bpmn
state "an error that nobody catches fails the process with its code" ends "2026-01-01T09:00:00Z failed no-money"
file waits.bpmn '<message id="m" name="m"/><process id="p"><receiveTask id="r" messageRef="m"/></process>'
run waits.bpmn
state "what doesn't come is waited for" ends "2026-01-01T09:00:00Z waiting"
file endless.bpmn '<process id="p"><callActivity id="c" calledElement="p"/></process>'
run endless.bpmn
state "processes that call each other for ever are stopped" refused "The process doesn't end."
file loop.bpmn '<process id="p"><task id="a"/><task id="b"/><sequenceFlow id="f" sourceRef="a" targetRef="b"/>
  <startEvent id="s"/><sequenceFlow id="g" sourceRef="b" targetRef="a"/><sequenceFlow id="h" sourceRef="s" targetRef="a"/></process>'
run loop.bpmn
state "so is a loop without an end" ends "2026-01-01T09:00:00Z failed The process goes on without an end."

# ---- What is refused

run nowhere.bpmn
state "a file that isn't there is refused" refused 'nowhere.bpmn: There is no such file.'
echo 'not XML' > text.bpmn
run text.bpmn
state "so is what is not XML" refused 'text.bpmn, line 1'
echo '<html/>' > page.bpmn
run page.bpmn
state "so is XML that is not BPMN" refused 'This is not a BPMN 2.0 file'
file none.bpmn ''
run none.bpmn
state "so is a file without a process" refused 'The file has no process.'
file feel.bpmn '<process id="p"><scriptTask id="fee"><script>40 * (days -</script></scriptTask></process>'
run feel.bpmn
state "so is an expression that breaks off, with its element" refused 'feel.bpmn, scriptTask fee, line 1, script'
file bomb.bpmn '<process id="p"/>'
sed -i '1i <!DOCTYPE d [<!ENTITY a "aaaa">]>' bomb.bpmn
run bomb.bpmn
state "so are entities" refused 'DOCTYPE'
run "$permit" --input '{"days": '
state "so is input that is not JSON" refused 'This JSON ends too early.'
run "$permit" --input '[1]'
state "so is input without names" refused 'This is not a JSON object.'
run "$permit" --start yesterday
state "so is a start that is no moment" test "$status" = 1
run
state "the words that are missing are told" refused 'guildhall process run permit.bpmn'
finish
