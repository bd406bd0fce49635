#!/usr/bin/env bash
# The demonstration: made once, then quick to start; it stops when told, and takes its OpenID provider with it.
set -u
cd "$(dirname "$0")/../.."
source tests/system/statements.sh
guildhall=${GUILDHALL:-build/dev/guildhall}
work=$(mktemp -d)
process=
trap '[ -z "$process" ] || kill "$process" 2> /dev/null; rm -rf "$work"' EXIT

# Two free ports beside each other, below those that the system gives to whoever asks for any.
port=$(node -e '
const { createServer } = require("net")
const free = (port) => new Promise((done) => { const s = createServer(); s.once("error", () => done(false)); s.listen(port, "127.0.0.1", () => s.close(() => done(true))) })
;(async () => { for (;;) { const port = 20000 + Math.floor(Math.random() * 10000); if (await free(port) && await free(port + 1)) { console.log(port); return } } })()')

start() { # $1: a name for what it prints; returns when the addresses are there
  local begun
  begun=$(date +%s%N)
  "$guildhall" demo --data "$work/data" --port "$port" --children 200 \
    --openid-provider "node demo/openid-provider/provider.mjs" > "$work/$1.out" 2> "$work/$1.log" &
  process=$!
  until grep -q 'Ctrl-C stops it' "$work/$1.out"; do
    kill -0 "$process" 2> /dev/null || { cat "$work/$1.log"; return 1; }
    sleep 0.02
  done
  echo "      the $1 start took $((($(date +%s%N) - begun) / 1000000)) ms"
}
stop() { kill -TERM "$process"; wait "$process"; local status=$?; process=; return $status; }
provider_answers() { curl -sf -o /dev/null "http://127.0.0.1:$((port + 1))/.well-known/openid-configuration"; }

start first
state "the first start makes the council" grep -q 'Inventing 200 children' "$work/first.out"
state "it ends by printing the addresses and the sign-ins" grep -qE 'p.okafor.*code now [0-9]{6}' "$work/first.out"
state "the council answers" curl -sf -o /dev/null "http://localhost:$port/health/ready"
state "its OpenID provider answers" provider_answers
"$guildhall" account code p.okafor --data "$work/data" > "$work/code"
state "the next code can be asked for" grep -qE '^[0-9]{6}$' "$work/code"
state "a page in another council's name is refused its post" test \
  "$(curl -s -o /dev/null -w '%{http_code}' -X POST -H 'Origin: https://elsewhere.example' "http://localhost:$port/enquiry/topic")" = 403
stop
state "it stops when told" test $? = 0
state "its provider has ended with it" bash -c "! curl -sf -o /dev/null http://127.0.0.1:$((port + 1))/"

start second
state "the second start makes nothing again" bash -c "! grep -q Inventing '$work/second.out'"
kill -9 "$process"; wait "$process" 2> /dev/null; process=
start third
state "it starts again after kill -9" curl -sf -o /dev/null "http://localhost:$port/health/ready"
state "the audit log is whole" "$guildhall" audit verify --data "$work/data"
stop
"$guildhall" demo --data "$work/data" --port "$port" --children nine > /dev/null 2> "$work/refused"
state "a wrong option is refused in words that help" grep -q -- '--children' "$work/refused"
finish
