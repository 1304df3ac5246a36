"""The command line. Each command parses its words, calls one function of the library and prints.

Results go to standard output, everything else to standard error. Exit codes: 0 done; 1 done in part (some articles
could not be read), or the answer is no; 2 a mistake of the user's, told in one line; 130 interrupted.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kg import settings as settings_module
from kg.errors import ArticleError, KgError, QueryError

if TYPE_CHECKING:
    from rich.console import Console

    from kg.articles import Batch
    from kg.pipeline import Outcome
    from kg.sparql import Answer

__all__ = ["app", "main"]

PARTIAL, USAGE, INTERRUPTED = 1, 2, 130
WIDTH = 140
"""Columns of tables where there is no terminal."""

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Knowledge graphs of geopolitical actors from news: who does what to whom, who says so, and whether it is so.",
)

Sources = Annotated[list[str], typer.Argument(help="Articles: files, folders, or - (standard input).", metavar="SRC…")]
Output = Annotated[Path, typer.Argument(help="Folder written by `kg build`.", metavar="OUTPUT")]
Model = Annotated[str | None, typer.Option("--model", help="A Spanish spaCy pipeline by name or path.", metavar="NAME")]
Workers = Annotated[int | None, typer.Option(help="Processes that read articles; 0: one for each core.", min=0)]


@dataclass(slots=True)
class _Global:
    """Options before the command."""

    settings: settings_module.Settings
    debug: bool


def main() -> None:
    """Run the command line; a mistake of the user's becomes one line and exit code 2."""
    try:
        app()
    except KgError as error:
        if "--debug" in sys.argv:
            raise
        print(f"kg: {error}", file=sys.stderr)
        sys.exit(USAGE)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:  # «kg read … | head»
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


@app.callback()
def options(
    context: typer.Context,
    settings: Annotated[Path | None, typer.Option(help="Settings file; kg.toml here is found by itself.")] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
) -> None:
    """Global options, read before any command."""
    context.obj = _Global(settings_module.load(settings), debug)


