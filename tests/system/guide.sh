#!/usr/bin/env bash
# The commands of the guides, run as they are shown: in a block ```console each line "$ command" is followed by what it
# prints, on both outputs. They run in docs/guides.
set -u
cd "$(dirname "$0")/../.."
source tests/system/statements.sh
guildhall=$(realpath "${GUILDHALL:-build/dev/guildhall}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin"
ln -s "$guildhall" "$work/bin/guildhall"
export PATH=$work/bin:$PATH
cd docs/guides || exit 1

# Runs the command, and compares what it prints with the file `shown`.
command=
prints() { bash -c "$command" > "$work/printed" 2>&1; diff "$work/shown" "$work/printed"; }
try() {
  [ -n "$command" ] && state "$guide: $command" prints
  command=
  : > "$work/shown"
}
commands=0
for guide in *.md; do
  inside=
  while IFS= read -r line; do
    case "$inside$line" in
      '```console') inside=yes ;;
      'yes```') try; inside= ;;
      'yes$ '*) try; command=${line#'$ '}; commands=$((commands + 1)) ;;
      yes*) printf '%s\n' "$line" >> "$work/shown" ;;
    esac
  done < "$guide"
done
state "the guides show commands" test "$commands" -ge 5
finish
