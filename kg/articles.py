"""Files and standard input → `Article`s: `.txt` and `.md`, with front matter, a `metadata.csv` beside them, or neither.

What is known of an article comes, in this order, from its front matter, from the row of `metadata.csv` in the same
folder (columns file, date, title, source, url, language), and from a level-1 Markdown heading (the title).

White space is normalised once, here, and every later offset counts in the result: one blank line between paragraphs,
single spaces inside them, no control or zero-width characters, Unicode NFC. A paragraph ends at a blank line, or
at a line that ends in closing punctuation; other line ends are mere wrapping.
"""

from __future__ import annotations

import codecs
import csv
import datetime
import io
import os
import re
import stat
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from kg.errors import ArticleError
from kg.model import Article

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

__all__ = ["Batch", "Seen", "absolute", "find", "load", "load_files", "normalise", "parse_text", "read_file", "valid_date"]

SUFFIXES = (".txt", ".md")
FIELDS = ("date", "title", "source", "url", "language")
LANGUAGES = ("es",)
METADATA = "metadata.csv"
SETTLED = 2.0
"""Seconds after its last change from which a file is known by its time."""

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_PLAIN_LINE = re.compile(r"""([a-z]+):[ ]+( \d{4}-\d\d-\d\d | https?://[^\s#]+[^\s#:]
    | (?!(?i:true|false|null|yes|no|on|off)$) [«¿¡]?[^\W\d_]{2,} (?:[ ][^:#]+)? )""", re.VERBOSE)
"""A date, an address, or words that YAML takes for nothing else."""
_DATE = re.compile(r"\d{4}-\d{2}(-\d{2})?")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_CLOSES = re.compile(r"[.!?…:][»”\"')\]]*$|[»”\"]$")


class Seen(NamedTuple):
    """A file that was read before."""

    id: str
    digest: str
    """`Article.digest`."""
    stamp: str
    """Size, time and inode of the file and of the `metadata.csv` beside it."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What a list of sources gave: the articles that could be read, and a problem for each that could not."""

    articles: tuple[Article, ...]
    problems: tuple[ArticleError, ...]
    unchanged: tuple[Seen, ...] = ()
    """Files that were left unread because they are as they were."""
    seen: Mapping[str, Seen] = field(default_factory=dict)
    """The files that were read, by their paths, for the next `load`."""


def load(sources: Iterable[str | Path], seen: Mapping[str, Seen] | None = None) -> Batch:
    """Read files, folders (recursively, sorted) and `-` (standard input).

    An unreadable or empty article becomes a problem; the others are read. Articles of one file name in different
    folders get the folder's name before theirs. Files `seen` before that have not changed since are not opened.

    Raises:
        ArticleError: when a source does not exist, or no source holds any article file at all.
    """
    return load_files(find(sources), seen or {})


def load_files(paths: Iterable[Path], seen: Mapping[str, Seen]) -> Batch:
    """The same for files that `find` gave."""
    paths = list(dict.fromkeys(paths))
    stems = Counter(path.stem for path in paths)
    tables: dict[Path, Mapping[str, Mapping[str, str]] | ArticleError] = {}
    articles, problems, unchanged, now = [], [], [], {}
    metadata = cache(lambda folder: _stat(folder / METADATA))
    for path in paths:
        before, stamp = seen.get(absolute(path)), _stamp(_stat(path), metadata(path.parent))
        stem = path.stem
        prefix = "" if stems[stem] == 1 else f"{path.parent.name}-"
        if before and before.stamp == stamp and before.id == prefix + stem:
            unchanged.append(before)
            continue
        try:
            article = _read(path, tables)
        except ArticleError as problem:
            problems.append(problem)
            continue
        articles.append(replace(article, id=prefix + article.id))
        if stamp:
            now[absolute(path)] = Seen(articles[-1].id, articles[-1].digest, stamp)
    problems.extend(table for table in tables.values() if isinstance(table, ArticleError))
    return Batch(tuple(articles), tuple(problems), tuple(unchanged), now)


def absolute(path: Path) -> str:
    """The path from the root, as `seen` has it."""
    return os.path.join(os.getcwd(), path)  # noqa: PTH109, PTH118 - `Path.absolute` takes ten times as long


def _stat(path: Path) -> os.stat_result | None:
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return found if stat.S_ISREG(found.st_mode) else None


