"""Language pipeline: loads the bundled Spanish model or a user's, checks it, and turns texts into spaCy `Doc`s.

What every `Doc` of `parse` guarantees, whatever pipeline made it:

- `doc.text` is the text that came in, character for character; all offsets are offsets into it.
- White space is never a head: a white-space token (blank lines, doubled spaces) is a `dep` child of the word before it,
  has the part of speech `SPACE` and no part in any entity. The model never sees it.
- A paragraph break (see `paragraph_breaks`) is always a sentence break.
- Curly and angle quotes, dashes and odd spaces parse as their plain forms do: the model reads `normalise(text)`, which
  has the same length, and the annotation is carried over to the original words.
- Labels are Universal Dependencies relations (`PARSER_LABELS`), parts of speech are UPOS, entities are `PER`, `ORG`,
  `LOC` and `MISC`.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import spacy
from numpy.typing import NDArray
from spacy.attrs import DEP, ENT_IOB, ENT_TYPE, HEAD, LEMMA, MORPH, POS, SPACY, TAG
from spacy.language import Language
from spacy.symbols import SPACE
from spacy.tokens import Doc
from spacy.vocab import Vocab

from kg import embeddings
from kg import lemmatizer as _lemmatizer  # noqa: F401  (these register components of the bundled pipeline)
from kg import parser as _parser  # noqa: F401
from kg import recogniser as _recogniser  # noqa: F401
from kg import roles as _roles  # noqa: F401
from kg.errors import ModelError
from kg.word_tables import keys

__all__ = ["BUNDLED", "NAME_LABELS", "digest", "load", "missing", "normalise", "paragraph_breaks", "parse"]

BUNDLED = Path(__file__).parent / "data" / "es_kg_news"
NEEDED_RELATIONS = frozenset({"nsubj", "obj", "obl"})
NAME_LABELS = {
    "PER": "PER", "PERSON": "PER", "PERS": "PER", "ORG": "ORG", "NORP": "MISC",
    "LOC": "LOC", "GPE": "LOC", "FAC": "LOC", "MISC": "MISC", "EVENT": "MISC", "PRODUCT": "MISC", "WORK_OF_ART": "MISC",
}
_REMEDY = "use the bundled pipeline (leave out --model), or a Spanish UD pipeline such as es_core_news_lg"
_COPIED = [LEMMA, POS, TAG, MORPH, DEP, ENT_TYPE, ENT_IOB]
_INSIDE, _OUTSIDE = 1, 2  # spaCy's codes of the ENT_IOB attribute
_BATCH = 64  # paragraphs parsed together: enough to keep matrix products long, small enough for a cache
_AHEAD = 8000  # words of the texts that are read ahead


# ---------------------------------------------------------------- loading and checking


def load(name: str | None = None) -> Language:
    """Load the bundled pipeline, or the one called `name` (an installed package or a folder), and check it.

    Raises `ModelError` when there is none, or when it lacks something that extraction needs.
    """
    source: str | Path = BUNDLED if name is None else name
    try:
        nlp = spacy.load(source)
    except OSError as error:
        remedy = "reinstall the package" if name is None else f"install it, or {_REMEDY}"
        raise ModelError("no such language pipeline", where=str(source), remedy=remedy) from error
    lacking = missing(nlp)
    if lacking:
        raise ModelError(f"the pipeline lacks {', '.join(lacking)}", where=str(source), remedy=_REMEDY)
    embeddings.remember(nlp)
    return nlp


def missing(nlp: Language) -> list[str]:
    """What `nlp` does not provide of what extraction needs, in words; empty for a pipeline that can be used.

    >>> missing(spacy.blank("en"))[:2]
    ['the language Spanish (it is «en»)', 'a dependency parser']
    """
    lacking = [] if nlp.lang == "es" else [f"the language Spanish (it is «{nlp.lang}»)"]
    lacking += [words for words, factories in _COMPONENTS.items() if not _provides(nlp, factories)]
    return lacking + _missing_labels(nlp)


_COMPONENTS = {
    "a dependency parser": {"parser", "kg_parser"},
    "a tagger or morphologizer": {"tagger", "morphologizer"},
    "a lemmatiser": {"lemmatizer", "trainable_lemmatizer", "kg_lemmatizer"},
    "named-entity recognition": {"ner", "entity_ruler", "beam_ner", "kg_recogniser"},
    "sentence boundaries": {"parser", "kg_parser", "senter", "sentencizer"},
}


def _provides(nlp: Language, factories: set[str]) -> bool:
    return any(nlp.get_pipe_meta(name).factory in factories for name in nlp.pipe_names)


def _missing_labels(nlp: Language) -> list[str]:
    lacking = []
    relations = {label.split("||")[0].split(":")[0] for label in nlp.pipe_labels.get("parser", [])}
    if relations and not relations >= NEEDED_RELATIONS:
        lacking.append("the Universal Dependencies relations " + ", ".join(sorted(NEEDED_RELATIONS - relations)))
    names = {NAME_LABELS.get(label) for label in nlp.pipe_labels.get("ner", [])}
    if names and not names >= {"PER", "ORG", "LOC"}:
        lacking.append("names of the kinds " + ", ".join(sorted({"PER", "ORG", "LOC"} - names)))
    return lacking


def digest(nlp: Language) -> str:
    """Fingerprint of a pipeline (16 hexadecimal digits) for cache keys: its name, version, settings and labels.

    Pipelines trained by `kg.training` carry a digest of their weights in their metadata, which is part of it.
    """
    about = {key: nlp.meta.get(key) for key in ("lang", "name", "version", "weights")}
    parts = [about, nlp.config.to_str(), nlp.pipe_labels, spacy.__version__]
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:16]


# ---------------------------------------------------------------- text


_PLAIN = {
    **dict.fromkeys("«»“”„‟″〝〞＂", '"'),
    **dict.fromkeys("‘’‚‛‹›`´′", "'"),
    **dict.fromkeys("\t\r\v\f\u200b\ufeff\u2060", " "),
    **dict.fromkeys("\u2028\u2029\x85", "\n"),
    **dict.fromkeys("‐‑", "-"),
    **dict.fromkeys("―−", "—"),
}
_TABLE = str.maketrans(_PLAIN | {chr(c): " " for c in range(0x80, 0x3001) if unicodedata.category(chr(c)) == "Zs"})
# A hyphen or short dash at the edge of a word is a dash: «-dijo el ministro-», «- Ya sé»; not «franco-alemán», «-3».
_EDGE_DASH = re.compile(r"(?<![^\s\"'(¿¡])[-–](?=[^\W\d]|[\s\"'¿¡,.;:)]|$)|(?<=[^\s\d-])[-–](?=[\s,.;:!?)]|$)")


def normalise(text: str) -> str:
    """`text` with plain quotes, spaces and dashes, of the same length.

    >>> normalise("«Sí» –dijo’")
    '"Sí" —dijo\\''
    """
    return _EDGE_DASH.sub("—", text.translate(_TABLE))


_LINE = re.compile(r"[^\n]*\n?")
_WRAPPED = range(50, 121)  # lengths of lines that an editor or a mail program may have wrapped, in characters


def paragraph_breaks(text: str) -> list[int]:
    """Offsets where a paragraph starts after a line break.

    A blank line always breaks. A single line break does not where it looks like wrapping: the next line goes on in
    lower case, or the line is as long as wrapped lines are and does not end a sentence.

    >>> paragraph_breaks("Título\\nEl presidente viajó a\\nlima.\\n\\nFin")
    [7, 36]
    """
    lines = [match for match in _LINE.finditer(text) if match.group()]
    starts = []
    previous = ""
    for match in lines:
        line = match.group().strip()
        if line and match.start() and not (previous and _goes_on(previous, line)):
            starts.append(match.start())
        previous = line
    return starts


def _goes_on(line: str, after: str) -> bool:
    if after[0].islower():
        return True
    return len(line) in _WRAPPED and len(after) <= _WRAPPED[-1] and line[-1] not in ".!?…:;\"'»”)"


# ---------------------------------------------------------------- parsing


def parse(nlp: Language, texts: Iterable[str]) -> Iterator[Doc]:
    """Parse `texts`, one `Doc` for each in their order, with the guarantees of the module's docstring.

    Some texts are read ahead (up to about `_AHEAD` words), as paragraphs of several texts are parsed faster together.
    """
    waiting: list[_Task] = []
    words = 0
    for text in texts:
        waiting.append(_task(nlp, text))
        words += len(waiting[-1].places)
        if words >= _AHEAD:
            yield from _parse_all(nlp, waiting)
            waiting, words = [], 0
    yield from _parse_all(nlp, waiting)


@dataclass(frozen=True, slots=True)
class _Task:
    """A text on its way through the pipeline."""

    doc: Doc
    """The text as it stands."""
    places: NDArray[np.int64]
    """Where the words of `paragraphs` are in `doc`; all its other tokens are white space."""
    paragraphs: list[Doc]
    """What the pipeline sees: plain words, no other white space than single spaces."""


def _task(nlp: Language, text: str) -> _Task:
    normal = normalise(text)
    plain = nlp.tokenizer(normal)
    words = [nlp.vocab.strings[key] for key in keys(plain)]
    sizes = np.array([len(word) for word in words], dtype=np.int64)
    spaces = plain.to_array([SPACY]).astype(np.int64)
    ends = np.cumsum(sizes + spaces) - spaces
    doc, places = (plain, np.arange(len(words))) if normal == text else _original(nlp.vocab, words, spaces, text)
    seen = np.array([n for n, word in enumerate(words) if not word.isspace()], dtype=np.int64)
    paragraphs = _paragraphs(nlp.vocab, words, seen, ends - sizes, ends, paragraph_breaks(text))
    return _Task(doc, places[seen], paragraphs)


def _parse_all(nlp: Language, tasks: list[_Task]) -> Iterator[Doc]:
    parsed = iter(list(nlp.pipe((part for task in tasks for part in task.paragraphs), batch_size=_BATCH)))
    for task in tasks:
        yield _carry_over(task.doc, task.places, list(islice(parsed, len(task.paragraphs))))


def _original(vocab: Vocab, words: list[str], spaces: NDArray[np.int64], text: str) -> tuple[Doc, NDArray[np.int64]]:
    """`text` with the tokens of its plain form, and where each of them is; an odd space after a word is a token more."""
    own, after, places, end = list[str](), list[bool](), list[int](), 0
    for word, space in zip(words, spaces.tolist(), strict=True):
        start, end = end, end + len(word)
        places.append(len(own))
        own.append(text[start:end])
        after.append(bool(space) and text[end] == " ")
        if space and not after[-1]:
            own.append(text[end])
            after.append(False)
        end += space
    return Doc(vocab, words=own, spaces=after), np.array(places, dtype=np.int64)


def _paragraphs(
    vocab: Vocab, words: list[str], seen: NDArray[np.int64], starts: NDArray[np.int64], ends: NDArray[np.int64],
    breaks: list[int],
) -> list[Doc]:
    """The words of each paragraph, white space left out; paragraphs without words do not count.

    `seen` are the indices of the words, `starts` and `ends` the offsets of all tokens, `breaks` those of paragraphs.
    """
    number = np.searchsorted(np.array(breaks, dtype=np.int64), starts[seen], side="right")
    apart = np.append(starts[seen][1:] > ends[seen][:-1], [False])
    found = []
    for part in np.split(np.arange(len(seen)), np.flatnonzero(np.diff(number)) + 1) if len(seen) else []:
        spaces = apart[part].tolist()
        spaces[-1] = False
        found.append(Doc(vocab, words=[words[i] for i in seen[part].tolist()], spaces=spaces))
    return found


def _carry_over(doc: Doc, places: NDArray[np.int64], parsed: list[Doc]) -> Doc:
    """Copy the annotation of the parsed paragraphs to `doc`, whose tokens at other than `places` are all white space."""
    if not len(places):
        return doc
    spaces = np.setdiff1d(np.arange(len(doc)), places)
    array = np.zeros((len(doc), len(_COPIED) + 1), dtype=np.uint64)
    array[places, 1:] = np.concatenate([d.to_array(_COPIED) for d in parsed])
    array[spaces, 1:] = _space_rows(doc, array, spaces)
    array[:, 0] = (_heads(len(doc), places, parsed) - np.arange(len(doc))).view(np.uint64)
    return doc.from_array([HEAD, *_COPIED], array)  # type: ignore[arg-type]  # thinc's own array type


def _heads(count: int, places: NDArray[np.int64], parsed: list[Doc]) -> NDArray[np.int64]:
    """Head of every token, as an index into the whole text; white space hangs on the word before it."""
    heads = np.full(count, places[0], dtype=np.int64)
    heads[places] = places
    heads = np.maximum.accumulate(heads)
    relative = np.concatenate([d.to_array([HEAD]).reshape(-1) for d in parsed]).view(np.int64)
    heads[places] = places[np.arange(len(places)) + relative]
    return heads


def _space_rows(doc: Doc, array: NDArray[np.uint64], spaces: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Annotation of white-space tokens; one between two words of a name belongs to the name."""
    rows = np.zeros((len(spaces), len(_COPIED)), dtype=np.uint64)
    column = {attr: i for i, attr in enumerate(_COPIED)}
    rows[:, column[POS]] = SPACE
    rows[:, column[DEP]] = doc.vocab.strings.add("dep")
    rows[:, column[LEMMA]] = [doc[int(i)].orth for i in spaces]
    rows[:, column[ENT_IOB]] = _OUTSIDE
    for row, i in zip(rows, spaces, strict=True):
        if i + 1 < len(doc) and array[i + 1, 1 + column[ENT_IOB]] == _INSIDE:
            row[column[ENT_IOB]] = _INSIDE
            row[column[ENT_TYPE]] = array[i + 1, 1 + column[ENT_TYPE]]
    return rows
