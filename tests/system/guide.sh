#!/usr/bin/env bash
# The commands of the guides, run as they are shown: in a block ```console each line "$ command" is followed by what it
# prints, on both outputs. They run in docs/guides. GUILDHALL_REWRITE_GOLDEN=1 writes what they print anew.
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

# Runs the command that was read last, and compares what it prints with the file `shown`.
command=
commands=0
run() {
  [ -n "$command" ] || return 0
  bash -c "$command" > "$work/printed" 2>&1
  if [ -n "${GUILDHALL_REWRITE_GOLDEN:-}" ]; then
    cp "$work/printed" "$work/shown"
  else
    state "$guide: $command" diff "$work/shown" "$work/printed"
  fi
  cat "$work/shown" >> "$work/guide"
  command=
  commands=$((commands + 1))
}
for guide in *.md; do
  inside=
  : > "$work/guide"
  while IFS= read -r line; do
    case "$inside$line" in
      '```console') inside=yes ;;
      'yes```') run; inside= ;;
      'yes$ '*) run; command=${line#'$ '}; : > "$work/shown" ;;
      yes*) printf '%s\n' "$line" >> "$work/shown"; continue ;;
    esac
    printf '%s\n' "$line" >> "$work/guide"
  done < "$guide"
  [ -z "${GUILDHALL_REWRITE_GOLDEN:-}" ] || cp "$work/guide" "$guide"
done
state "the guides show commands" test "$commands" -ge 5
finish
