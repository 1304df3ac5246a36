"""CoNLL-U treebanks to spaCy `Doc`s whose tokens are those of spaCy's Spanish tokenizer on the raw text.

The treebanks split contractions and clitics («del» → «de el», «celebrarlos» → «celebrar los»), spaCy does not; here and
there spaCy splits what they keep. Both are settled by character offsets: see `retokenise`.
"""

from __future__ import annotations

import gzip
import lzma
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any, cast

from kg.training.errors import DataError

__all__ = ["Sentence", "Word", "open_text", "read", "reduce_relation", "text_key"]

RELATIONS = frozenset(
    [
        "nsubj", "obj", "iobj", "obl", "nmod", "amod", "appos", "conj", "cc", "ccomp", "xcomp", "csubj", "acl",
        "advcl", "mark", "case", "det", "aux", "cop", "advmod", "flat", "fixed", "compound", "nummod", "parataxis",
        "expl:pv", "expl:pass", "expl:impers", "punct", "root", "dep",
    ]
)
_RENAMED = {  # what is not merely a subtype of a kept relation
    "expl": "expl:pv", "compound:prt": "expl:pv", "orphan": "dep", "list": "dep", "discourse": "advmod",
    "vocative": "parataxis", "dislocated": "dep", "goeswith": "dep", "reparandum": "dep", "clf": "dep",
}
# Features that extraction reads; the others (NumForm, PunctType, PrepCase…) only multiply the labels to learn.
FEATURES = frozenset(
    [
        "Mood", "Tense", "VerbForm", "Person", "Number", "Gender", "Case", "PronType", "Poss", "Reflex", "Definite",
        "NumType", "Polarity", "Degree",
    ]
)


@dataclass(frozen=True)
class Word:
    """One syntactic word. `head` is an index into the sentence (the word's own index for the root)."""

    form: str
    lemma: str
    upos: str
    feats: str  # «A=B|C=D», empty for none
    head: int
    relation: str
    surface: int  # index of the surface token (orthographic word) that it belongs to


