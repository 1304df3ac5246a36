"""Questions to the graph: a gate, a process that can be killed, and named queries with parameters.

**Gate.** Oxigraph has no switch against `SERVICE`, `FROM`, `LOAD`…, so a query is parsed by rdflib first and its tree is
searched: only SELECT, ASK, CONSTRUCT and DESCRIBE without `SERVICE` and without a dataset clause pass. What rdflib
cannot parse is refused: the gate fails closed.

**Process.** The query runs on a read-only snapshot in a process of its own (`python -m kg.sparql`), which is killed when
its time is over: a thread could not be stopped.

**Named queries** are files in `kg/queries/`: comment lines give title, description and parameters; `%name%` in the text
stands for the values of a parameter inside a `VALUES` block (`UNDEF` where it is not given). Values are written as
escaped RDF terms, never as text.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal, Self, get_args

import pyoxigraph as ox
from pyoxigraph import NamedNode, RdfFormat, Triple

from kg import merging
from kg.classes import event_classes
from kg.errors import QueryError
from kg.terms import BASE, KG, PREFIXES, RDFS, SKOS, actor_iri, fold

if TYPE_CHECKING:
    from pyoxigraph import Store

__all__ = ["MAX_ROWS", "TIMEOUT", "Answer", "NamedQuery", "Parameter", "Term", "actors_named", "ask_store", "check",
           "format_answer", "named_queries", "run"]

TIMEOUT = 30.0
"""Seconds."""
MAX_ROWS = 100_000
QUERIES = Path(__file__).parent / "queries"

Kind = Literal["actor", "date", "class", "text", "number"]
_KINDS: tuple[Kind, ...] = get_args(Kind)
_HOLE = re.compile(r"%(\w+)%")
_HEADER = re.compile(r"# (title|description|param (\w+)): (.*)")
_FORBIDDEN = {
    "ServiceGraphPattern": "SERVICE reaches other servers", "DatasetClause": "FROM reads files and other servers",
}


@dataclass(frozen=True, slots=True)
class Term:
    """One cell of a result."""

    value: str
    kind: Literal["iri", "literal", "blank"]
    datatype: str | None = None
    language: str | None = None

    def python(self) -> str | int | float | bool:
        """The value as a Python object of its datatype; the text of everything else."""
        convert = _PYTHON.get((self.datatype or "").rpartition("#")[2], str)
        return convert(self.value)  # type: ignore[no-any-return]  # a table of converters


_PYTHON: dict[str, Any] = {
    "integer": int, "decimal": float, "double": float, "float": float, "boolean": lambda text: text in ("true", "1"),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query gave: rows (SELECT), a truth value (ASK) or triples (CONSTRUCT, DESCRIBE)."""

    kind: Literal["select", "ask", "graph"]
    variables: tuple[str, ...] = ()
    rows: tuple[tuple[Term | None, ...], ...] = ()
    truth: bool | None = None
    turtle: str | None = None
    truncated: bool = False
    """There were more rows than `max_rows`."""

    def __bool__(self) -> bool:
        return bool(self.truth) if self.kind == "ask" else bool(self.rows or self.turtle)

    @classmethod
    def of(cls, variables: Sequence[str], rows: Iterable[Sequence[Any]]) -> Self:
        """Python values (None: unbound; of a tuple the parts) as a table, to be written like an answer."""
        return cls("select", tuple(variables), tuple(tuple(map(_term, row)) for row in rows))

    def records(self) -> list[dict[str, Any]]:
        """Rows as dicts of Python values (None where unbound); pandas takes them as they are."""
        return [{name: cell and cell.python() for name, cell in zip(self.variables, row, strict=True)}
                for row in self.rows]


