"""`readings.jsonl`, the truth of an output folder: one reading a line.

It is a log: a change is appended and flushed to disk, which costs the same however large the file is. The last line about an
article is the one that counts; one that says no more than `{"withdrawn": ID}` withdraws it. Half a line, should a kill leave
one, is dropped by `mend`. `Store.tidy` puts the lines in order of the articles' ids and drops what no longer counts.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import IO, NamedTuple

from kg.errors import StoreError
from kg.model import Reading

__all__ = [
    "READINGS", "Line", "Places", "append", "digest", "find", "fingerprint", "line", "mend", "parse", "scan", "write_whole",
]

READINGS = "readings.jsonl"

Places = Mapping[str, tuple[int, int]]
"""Article id → where its line is in readings.jsonl: first byte and number of bytes."""

_READING, _WITHDRAWN = b'{"article": ', b'{"withdrawn": '


class Line(NamedTuple):
    """A line of readings.jsonl that counts."""

    start: int
    """First byte."""
    size: int
    """Bytes."""
    digest: bytes


def line(reading: Reading) -> bytes:
    """One line of readings.jsonl; unpaired surrogates, which UTF-8 cannot hold, become `?`."""
    text = json.dumps(reading.to_json(), ensure_ascii=False, separators=(", ", ": "))
    return text.encode("utf-8", "replace") + b"\n"


def parse(line: bytes) -> Reading:
    """The reading of a line.

    Raises:
        StoreError: it is none.
    """
    try:
        return Reading.from_json(json.loads(line))
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{READINGS} holds a line that is not a reading ({line[:60]!r}…)",
                         remedy="restore the file or build again in a new folder") from error


def scan(path: Path) -> dict[str, Line]:
    """Article id → the line that counts, of the whole file; no line is parsed as a whole."""
    found: dict[str, Line] = {}
    start = 0
    for line in _lines(path):
        if line.startswith(_WITHDRAWN):
            found.pop(_name(line), None)
        else:
            found[_name(line)] = Line(start, len(line), digest(line))
        start += len(line)
    return found


def _lines(path: Path) -> Iterator[bytes]:
    if path.is_file():
        with path.open("rb") as file:
            yield from file


def _name(line: bytes) -> str:
    """The article's id, with which every line begins; cheap for long lines."""
    for head in (_READING, _WITHDRAWN):
        if line.startswith(head):
            text = line[len(head) : len(head) + 1000].decode("utf-8", "ignore")
            return str(json.JSONDecoder().raw_decode(text)[0])
    return parse(line).article.id


def find(path: Path, places: Places) -> Iterator[tuple[str, bytes]]:
    """The lines at these places, in their order; only they are read.

    Raises:
        StoreError: another process has just put the file in order.
    """
    with path.open("rb") as file:
        for name, (start, size) in places.items():
            file.seek(start)
            line = file.read(size)
            if len(line) != size or _name(line) != name:
                raise StoreError(f"{READINGS} has been changed meanwhile", where=str(path.parent), remedy="try again")
            yield name, line


def digest(line: bytes) -> bytes:
    """By which a changed line is known."""
    return hashlib.sha256(line).digest()


def fingerprint(path: Path) -> str:
    """Changes with every change of the file."""
    try:
        stat = path.stat()
    except FileNotFoundError:
        return "none"
    return f"{stat.st_size}:{stat.st_mtime_ns}:{stat.st_ino}"


def append(path: Path, lines: Mapping[str, bytes], withdrawn: Collection[str]) -> Places:
    """Add the lines of articles that are new or changed, and withdraw others; where the lines are."""
    places: dict[str, tuple[int, int]] = {}
    there = path.is_file()
    with path.open("ab") as file:
        file.writelines(_WITHDRAWN + json.dumps(name).encode() + b"}\n" for name in sorted(withdrawn))
        for name in sorted(lines):
            places[name] = file.tell(), len(lines[name])
            file.write(lines[name])
        _flush(file)
    if not there:
        _flush_folder(path.parent)
    return places


def mend(path: Path) -> None:
    """Drop half a line at the end; end the last one, should somebody's editor have left it open."""
    if not path.is_file():
        return
    with path.open("rb+") as file:
        for last in deque(file, maxlen=1):
            if not last.endswith(b"\n") and _is_json(last):
                file.write(b"\n")
            elif not last.endswith(b"\n"):
                file.seek(-len(last), os.SEEK_END)
                file.truncate()


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


def write_whole(path: Path, write: Callable[[IO[bytes]], object]) -> Path:
    """Write beside the place, flush and rename: neither a kill nor a power failure leaves half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".tmp")
    with temporary.open("wb") as file:
        write(file)
        _flush(file)
    temporary.replace(path)
    _flush_folder(path.parent)
    return path


def _flush(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    """So that the new name outlives a power failure, where the system lets a folder be opened (Windows does not)."""
    if os.name == "posix":
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
