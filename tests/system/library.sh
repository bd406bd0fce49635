#!/usr/bin/env bash
# A program of somebody else's builds with the decision engine as it is installed, and decides.
set -u
cd "$(dirname "$0")/../.."
source tests/system/statements.sh
prefix=$(mktemp -d)
trap 'rm -rf "$prefix"' EXIT

cmake --install build/dev --component decisions --prefix "$prefix" > "$prefix/log" 2>&1
state "the decision engine installs" test -f "$prefix/lib/pkgconfig/guildhall-decisions.pc"
export PKG_CONFIG_PATH=$prefix/lib/pkgconfig
# shellcheck disable=SC2046
g++ -std=c++20 -O1 examples/decide/decide.cpp $(pkg-config --cflags --libs guildhall-decisions) -o "$prefix/decide" \
  >> "$prefix/log" 2>&1
state "the example builds with it" test -x "$prefix/decide"
decide() { "$prefix/decide" examples/decide/permit.dmn Fee "$1" 2> "$prefix/errors"; }
state "it decides" test "$(decide '{"Age": 34, "Resident": true}')" = 45.50
decide '{"Resident": true}' > "$prefix/value"
state "where no rule matches the value is null" grep -qx null "$prefix/value"
state "with the reason" grep -q 'No rule' "$prefix/errors"
decide '{"Age": "old", "Resident": true}' > "$prefix/value"
state "an input of another type is refused with its name" grep -q Age "$prefix/errors"
finish