def _stamp(file: os.stat_result | None, metadata: os.stat_result | None) -> str:
    """Empty for what may change unseen: standard input, and a file changed a moment ago, perhaps while it is read."""
    found = [one for one in (file, metadata) if one]
    if file is None or time.time() - max(one.st_mtime for one in found) < SETTLED:
        return ""
    return " ".join(f"{one.st_size}:{one.st_mtime_ns}:{one.st_ino}" for one in found)


def read_file(path: Path, known: Mapping[str, str] | None = None) -> Article:
    """Read one article; `known` holds fields (`FIELDS`) from elsewhere, e.g. a row of `metadata.csv`.

    Raises:
        ArticleError: unreadable, binary or empty file, broken front matter, a date that is not ISO 8601, a language
            that extraction does not know.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ArticleError(f"cannot be read ({error.strerror})", where=str(path)) from error
    text = _decode(data, str(path))
    return parse_text(text, id=path.stem, where=str(path), markdown=path.suffix == ".md", known=known)


def parse_text(
    text: str, *, id: str = "", where: str = "text", markdown: bool = False, known: Mapping[str, str] | None = None  # noqa: A002
) -> Article:
    """Make an `Article` of a text with or without front matter; without `id`, 16 hex digits of its digest.

    >>> parse_text("---\\ndate: 2022-10-12\\n---\\nPeskov  lo ha\\nnegado.\\n\\nOtro párrafo.").text
    'Peskov lo ha negado.\\n\\nOtro párrafo.'
    """
    fields, body = _front_matter(text.replace("\r\n", "\n").replace("\r", "\n"), where)
    fields = {**(known or {}), **fields}
    if markdown:
        title, body = _from_markdown(body)
        fields.setdefault("title", title)
    body = normalise(body)
    if not body:
        raise ArticleError("the article has no text", where=where)
    article = Article(id=id, text=body, **_checked({k: v for k, v in fields.items() if v}, where))
    return article if id else replace(article, id=article.digest[:16])


def normalise(text: str) -> str:
    """White space as the module docstring says; paragraphs separated by one blank line.

    >>> normalise("Uno\\u00a0 dos\\n\\n\\n  tres\\ncuatro.\\n")
    'Uno dos\\n\\ntres cuatro.'
    """
    text = _CONTROL.sub(" ", _INVISIBLE.sub("", unicodedata.normalize("NFC", text)))
    paragraphs: list[str] = []
    open_paragraph = False
    for line in re.split(r"[\n\v\f\x85\u2028\u2029]", text):
        line = " ".join(line.split())
        if line and open_paragraph:
            paragraphs[-1] += " " + line
        elif line:
            paragraphs.append(line)
        open_paragraph = bool(line) and not _CLOSES.search(line)
    return "\n\n".join(paragraphs)


def find(sources: Iterable[str | Path]) -> list[Path]:
    """The article files of sources, standard input as `-`; raises as `load`."""
    paths = [path for source in sources for path in _files(source)]
    if not paths:
        raise ArticleError("no articles here", remedy=f"give files or folders with {' or '.join(SUFFIXES)} files")
    return paths


def _files(source: str | Path) -> Iterator[Path]:
    path = Path(source)
    if not str(source):
        raise ArticleError("an empty name", remedy="give a file or folder; `.` is the current folder")
    if str(source) == "-":
        yield path
    elif path.is_dir():
        articles = (p for p in _below(path) if p.stem.casefold() != "readme" and p.is_file())
        yield from sorted(articles, key=lambda p: p.parts)
    elif path.exists():
        yield path
    else:
        raise ArticleError("no such file or folder", where=str(source))


def _below(folder: Path) -> Iterator[Path]:
    """What looks like an article, in a folder and those in it; not what is hidden, such as `.venv`."""
    for found, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(found, name) for name in names if name.endswith(SUFFIXES) and not name.startswith("."))


def _read(path: Path, tables: dict[Path, Mapping[str, Mapping[str, str]] | ArticleError]) -> Article:
    if str(path) == "-":
        return parse_text(_decode(sys.stdin.buffer.read(), "standard input"), where="standard input")
    if path.parent not in tables:
        try:
            tables[path.parent] = _metadata(path.parent / METADATA)
        except ArticleError as problem:
            tables[path.parent] = problem
    table = tables[path.parent]
    return read_file(path, {} if isinstance(table, ArticleError) else table.get(path.name, {}))


def _metadata(path: Path) -> Mapping[str, Mapping[str, str]]:
    if not path.is_file():
        return {}
    rows = csv.DictReader(io.StringIO(_decode(path.read_bytes(), str(path))))
    if "file" not in (rows.fieldnames or ()):
        raise ArticleError("has no column «file»", where=str(path), remedy=f"columns are file, {', '.join(FIELDS)}")
    return {row["file"]: {k: (row.get(k) or "").strip() for k in FIELDS} for row in rows if row["file"]}


def _decode(data: bytes, where: str) -> str:
    encoding = next((name for bom, name in _BOMS if data.startswith(bom)), None)
    if encoding is None and b"\x00" in data:
        raise ArticleError("is not a text file", where=where)
    for candidate in (encoding,) if encoding else ("utf-8", "cp1252"):
        try:
            return data.decode(candidate)
        except UnicodeDecodeError:
            continue
    raise ArticleError("has an unknown encoding", where=where, remedy="save it as UTF-8")


def _front_matter(text: str, where: str) -> tuple[dict[str, str], str]:
    """Fields and body.

    >>> _front_matter("---\\ntitle: La cumbre\\ndate: 2022-06-29\\n---\\nMadrid…", "a.md")
    ({'title': 'La cumbre', 'date': '2022-06-29'}, 'Madrid…')
    """
    found = _FRONT_MATTER.match(text)
    if not found:
        return {}, text
    return _plain_fields(found[1]) or _fields(found[1], where), text[found.end():]


def _plain_fields(text: str) -> dict[str, str] | None:
    """Fields of lines that mean in YAML what they look like, as nearly all do: reading them so takes a hundredth of the time."""
    found = [_PLAIN_LINE.fullmatch(line.rstrip(" ")) for line in text.split("\n") if line.isprintable()]
    fields = {match[1]: " ".join(match[2].split()) for match in found if match}
    return {k: v for k, v in fields.items() if k in FIELDS} if len(fields) == text.count("\n") + 1 else None


def _fields(text: str, where: str) -> dict[str, str]:
    from srsly._yaml_api import yaml_loads
    from srsly.ruamel_yaml.error import YAMLError

    try:
        data = yaml_loads(text) or {}
    except (YAMLError, ValueError) as error:
        first = " ".join(str(error).split())[:120]
        raise ArticleError(f"broken front matter ({first})", where=where, remedy="write `key: value` lines") from error
    if not isinstance(data, dict):
        raise ArticleError("broken front matter", where=where, remedy="write `key: value` lines between two `---`")
    fields = {str(k).casefold(): _plain(v) for k, v in data.items() if v is not None}
    return {k: v for k, v in fields.items() if k in FIELDS}


def _plain(value: object) -> str:
    return value.isoformat()[:10] if isinstance(value, datetime.date) else " ".join(str(value).split())


def _checked(fields: Mapping[str, str], where: str) -> dict[str, str]:
    if fields.get("date"):
        valid_date(fields["date"], where)
    language = fields.get("language", "es").casefold().split("-")[0]
    if language not in LANGUAGES:
        supported = f"supported: {', '.join(LANGUAGES)}"
        raise ArticleError(f"language «{language}» is not supported", where=where, remedy=supported)
    return {**fields, "language": language}


def valid_date(text: str, where: str) -> str:
    """The text, when it is an ISO day or month.

    Raises:
        ArticleError: it is not.
    """
    try:
        if not _DATE.fullmatch(text):
            raise ValueError
        datetime.date.fromisoformat((text + "-01")[:10])
    except ValueError:
        raise ArticleError(f"«{text}» is not a date", where=where, remedy="write YYYY-MM-DD or YYYY-MM") from None
    return text


def _from_markdown(text: str) -> tuple[str, str]:
    """The first level-1 heading, and the rest as plain paragraphs."""
    title, paragraphs, heading = "", [], ""
    for token in _markdown().parse(text):
        if token.type == "heading_open":
            heading = token.tag
        elif token.type == "inline":
            line = "".join(_inline(child.type, child.content) for child in token.children or ())
            if heading == "h1" and not title:
                title = " ".join(line.split())
            else:
                paragraphs.append(line)
            heading = ""
    return title, "\n\n".join(paragraphs)


@cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark")


def _inline(kind: str, content: str) -> str:
    return {"text": content, "code_inline": content, "softbreak": " ", "hardbreak": " "}.get(kind, "")