@app.command()
def read(
    context: typer.Context,
    sources: Sources,
    date: Annotated[str | None, typer.Option(help="Publication date, where the article states none.",
                                             metavar="YYYY-MM-DD")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line and article.")] = False,
    model: Model = None,
    workers: Workers = None,
) -> None:
    """Print the triples of articles with their evidence.

    Examples:

        kg read seeds/2022-06-cumbre-madrid.md

        kg read article.txt --date 2022-10-12 --json
    """
    from kg import articles, explain

    batch = articles.load(sources)
    if date:
        checked = articles.valid_date(date, "--date")
        batch = replace(batch, articles=tuple(replace(a, date=a.date or checked) for a in batch.articles))
    failed = list(batch.problems)
    for outcome in _outcomes(context, batch, model, workers):
        if isinstance(outcome, ArticleError):
            failed.append(outcome)
        elif as_json:
            print(json.dumps(outcome.to_json(), ensure_ascii=False))
        else:
            _console().print(explain.reading(outcome))
    _report(failed)


@app.command()
def build(
    context: typer.Context,
    sources: Sources,
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder to write; an existing one grows.")],
    model: Model = None,
    workers: Workers = None,
) -> None:
    """Read articles and merge them into a graph: Turtle, TriG, readings and an HTML page in OUTPUT.

    Only new and changed articles are read; those already there stay.

    Examples:

        kg build seeds --output output

        kg build monday/ tuesday/ --output output --workers 0
    """
    from kg import explain, pipeline
    from kg.store import Store

    settings = _overridden(_settings(context), model, workers)
    with _bar("Reading") as start:
        report = pipeline.build(sources, output, settings, progress=start)
    with Store.open(output) as store:
        _console().print(explain.edges(store.strongest()))
    for file in report.files:
        print(file)
    _report_left_out(output)
    counts = (f"{len(getattr(report, what))} {what}" for what in ("added", "changed", "unchanged"))
    print(f"Articles: {', '.join(counts)}, {len(report.problems)} not readable", file=sys.stderr)
    _report(list(report.problems))


@app.command()
def evaluate(
    context: typer.Context,
    gold: Annotated[Path, typer.Argument(help="Folder of annotations, one JSON file an article.", metavar="GOLD_DIR")],
    predictions: Annotated[Path | None, typer.Option(help="Readings (JSON lines) to score instead.")] = None,
    texts: Annotated[Path | None, typer.Option(help="Folder of the articles; else `texts` beside GOLD_DIR.")] = None,
    details: Annotated[bool, typer.Option("--details", help="Every hit, miss and surplus.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Figures as JSON.")] = False,
    without: Annotated[list[str] | None, typer.Option(help="Part of the extraction to leave out: dropped-subjects, "
                                                      "nominal-events, attribution or similarity.", metavar="PART")] = None,
    model: Model = None,
) -> None:
    """Measure readings against gold annotations: precision, recall and F1 of events, actors and offices.

    Examples:

        kg evaluate tests/gold --texts seeds

        kg evaluate tests/gold --predictions readings.jsonl --details

        kg evaluate tests/gold --texts seeds --without nominal-events
    """
    from kg import evaluation

    annotated = evaluation.load_gold(gold)
    scores = evaluation.evaluate(
        annotated,
        evaluation.load_predictions(predictions) if predictions
        else _read_for(context, annotated, texts or evaluation.texts_of(gold), model, without or ()),
    )
    for line in scores.details if details else ():
        print(line)
    print(json.dumps(scores.as_dict(), ensure_ascii=False, indent=1) if as_json else scores.table())


@app.command()
def calibrate(
    context: typer.Context,
    gold: Annotated[list[Path], typer.Argument(help="Folders of annotations.", metavar="GOLD_DIR…")],
    texts: Annotated[list[Path] | None, typer.Option(help="Folder of the articles of each, in the same order.")] = None,
    to: Annotated[Path | None, typer.Option("--to", help="File to write; else standard output.")] = None,
    model: Model = None,
) -> None:
    """Measure on gold how often each extraction rule is right: the table that gives events their confidence.

    Examples:

        kg calibrate tests/gold --texts seeds

        kg calibrate tests/gold --texts seeds --to ontology/confidence.tsv
    """
    from kg import calibration, evaluation

    annotated: list[Mapping[str, Any]] = []
    found: dict[str, Mapping[str, Any]] = {}
    for number, folder in enumerate(gold):
        here = evaluation.load_gold(folder)
        source = texts[number] if texts and number < len(texts) else evaluation.texts_of(folder)
        annotated += here
        found |= _read_for(context, here, source, model)
    rows = calibration.reliability(annotated, found)
    if to is None:
        print(calibration.format_table(rows), end="")
    else:
        calibration.write(rows, to)


def _read_for(context: typer.Context, annotated: Iterable[Mapping[str, Any]], texts: Path, model: str | None,
              without: Sequence[str] = ()) -> Mapping[str, Mapping[str, Any]]:
    """Readings of the annotated articles as plain data, by article; parts of the extraction may be left out."""
    from kg import articles
    from kg.pipeline import Engine

    wanted = {str(document["article"]) for document in annotated}
    batch = articles.load([texts])
    batch = replace(batch, articles=tuple(a for a in batch.articles if a.id in wanted))
    found: Iterable[Outcome] = _outcomes(context, batch, model, None)
    if without:  # neither cached nor spread over processes: a figure, not a graph
        engine, parts = Engine(_settings(context).language.model if model is None else model), _parts(without)
        found = (engine.read(article, parts) for article in batch.articles)
    readings = (o for o in found if not isinstance(o, ArticleError))
    return {reading.article.id: reading.to_json() for reading in readings}


def _parts(names: Sequence[str]) -> tuple[str, ...]:
    from kg.reader import PARTS

    chosen = tuple(name.replace("-", "_") for name in names)
    for name, part in zip(names, chosen, strict=True):
        if part not in PARTS:
            raise QueryError(f"no part «{name}»", remedy=f"one of {', '.join(p.replace('_', '-') for p in PARTS)}")
    return chosen


@app.command()
def view(
    context: typer.Context,
    output: Output,
    to: Annotated[Path | None, typer.Option("--to", help="File to write; else graph.html in OUTPUT.")] = None,
    language: Annotated[str | None, typer.Option(help="Language of the page at its opening: es or en.")] = None,
    size_by: Annotated[str | None, typer.Option(help="Size of nodes: degree, pagerank or betweenness.")] = None,
) -> None:
    """Write the interactive page: one HTML file that opens anywhere and asks the network for nothing.

    Examples:

        kg view output --to meeting.html --language en --size-by betweenness
    """
    from kg.store import Store
    from kg.view import write_view

    given = {"language": language, "size_by": size_by}
    chosen = settings_module.checked_view(_settings(context).view, {k: v for k, v in given.items() if v})
    with Store.open(output) as store:
        path = to or output / "graph.html"
        print(write_view(store.readings(), path, identity=store.identity(), language=chosen.language, size_by=chosen.size_by))


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def query(
    context: typer.Context,
    output: Annotated[Path | None, typer.Argument(help="Folder written by `kg build`.", metavar="OUTPUT")] = None,
    question: Annotated[str | None, typer.Argument(help="Name of a ready question, or a SPARQL query.",
                                                   metavar="NAME|SPARQL")] = None,
    listed: Annotated[bool, typer.Option("--list", help="The ready questions and their parameters.")] = False,
    format: Annotated[str, typer.Option("--format", help="table, csv, tsv or json.")] = "table",  # noqa: A002
    timeout: Annotated[float | None, typer.Option(help="Seconds after which the query is stopped.")] = None,
) -> None:
    """Ask the graph in SPARQL, or by the name of a ready question with its parameters as options.

    Queries can only read. A yes-or-no question sets the exit code: 0 yes, 1 no.

    Examples:

        kg query --list

        kg query output threats --since 2022-01-01

        kg query output 'SELECT ?a ?b { ?a kg:threatens ?b }' --format csv
    """
    from kg import api, explain, sparql

    if listed:
        _console().print(explain.questions(sparql.named_queries().values()))
        return
    if output is None or question is None:
        raise QueryError("nothing asked", remedy="kg query OUTPUT NAME, or kg query --list")
    _checked_format(format)
    limits = _settings(context).query
    with api.open(output) as graph:
        answer = graph.query(question, timeout=timeout or limits.timeout_s, max_rows=limits.max_rows,
                             **_parameters(context.args))
    _print_answer(answer, format)
    if answer.kind == "ask" and not answer:
        raise typer.Exit(PARTIAL)


def _parameters(words: list[str]) -> dict[str, str]:
    """`--actor Rusia --since 2022` → {"actor": "Rusia", "since": "2022"}; `--actor=Rusia` too."""
    found: dict[str, str] = {}
    rest = list(words)
    while rest:
        name, given, value = rest.pop(0).partition("=")
        if not name.startswith("--") or (not given and not rest):
            raise QueryError(f"«{name}» is not a parameter with a value", remedy="write --name value; see kg query --list")
        key = name.removeprefix("--").replace("-", "_")
        found["cls" if key == "class" else key] = value if given else rest.pop(0)
    return found


@app.command()
def actors(
    output: Output,
    actor: Annotated[str | None, typer.Option(help="Name, path or IRI of one actor: its mentions in their sentences.")] = None,
    same: Annotated[tuple[str, str] | None, typer.Option(metavar="A B", help="Decide that these two are one actor.")] = None,
    different: Annotated[tuple[str, str] | None, typer.Option(metavar="A B", help="Decide that they are two.")] = None,
    why: Annotated[str, typer.Option(help="The reason, kept with the decision.")] = "",
    questions: Annotated[bool, typer.Option("--questions", help="Only the open questions: who may be one.")] = False,
    format: Annotated[str, typer.Option("--format", help="table, csv, tsv or json.")] = "table",  # noqa: A002
) -> None:
    """List the actors with their mentions and the open questions, or decide one.

    A decision is added to OUTPUT/decisions.jsonl, changes the graph at once, and is replayed by every later build.

    Examples:

        kg actors output

        kg actors output --actor Stoltenberg

        kg actors output --same "Ramón Ferreiro" "person/ramon-ferreyro" --why "one minister"
    """
    from kg import api, explain, roster
    from kg.identity import Question
    from kg.store import Store

    _checked_format(format)
    if same or different:
        _decide(output, same, different, why)
        return
    with Store.open(output) as store:
        if actor is not None:
            _print_rows(list(roster.mentions(store, roster.find(store, actor))), roster.MentionRow, format)
            return
        open_questions = roster.open_questions(store)
    if not questions:
        with api.open(output) as graph:
            _print_answer(graph.query("who"), format)
    if questions or format == "table":
        if format == "table":
            _console().print(explain.headed("Open questions", "may be one actor; decide with --same or --different"))
        _print_rows(open_questions, Question, format)


def _decide(output: Path, same: tuple[str, str] | None, different: tuple[str, str] | None, why: str) -> None:
    """One or two decisions, and the exports in step."""
    from kg import pipeline

    for verdict, pair in (("same", same), ("different", different)):
        if pair:
            decision = pipeline.decide(output, verdict, *pair, why)  # type: ignore[arg-type]
            print(f"{decision.one} and {decision.other}: {verdict}")
    _report_left_out(output)


def _checked_format(name: str) -> None:
    if name not in ("table", "csv", "tsv", "json"):
        raise QueryError(f"unknown format «{name}»", remedy="use table, csv, tsv or json")


def _print_answer(answer: Answer, form: str) -> None:
    from kg import explain, sparql

    if form == "table" and answer.kind == "select":
        _console().print(explain.answer(answer))
    else:
        print(sparql.format_answer(answer, "csv" if form == "table" else form), end="")  # type: ignore[arg-type]


def _print_rows(found: Sequence[Any], kind: type, form: str) -> None:
    """Data rows of one dataclass in a format of `kg query`."""
    from kg.sparql import Answer

    columns = tuple(field.name for field in fields(kind))
    _print_answer(Answer.of(columns, ([getattr(row, name) for name in columns] for row in found)), form)


@app.command()
def serve(
    context: typer.Context,
    output: Output,
    host: Annotated[str | None, typer.Option(help="Address to listen on; by default this machine only.")] = None,
    port: Annotated[int | None, typer.Option(help="Port; 0 takes a free one.")] = None,
) -> None:
    """Serve the graph as a local web site with pages, a JSON API and a SPARQL endpoint.

    Examples:

        kg serve output --port 8000
    """
    from kg import serve as server

    settings = _settings(context)
    server.run(output, host or settings.serve.host, settings.serve.port if port is None else port, settings.query)


@app.command()
def analyze(
    output: Output,
    top: Annotated[int, typer.Option(help="Rows of each table that are printed.", min=1)] = 15,
    period: Annotated[str, typer.Option(help="Unit of the time series: day, week, month, quarter or year.")] = "month",
    since: Annotated[str | None, typer.Option(help="First date: 2022, 2022-10 or 2022-10-12.", metavar="DATE")] = None,
    until: Annotated[str | None, typer.Option(help="Last date, inclusive.", metavar="DATE")] = None,
    source: Annotated[list[str] | None, typer.Option(help="Only articles of this outlet; may be repeated.")] = None,
    actor: Annotated[str | None, typer.Option(help="Only this actor (name or key) and those around it.")] = None,
    radius: Annotated[int, typer.Option(help="How many ties around the actor.", min=1)] = 1,
    weight: Annotated[str, typer.Option(help="What a claim counts: mentions (1), sources (copies and one outlet count "
                                        "once for each event) or confidence.")] = "mentions",
    signals: Annotated[bool, typer.Option("--signals", help="Count what is planned, refused or announced, too, as the "
                                          "class that it signals (PLOVER).")] = False,
    compare_periods: Annotated[tuple[str, str] | None, typer.Option(
        help="Two periods side by side: 2021 2022, or 2022-01:2022-06 2022-07:2022-12.", metavar="PERIOD PERIOD")] = None,
    compare_sources: Annotated[tuple[str, str] | None, typer.Option(
        help="Two outlets side by side.", metavar="OUTLET OUTLET")] = None,
    to: Annotated[Path | None, typer.Option("--to", help="Folder to write; else OUTPUT/analysis.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="All tables as JSON.")] = False,
) -> None:
    """Measure the network: central actors, dyads, communities, camps and changes, printed and written to OUTPUT/analysis.

    Counts what is affirmed and actual and asserted by the article or by the actor of itself. Writes CSV and JSON of each
    table, plots, and report.html, which is read from top to bottom.

    Examples:

        kg analyze output --top 30

        kg analyze output --since 2022 --weight sources --period quarter

        kg analyze output --actor Rusia --to rusia

        kg analyze output --compare-periods :2022-02-23 2022-02-24:

        kg analyze output --compare-sources "Agencia Meridiano" "El Correo del Sur"
    """
    from importlib.util import find_spec

    from kg import explain, network, roster
    from kg.plots import write_plots
    from kg.report import write_report
    from kg.store import Store

    with Store.open(output) as store:
        key = roster.find(store, actor) if actor else None
        selection = network.Selection(since, until, tuple(source or ()), key, radius, weight, signals,  # type: ignore[arg-type]
                                      compare_periods, compare_sources)  # checked there
        found = network.analyze(store.readings(), identity=store.identity(), selection=selection,
                                period=period)  # type: ignore[arg-type]  # checked there
    folder = to or output / "analysis"
    files = [*found.write(folder), write_report(found, folder / "report.html")]
    if find_spec("matplotlib"):
        files += write_plots(found, folder)
    if as_json:
        print(json.dumps({t.name: [asdict(row) for row in t.rows] for t in found.tables()}, ensure_ascii=False, indent=1))
        return
    for table in found.tables():
        _console().print(explain.headed(table.title, table.note), explain.rows(table.rows[:top], table.columns), sep="\n")
    print(*files, sep="\n", file=sys.stderr)


@app.command()
def export(
    output: Output,
    format: Annotated[str | None, typer.Option("--format", help="turtle, trig, nquads, jsonld, graphml, gexf, csv, "  # noqa: A002
                                               "parquet, cypher-csv or jsonl (readings); else by the suffix of --to.")] = None,
    to: Annotated[Path | None, typer.Option("--to", help="File, or folder for tables; else standard output.")] = None,
) -> None:
    """Write the graph in another format; the same graph gives the same bytes.

    Examples:

        kg export output --format turtle > graph.ttl

        kg export output --format csv --to tables
    """
    import tempfile

    from kg import export as exports
    from kg.errors import GraphError
    from kg.store import Store

    with Store.open(output) as store, tempfile.TemporaryDirectory() as folder:
        files = exports.export(store, to or Path(folder) / "graph", format)  # type: ignore[arg-type]  # checked there
        if to:
            print(*files, sep="\n")
        elif len(files) == 1 and files[0].parent == Path(folder):
            sys.stdout.buffer.write(files[0].read_bytes())
        else:
            raise GraphError(f"{format} is several files", remedy="name a folder with --to")


@app.command()
def remove(
    context: typer.Context,
    output: Output,
    article: Annotated[str, typer.Argument(help="Id of the article: its file name without suffix.")],
) -> None:
    """Withdraw an article, its evidence, and all that rested on it alone.

    Examples:

        kg remove output 2022-06-29-cumbre-madrid
    """
    from kg import pipeline

    pipeline.remove(output, article, _settings(context))
    _report_left_out(output)
    print(f"kg: removed {article}", file=sys.stderr)


@app.command()
def validate(output: Output) -> None:
    """Check the graph: what must hold by counts and, where pyshacl is installed, by SHACL shapes. Exit code 1: not sound.

    Examples:

        kg validate output
    """
    from kg import validation

    report = validation.validate(output)
    print(report)
    if not report.sound:
        raise typer.Exit(PARTIAL)


@app.command()
def publish(
    output: Output,
    store: Annotated[str | None, typer.Option("--endpoint", help="Graph Store Protocol of the server, e.g. "
                                              "http://localhost:7878/store.")] = None,
    update: Annotated[str | None, typer.Option(help="SPARQL Update of the server, where it offers no graph store.")] = None,
    auth: Annotated[str, typer.Option(help="none, basic, digest or bearer.")] = "none",
    user: Annotated[str, typer.Option(help="User name.")] = "",
    secret: Annotated[str, typer.Option(envvar="KG_SECRET", help="Password or token; better in KG_SECRET.")] = "",
) -> None:
    """Push the graph to a SPARQL 1.1 server, graph by graph; a second push sends only what changed.

    Examples:

        kg publish output --endpoint http://localhost:7878/store

        KG_SECRET=dba kg publish output --endpoint http://localhost:8890/sparql-graph-crud-auth --auth digest --user dba
    """
    from kg import publish as publishing
    from kg.errors import PublishError

    if auth not in ("none", "basic", "digest", "bearer"):
        raise PublishError(f"unknown login «{auth}»", remedy="use none, basic, digest or bearer")
    login = publishing.Login(auth, user, secret)  # type: ignore[arg-type]  # checked above
    pushed = publishing.publish(output, publishing.Endpoint(store, update), login)
    print(f"Graphs: {len(pushed.sent)} sent, {len(pushed.unchanged)} unchanged, {len(pushed.removed)} removed", file=sys.stderr)


# --- shared by the commands ---------------------------------------------------------------------------------------


def _settings(context: typer.Context) -> settings_module.Settings:
    state: _Global = context.find_root().obj
    return state.settings


def _console(error: bool = False) -> Console:
    from rich.console import Console

    stream = sys.stderr if error else sys.stdout
    return Console(stderr=error, highlight=False, width=None if stream.isatty() else WIDTH)


def _outcomes(context: typer.Context, batch: Batch, model: str | None, workers: int | None) -> Iterator[Outcome]:
    """Readings and problems of a batch, with a progress bar on a terminal."""
    from kg.pipeline import Engine, ReadingCache, read_articles

    settings = _overridden(_settings(context), model, workers)
    name = settings.language.model or None
    cache = ReadingCache() if settings.build.cache else None
    with _bar("Reading") as start:
        yield from read_articles(batch.articles, Engine(name), model=name, workers=settings.build.workers, cache=cache,
                                 progress=start(len(batch.articles)))


def _overridden(settings: settings_module.Settings, model: str | None, workers: int | None) -> settings_module.Settings:
    """Settings with what the command line says."""
    language = settings.language.model_copy(update={"model": model} if model else {})
    build = settings.build.model_copy(update={} if workers is None else {"workers": workers})
    return settings.model_copy(update={"language": language, "build": build})


@contextmanager
def _bar(what: str) -> Iterator[Callable[[int], Callable[[], None]]]:
    """A progress bar on standard error; nothing in a pipe. Told a total, it gives back what to call after each step."""
    from rich.progress import Progress

    console = _console(error=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:

        def start(total: int) -> Callable[[], None]:
            task = bar.add_task(what, total=total)
            return lambda: bar.advance(task)

        yield start


def _report_left_out(output: Path) -> None:
    """Say which files a change of a large graph left to other commands."""
    if not (output / "graph.ttl").is_file():
        print("kg: graph.ttl, graph.trig and graph.html are left out, as writing them takes long for so many articles: "
              f"`kg export {output} --to {output}/graph.ttl` and `kg view {output}` write them, and so does every build with "
              "`files = \"always\"` in kg.toml", file=sys.stderr)


def _report(problems: list[ArticleError]) -> None:
    """Name the articles that could not be read; the exit code says so too."""
    for problem in problems:
        print(f"kg: {problem}", file=sys.stderr)
    if problems:
        raise typer.Exit(PARTIAL)
