"""`readings.jsonl`, the truth of an output folder: one reading a line, sorted by article.

Every change leaves either the old file or the new one, flushed to disk, whatever is killed or loses its power: the new
file is written beside the old one and renamed. Articles that sort behind all others – news whose files are named by date –
are appended instead, which costs nothing however large the file is; half a line, should one be left, is dropped by `tidy`.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO

from kg.errors import StoreError
from kg.model import Reading

__all__ = ["READINGS", "Places", "change", "digest", "find", "fingerprint", "line", "lines", "parse", "tidy", "write_whole"]

READINGS = "readings.jsonl"

Places = Mapping[str, tuple[int, int]]
"""Article id → where its line is in readings.jsonl: first byte and number of bytes."""


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


def lines(path: Path) -> Iterator[tuple[str, bytes]]:
    """Article id and line, without parsing the whole line."""
    if not path.is_file():
        return
    with path.open("rb") as file:
        for line in file:
            yield _name(line), line


def _name(line: bytes) -> str:
    """The article's id, with which every line begins; cheap for long lines."""
    head = b'{"article": '
    if not line.startswith(head):
        return parse(line).article.id
    text = line[len(head) : len(head) + 1000].decode("utf-8", "ignore")
    return str(json.JSONDecoder().raw_decode(text)[0])


def find(path: Path, places: Places, names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """The lines of these articles; only they are read."""
    with path.open("rb") as file:
        for name in names:
            start, size = places[name]
            file.seek(start)
            yield name, file.read(size)


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


def change(path: Path, places: Places, changed: Mapping[str, bytes], removed: Collection[str]) -> None:
    """Let the file hold the `changed` lines, and no longer those `removed`; `places` are of all lines that it holds."""
    if not removed and path.is_file() and min(changed) > max(places, default=""):
        with path.open("ab") as file:
            file.writelines(changed[name] for name in sorted(changed))
            _flush(file)
        return

    def write(file: IO[bytes]) -> None:
        if not path.is_file():
            file.writelines(changed[name] for name in sorted(changed))
            return
        with path.open("rb") as old:
            _splice(file, old, places, changed, {*removed, *changed})

    write_whole(path, write)


def tidy(path: Path) -> None:
    """Put lines that somebody has edited in order, the last of an article being the one that counts; drop half a line."""
    _drop_half_line(path)
    names, last = [], b"\n"
    for name, last in lines(path):  # noqa: B007 - the last line is looked at below
        names.append(name)
    if names == sorted(set(names)) and last.endswith(b"\n"):
        return
    kept = dict(lines(path))
    write_whole(path, lambda file: file.writelines(kept[name].rstrip(b"\n") + b"\n" for name in sorted(kept)))


def _drop_half_line(path: Path) -> None:
    if not path.is_file():
        return
    with path.open("rb+") as file:
        for last in deque(file, maxlen=1):
            if not last.endswith(b"\n") and not _is_json(last):
                file.seek(-len(last), os.SEEK_END)
                file.truncate()


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


def _splice(
    file: IO[bytes], old: IO[bytes], places: Places, changed: Mapping[str, bytes], dropped: Collection[str]
) -> None:
    """Copy the old lines but `dropped`, with the changed ones put in, in order of article ids.

    What lies between two changes is copied in one piece, unread.
    """
    begin = end = 0
    for name in sorted(places.keys() | changed.keys()):
        start, size = places.get(name, (end, 0))
        if name in dropped:
            _copy(old, file, begin, start)
            file.write(changed.get(name, b""))
            begin = start + size
        end = start + size
    _copy(old, file, begin, end)


def _copy(old: IO[bytes], file: IO[bytes], begin: int, end: int) -> None:
    old.seek(begin)
    while begin < end:
        part = old.read(min(end - begin, 1 << 20))
        if not part:
            raise StoreError(f"{READINGS} is shorter than it was", remedy="build again")
        file.write(part)
        begin += len(part)


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
