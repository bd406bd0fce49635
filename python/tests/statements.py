"""Tests as statements: `state("what is true", value)`, closed by the counts that ./test adds up."""

import sys

_passed = _failed = 0


def state(statement, holds):
    global _passed, _failed
    _passed, _failed = _passed + bool(holds), _failed + (not holds)
    print(("ok    " if holds else "FAIL  ") + statement, flush=True)


def problems_of(error_type, work):
    """The problems of the exception that `work` raises; none if it raises none."""
    try:
        work()
    except error_type as error:
        return error.problems
    return []


def finish():
    print(f"{_passed} passed, {_failed} failed, 0 skipped")
    sys.exit(1 if _failed else 0)