def _term(value: Any) -> Term | None:
    if isinstance(value, tuple):
        value = "; ".join(value)
    datatype = {int: "integer", float: "decimal"}.get(type(value))
    return None if value is None else Term(str(value), "literal", datatype)


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a named query may be asked with."""

    name: str
    kind: Kind
    description: str


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """One question of `kg/queries`."""

    name: str
    title: str
    description: str
    parameters: tuple[Parameter, ...]
    text: str

    def bind(self, store: Store, given: Mapping[str, str | int]) -> str:
        """The SPARQL text with parameter values filled in.

        Raises:
            QueryError: an unknown parameter, a value of the wrong kind, or an actor that the graph does not have.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        if wrong := sorted(set(given) - set(known)):
            raise QueryError(f"no parameter {wrong[0]!r}", where=self.name,
                             remedy=f"it has {', '.join(known) or 'none'}")
        values = {name: _values(store, known[name], given.get(name)) for name in known}
        return _HOLE.sub(lambda hole: values[hole[1]], self.text)


# ── the gate ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def check(query: str) -> None:
    """Refuse what is not a harmless query.

    Raises:
        QueryError: it does not parse, writes, or reaches the network or files; the text says what and where.

    >>> check("SELECT * WHERE { SERVICE <http://example.org/> { ?s ?p ?o } }")
    Traceback (most recent call last):
    kg.errors.QueryError: SERVICE reaches other servers; leave it out: queries see this graph only
    """
    from pyparsing.exceptions import ParseBaseException
    from rdflib.plugins.sparql.parser import parseQuery

    try:
        tree = parseQuery(_prologue() + query)
    except ParseBaseException as error:
        if re.match(r"\s*((PREFIX|BASE)\s[^>]*>\s*)*(INSERT|DELETE|LOAD|CLEAR|DROP|CREATE|ADD|MOVE|COPY|WITH)\b", query,
                    re.IGNORECASE):
            raise QueryError("it is an update", remedy="queries only read; use `kg build` and `kg remove`") from error
        raise QueryError("not a SPARQL 1.1 query", where=_place(query, error.loc), remedy="mend it there") from error
    except (RecursionError, ValueError) as error:  # nesting beyond reason; bad escapes
        raise QueryError("cannot be parsed", remedy="make it simpler") from error
    for name in _nodes(tree):
        if name in _FORBIDDEN:
            raise QueryError(_FORBIDDEN[name], remedy="leave it out: queries see this graph only")


def _prologue() -> str:
    return "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())


def _place(query: str, at: int) -> str:
    before = query[: max(at - len(_prologue()), 0)]
    return f"line {before.count(chr(10)) + 1}, column {len(before) - (before.rfind(chr(10)) + 1) + 1}"


def _nodes(tree: Any) -> Iterator[str]:
    """Names of all nodes of rdflib's syntax tree, without recursion: a query may be nested deeply."""
    from pyparsing import ParseResults
    from rdflib.plugins.sparql.parserutils import CompValue

    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, CompValue):
            yield node.name
            waiting.extend(node.values())
        elif isinstance(node, list | tuple | ParseResults):
            waiting.extend(node)
        elif isinstance(node, dict):
            waiting.extend(node.values())


# ── running ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def run(path: Path, query: str, *, timeout: float = TIMEOUT, max_rows: int = MAX_ROWS) -> Answer:
    """Answer a query on the Oxigraph store at `path` (`Store.path`), in a process of its own.

    Raises:
        QueryError: refused by the gate, faulty, or not finished after `timeout` seconds.
    """
    check(query)
    task = json.dumps({"path": str(path), "query": query, "max_rows": max_rows}).encode("utf-8", "replace")
    command = [sys.executable, "-m", "kg.sparql"]
    try:
        done = subprocess.run(command, input=task, capture_output=True, timeout=timeout, check=False)
    except subprocess.TimeoutExpired as error:
        raise QueryError(f"not finished after {timeout:g} s", remedy="make it narrower, or allow more time") from error
    if done.returncode:
        message = (done.stderr or b"").decode("utf-8", "replace").strip().rpartition("\n")[2]
        raise QueryError(f"the query failed ({message or done.returncode})", remedy="make it simpler or narrower")
    return _read(json.loads(done.stdout))


def ask_store(store: Store, query: str, *, max_rows: int = MAX_ROWS) -> Answer:
    """Answer a query on a store in this process: quick for graphs in memory, but nothing can stop it.

    Raises:
        QueryError: refused by the gate or faulty.
    """
    check(query)
    return _read(_evaluate(store, query, max_rows))


