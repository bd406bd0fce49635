# For the shell tests: `state "what is true" command…` runs the command and says whether it held; `finish` closes with
# the counts that ./test adds up.
passed=0
failed=0
skipped=0
state() {
  local statement=$1
  shift
  if "$@"; then
    passed=$((passed + 1))
    echo "ok    $statement"
  else
    failed=$((failed + 1))
    echo "FAIL  $statement"
  fi
}
skip() { skipped=$((skipped + 1)); echo "skip  $1"; }
finish() {
  echo "$passed passed, $failed failed, $skipped skipped"
  [ "$failed" = 0 ]
}
