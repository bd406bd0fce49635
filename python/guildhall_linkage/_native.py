"""The C interface of src/python/linkage_c.cpp, by ctypes. Batches go in and out by the Arrow C Data Interface."""

from __future__ import annotations

import ctypes
import json
from pathlib import Path
from typing import Any, Iterator

import pyarrow as pa

from .problems import LinkageError, Problem

_library = ctypes.CDLL(str(Path(__file__).with_name("_linkage.so")))

# Two structures of the Arrow C Data Interface, of which only the size is of interest here: pyarrow fills them.
_ARRAY_BYTES, _SCHEMA_BYTES = 80, 72

_pointer, _text, _int = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
_FUNCTIONS = {
    "problems": (_text, []),
    "free_text": (None, [_pointer]),
    "check_model": (_pointer, [_text]),
    "records_new": (_pointer, [_text]),
    "records_wanted": (_pointer, [_pointer, _int]),
    "records_add": (_int, [_pointer, _int, _pointer, _pointer]),
    "records_finish": (_int, [_pointer]),
    "records_notes": (_pointer, [_pointer]),
    "records_free": (None, [_pointer]),
    "train": (_pointer, [_pointer, _text]),
    "link": (_pointer, [_pointer, _text, _text]),
    "linked_free": (None, [_pointer]),
    "linked_statistics": (_pointer, [_pointer]),
    "linked_clusters": (_int, [_pointer, _pointer, _pointer]),
    "linked_clerical": (_int, [_pointer, _pointer, _pointer]),
    "weigh": (_int, [_pointer, _text, ctypes.c_double, _text, _pointer, _pointer]),
    "explain": (_pointer, [_pointer, _text, _text, _text]),
    "evaluate": (_pointer, [_pointer, _pointer, _text, _text]),
    "step_new": (_pointer, [_text, _text]),
    "step_columns": (_pointer, [_pointer]),
    "step_add": (_int, [_pointer, _pointer, _pointer]),
    "step_finish": (_int, [_pointer]),
    "step_take": (_int, [_pointer, _int, _pointer, _pointer]),
    "step_free": (None, [_pointer]),
    "settle_names": (_pointer, [_text]),
}
for _name, (_result, _arguments) in _FUNCTIONS.items():
    _function = getattr(_library, "guildhall_linkage_" + _name)
    _function.restype, _function.argtypes = _result, _arguments


def call(name: str, *arguments: Any) -> Any:
    """Calls one function; texts are encoded, JSON answers of `…` that are texts are read by `call_text`."""
    encoded = [argument.encode() if isinstance(argument, str) else argument for argument in arguments]
    answer = getattr(_library, "guildhall_linkage_" + name)(*encoded)
    result = _FUNCTIONS[name][0]
    if (result is _pointer and not answer) or (result is _int and answer < 0):
        raise LinkageError([Problem(**one) for one in json.loads(_library.guildhall_linkage_problems())])
    return answer


def call_text(name: str, *arguments: Any) -> str:
    """Calls a function that gives a text."""
    address = call(name, *arguments)
    try:
        return ctypes.string_at(address).decode()
    finally:
        _library.guildhall_linkage_free_text(address)


def call_json(name: str, *arguments: Any) -> Any:
    """Calls a function that gives JSON."""
    return json.loads(call_text(name, *arguments))


class _Structures:
    def __init__(self) -> None:
        self.array = ctypes.create_string_buffer(_ARRAY_BYTES)
        self.schema = ctypes.create_string_buffer(_SCHEMA_BYTES)
        self.addresses = (ctypes.addressof(self.array), ctypes.addressof(self.schema))


def give_batch(name: str, *arguments: Any, batch: pa.RecordBatch) -> Any:
    """Calls a function whose last argument is a batch."""
    structures = _Structures()
    batch._export_to_c(*structures.addresses)
    return call(name, *arguments, *structures.addresses)


def take_batch(name: str, *arguments: Any) -> tuple[int, pa.RecordBatch | None]:
    """Calls a function that gives a batch; its answer, and the batch where there is one."""
    structures = _Structures()
    answer = call(name, *arguments, *structures.addresses)
    released = not any(structures.schema.raw)
    return answer, None if released else pa.RecordBatch._import_from_c(*structures.addresses)


class Handle:
    """An object of the library, freed with this one."""

    def __init__(self, kind: str, address: int) -> None:
        self._kind, self.address = kind, address

    def __del__(self) -> None:
        if getattr(self, "address", None):
            getattr(_library, f"guildhall_linkage_{self._kind}_free")(self.address)
            self.address = 0


def run_step(name: str, settings: str, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Runs one step of a linkage over many machines: src/core/linkage/spread.h."""
    step = None
    for batch in batches:
        if batch.num_rows == 0:
            continue
        if step is None:
            step = Handle("step", call("step_new", name, settings))
        give_batch("step_add", step.address, batch=batch)
        given, out = take_batch("step_take", step.address, 0)
        if given and out is not None:
            yield out
    if step is None:
        return
    call("step_finish", step.address)
    given, out = take_batch("step_take", step.address, 1)
    if given and out is not None:
        yield out


def step_columns(settings: str) -> list[str]:
    """The columns of rows that the steps want; the last is the id's."""
    step = Handle("step", call("step_new", "attach", settings))
    return call_json("step_columns", step.address)