@dataclass
class Sentence:
    """A sentence: its words, its surface tokens with the white space after each, and the document it stands in."""

    document: str
    words: list[Word] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    spaces: list[bool] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The raw text, rebuilt from tokens and `SpaceAfter`."""
        return "".join(t + " " * s for t, s in zip(self.tokens, self.spaces, strict=True)).rstrip()


def reduce_relation(relation: str) -> str:
    """The relation of the reduced label set: subtypes fall back to their type, rare types to `dep`.

    >>> [reduce_relation(r) for r in ("nsubj:pass", "acl:relcl", "expl:pv", "orphan", "compound:prt")]
    ['nsubj', 'acl', 'expl:pv', 'dep', 'expl:pv']
    """
    if relation in RELATIONS:
        return relation
    relation = _RENAMED.get(relation, relation)
    base = relation if relation in RELATIONS else relation.split(":")[0]
    base = _RENAMED.get(base, base)
    return base if base in RELATIONS else "dep"


def reduce_features(feats: str) -> str:
    """`feats` with only the features that extraction reads.

    >>> reduce_features("NumForm=Digit|NumType=Card")
    'NumType=Card'
    """
    return "|".join(f for f in feats.split("|") if f.split("=")[0] in FEATURES)


def text_key(text: str) -> str:
    """What is compared to find a sentence again in another corpus: letters and digits, folded.

    >>> text_key("«Sí», dijo") == text_key('" Sí " , dijo')
    True
    """
    return "".join(c for c in text.casefold() if c.isalnum())


def open_text(path: Path) -> IO[str]:
    """Open a plain, gzip or xz text file for reading; `DataError` when it is not there."""
    if not path.is_file():
        raise DataError("no such data file", where=str(path), remedy="see kg/training/README.md for where to get it")
    opener: Any = {".gz": gzip.open, ".xz": lzma.open}.get(path.suffix, open)
    return cast("IO[str]", opener(path, "rt", encoding="utf-8"))


def read(path: Path) -> Iterator[Sentence]:
    """The sentences of a CoNLL-U file; `DataError` with the line for a row that is none."""
    document, rows = path.name, list[list[str]]()
    with open_text(path) as lines:
        for number, line in enumerate(lines, 1):
            line = line.rstrip("\n")
            if line.startswith("# newdoc"):
                document = f"{path.name}:{line.split('=')[-1].strip()}"
            elif line and not line.startswith("#"):
                rows.append(_row(line, path, number))
            elif not line and rows:
                yield _sentence(document, rows)
                rows = []
    if rows:
        yield _sentence(document, rows)


def _row(line: str, path: Path, number: int) -> list[str]:
    columns = line.split("\t")
    if len(columns) != 10:
        raise DataError(f"{len(columns)} columns instead of 10", where=f"{path}:{number}", remedy="is it CoNLL-U?")
    return columns


def _sentence(document: str, rows: list[list[str]]) -> Sentence:
    sentence = Sentence(document)
    until = 0  # last word of the multiword token being read
    index = _indices(rows)
    for columns in rows:
        number, form, misc = columns[0], columns[1], columns[9]
        if "." in number:  # an empty node of the enhanced graph
            continue
        if "-" in number or int(number) > until:
            sentence.tokens.append(form)
            sentence.spaces.append("SpaceAfter=No" not in misc.split("|"))
        if "-" in number:
            until = int(number.split("-")[1])
        else:
            sentence.words.append(_word(columns, index, len(sentence.tokens) - 1))
    return sentence


def _indices(rows: list[list[str]]) -> dict[str, int]:
    return {number: i for i, number in enumerate(r[0] for r in rows if r[0].isdigit())}


def _word(columns: list[str], index: dict[str, int], surface: int) -> Word:
    number, form, lemma, upos, _, feats, head, relation = columns[:8]
    return Word(
        form=form, lemma=form if lemma == "_" and form != "_" else lemma, upos=upos, feats=reduce_features(feats),
        head=index[number] if head == "0" else index[head], relation=reduce_relation(relation), surface=surface,
    )


# ---------------------------------------------------------------- surface tokens


def merge(sentence: Sentence) -> list[Word]:
    """One word for each surface token: a multiword token takes what its word nearest to the root has («del» → `de`, ADP,
    case; «celebrarlos» → `celebrar`, VERB).
    """
    return _group(sentence.words, [w.surface for w in sentence.words], sentence.tokens)


def _group(words: list[Word], groups: list[int], forms: list[str]) -> list[Word]:
    """Join the words with the same group number, which are 0…len(forms)-1 without a gap.

    The word nearest to the root stands for its group (the first of equals): so no cycle can arise, because the depth
    of what stands for a group falls strictly from a group to the group of its head.
    """
    depths = [_depth(words, i) for i in range(len(words))]
    chosen: dict[int, int] = {}
    for i, group in enumerate(groups):
        if group not in chosen or depths[i] < depths[chosen[group]]:
            chosen[group] = i
    return [replace(words[chosen[g]], form=form, head=groups[words[chosen[g]].head], surface=g)
            for g, form in enumerate(forms)]


def _depth(words: list[Word], i: int) -> int:
    depth = 0
    while words[i].head != i:
        i, depth = words[i].head, depth + 1
        if depth > len(words):
            raise DataError("the heads form a cycle", where=" ".join(w.form for w in words))
    return depth


def retokenise(words: list[Word], starts: list[int], spans: list[tuple[int, int]], text: str) -> list[Word]:
    """Fit `words`, which start at the offsets `starts` of `text`, to the tokens at `spans` (start, end).

    Words that one token covers are joined as `merge` does. The pieces of a word that several tokens cover hang on the
    longest of them: punctuation as `punct`, letters as `flat`, digits and signs likewise.
    """
    ends = [s + len(w.form) for s, w in zip(starts, words, strict=True)]
    blocks = _blocks(list(zip(starts, ends, strict=True)), spans)
    groups = [0] * len(words)
    for b, (own, _) in enumerate(blocks):
        for i in own:
            groups[i] = b
    joined = _group(words, groups, [text[spans[t[0]][0] : spans[t[-1]][1]] for _, t in blocks])
    return _split(joined, [[text[slice(*spans[i])] for i in t] for _, t in blocks])


def _blocks(
    words: list[tuple[int, int]], tokens: list[tuple[int, int]]
) -> list[tuple[list[int], list[int]]]:
    """The smallest groups of words and of tokens that cover the same characters."""
    blocks: list[tuple[list[int], list[int]]] = []
    i = j = 0
    while i < len(words) and j < len(tokens):
        own, theirs = [i], [j]
        while words[own[-1]][1] != tokens[theirs[-1]][1]:
            if words[own[-1]][1] < tokens[theirs[-1]][1]:
                own.append(own[-1] + 1)
            else:
                theirs.append(theirs[-1] + 1)
        blocks.append((own, theirs))
        i, j = own[-1] + 1, theirs[-1] + 1
    return blocks


def _split(words: list[Word], pieces: list[list[str]]) -> list[Word]:
    mains = [max(range(len(p)), key=lambda k, p=p: (p[k].isalnum(), len(p[k]))) for p in pieces]  # type: ignore[misc]
    firsts = [sum(len(p) for p in pieces[:b]) for b in range(len(pieces))]
    split = []
    for b, (word, parts) in enumerate(zip(words, pieces, strict=True)):
        main = firsts[b] + mains[b]
        for k, form in enumerate(parts):
            if k == mains[b]:
                lemma = word.lemma if len(parts) == 1 else form
                split.append(replace(word, form=form, lemma=lemma, head=firsts[word.head] + mains[word.head]))
            else:
                split.append(_piece(form, word, main))
    return split


def _piece(form: str, word: Word, head: int) -> Word:
    if not any(c.isalnum() for c in form) and form not in "%€$£":
        return Word(form, form, "PUNCT", "", head, "punct", word.surface)
    return Word(form, form, word.upos, word.feats, head, "flat", word.surface)


def documents(sentences: Iterable[Sentence]) -> Iterator[list[Sentence]]:
    """Runs of sentences of the same document."""
    run: list[Sentence] = []
    for sentence in sentences:
        if run and sentence.document != run[0].document:
            yield run
            run = []
        run.append(sentence)
    if run:
        yield run