def _evaluate(store: Store, query: str, max_rows: int) -> dict[str, Any]:
    """Plain data, to go through a pipe."""
    try:
        result = store.query(query, prefixes=PREFIXES)
    except SyntaxError as error:
        raise QueryError(f"not a SPARQL query ({error.msg})", remedy="mend it") from error
    if isinstance(result, ox.QueryBoolean):
        return {"kind": "ask", "truth": bool(result)}
    if isinstance(result, ox.QueryTriples):
        return {"kind": "graph", "turtle": _turtle(result)}
    rows: list[list[list[str | None] | None]] = []
    for solution in result:
        if len(rows) == max_rows:
            return {"kind": "select", "variables": _variables(result), "rows": rows, "truncated": True}
        rows.append([term and _cell(term) for term in solution])
    return {"kind": "select", "variables": _variables(result), "rows": rows, "truncated": False}


def _variables(result: ox.QuerySolutions) -> list[str]:
    return [variable.value for variable in result.variables]


def _turtle(triples: Iterator[Triple]) -> str:
    ordered = sorted(set(triples), key=str)
    return (ox.serialize(ordered, format=RdfFormat.TURTLE, prefixes=PREFIXES) or b"").decode()


def _cell(term: Any) -> list[str | None]:
    if isinstance(term, ox.Literal):
        return [term.value, "literal", term.datatype.value, term.language]
    if isinstance(term, NamedNode):
        return [term.value, "iri", None, None]
    return [str(term), "blank", None, None]


def _read(data: Mapping[str, Any]) -> Answer:
    if data["kind"] != "select":
        return Answer(data["kind"], truth=data.get("truth"), turtle=data.get("turtle"))
    rows = tuple(tuple(cell and Term(*cell) for cell in row) for row in data["rows"])
    return Answer("select", tuple(data["variables"]), rows, truncated=data["truncated"])


def _child(source: IO[bytes], sink: IO[bytes]) -> None:
    """The process: one task from standard input, one answer to standard output."""
    task = json.load(source)
    store = ox.Store.read_only(task["path"])
    sink.write(json.dumps(_evaluate(store, task["query"], task["max_rows"])).encode())


# ── named queries ────────────────────────────────────────────────────────────────────────────────────────────────────


@cache
def named_queries() -> Mapping[str, NamedQuery]:
    """The questions of `kg/queries` by name.

    Raises:
        QueryError: a file without title, description or with a parameter that it does not declare.
    """
    return {path.stem: _named(path) for path in sorted(QUERIES.glob("*.rq"))}


def _named(path: Path) -> NamedQuery:
    text = path.read_text(encoding="utf-8")
    header: dict[str, str] = {}
    parameters = []
    for match in map(_HEADER.fullmatch, text.splitlines()):
        if match and match[2]:
            kind, _, description = match[3].partition(" ")
            parameters.append(Parameter(match[2], _kind(kind, path), description))
        elif match:
            header[match[1]] = match[3]
    missing = {hole[1] for hole in _HOLE.finditer(text)} ^ {parameter.name for parameter in parameters}
    if missing or header.keys() != {"title", "description"}:
        raise QueryError(f"faulty header {sorted(missing)}", where=path.name,
                         remedy="give title, description, and every parameter as `# param NAME: KIND DESCRIPTION`")
    return NamedQuery(path.stem, header["title"], header["description"], tuple(parameters), text)


def _kind(word: str, path: Path) -> Kind:
    for kind in _KINDS:
        if word == kind:
            return kind
    raise QueryError(f"unknown kind {word!r}", where=path.name, remedy=f"use one of {_KINDS}")


def _values(store: Store, parameter: Parameter, given: str | int | None) -> str:
    """The terms of a `VALUES` block, escaped."""
    if given is None:
        return "UNDEF"
    if parameter.kind == "actor":
        return " ".join(str(actor) for actor in actors_named(store, str(given)))
    return str(_PARAMETER[parameter.kind](str(given), parameter.name))


def _date(text: str, name: str) -> ox.Literal:
    span = merging.days(text)
    if span is None:
        raise QueryError(f"{text!r} is not a date", where=name, remedy="write it as 2022-10-12, 2022-10 or 2022")
    day = span[1] if name == "until" else span[0]
    return ox.Literal(day, datatype=NamedNode("http://www.w3.org/2001/XMLSchema#date"))


def _class(text: str, name: str) -> NamedNode:
    if text.upper() not in event_classes():
        raise QueryError(f"no class {text!r}", where=name, remedy=f"use one of {', '.join(event_classes())}")
    return KG[text.capitalize()]


def _number(text: str, name: str) -> ox.Literal:
    if not re.fullmatch(r"\d{1,9}", text):
        raise QueryError(f"{text!r} is not a number", where=name, remedy="write digits")
    return ox.Literal(int(text))


def _text(text: str, name: str) -> ox.Literal:
    return ox.Literal(text.casefold())


_PARAMETER = {"date": _date, "class": _class, "number": _number, "text": _text}


def actors_named(store: Store, name: str) -> list[NamedNode]:
    """Actors of the graph by IRI, QID or name (folded; a part of a name where no whole one fits), sorted.

    Raises:
        QueryError: none; the text names the nearest ones.
    """
    if name.startswith(BASE) or re.fullmatch(r"Q\d+", name):
        node = _node(name)
        if any(store.quads_for_pattern(None, KG.mentions, node)):
            return [node]
    names = _names(store)
    wanted = fold(name)
    found = names.get(wanted) or {
        node for known, nodes in names.items() if f" {wanted} " in f" {known} " for node in nodes}
    if not found or not wanted:
        raise QueryError(f"no actor {name!r} in this graph", remedy=_nearest(wanted, sorted(names)))
    return sorted(found, key=lambda node: node.value)


def _node(name: str) -> NamedNode:
    try:
        return NamedNode(name) if name.startswith(BASE) else actor_iri(name)
    except ValueError as error:
        raise QueryError(f"{name!r} is not an IRI", remedy="copy it from a result, or write the name") from error


def _names(store: Store) -> dict[str, set[NamedNode]]:
    mentioned = {quad.object for quad in store.quads_for_pattern(None, KG.mentions, None, ox.DefaultGraph())}
    names: dict[str, set[NamedNode]] = {}
    for predicate in (RDFS.label, SKOS.prefLabel, SKOS.altLabel, KG.acronym):
        for quad in store.quads_for_pattern(None, predicate, None, ox.DefaultGraph()):
            if quad.subject in mentioned and isinstance(quad.subject, NamedNode):
                names.setdefault(fold(str(getattr(quad.object, "value", ""))), set()).add(quad.subject)
    return names


def _nearest(wanted: str, names: Sequence[str]) -> str:
    from rapidfuzz import process

    found = [name for name, *_ in process.extract(wanted, names, limit=3)]
    return f"did you mean {', '.join(found)}?" if found else "the graph has no actors yet"


# ── formats ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def format_answer(answer: Answer, form: Literal["csv", "tsv", "json"] = "csv") -> str:
    """The answer as text: rows as CSV, TSV or JSON records; ASK as `true` or `false`; triples as Turtle.

    CSV and TSV are safe in spreadsheets: no cell begins like a formula.
    """
    if answer.kind == "ask":
        return json.dumps(answer.truth) + "\n"
    if answer.kind == "graph":
        return answer.turtle or ""
    if form == "json":
        return json.dumps(answer.records(), ensure_ascii=False, indent=1) + "\n"
    return _separated(answer, "\t" if form == "tsv" else ",")


def _separated(answer: Answer, delimiter: str) -> str:
    import csv
    import io

    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow(answer.variables)
    for row in answer.records():
        writer.writerow([_harmless(value) for value in row.values()])
    return text.getvalue()


def _harmless(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        value = value.replace("\t", " ")
        return "'" + value if value.lstrip(" \n").startswith(("=", "+", "-", "@", "\r")) else value
    return value


if __name__ == "__main__":
    try:
        _child(sys.stdin.buffer, sys.stdout.buffer)
    except (QueryError, OSError) as problem:
        print(problem, file=sys.stderr)
        sys.exit(1)
