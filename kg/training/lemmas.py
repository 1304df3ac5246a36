"""Learn the lemmatiser's table from treebank lemmas, a dictionary of forms, and lemma frequencies of parsed text.

Priority for one form and part of speech: the treebanks' most frequent lemma; else, of the dictionary's lemmas, the one
most frequent in treebanks and silver parses. Suffix rules come from the majority of the types that share a suffix.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

from kg.lemmatizer import Table, apply_rule
from kg.training.conllu import Sentence, merge, open_text

__all__ = ["learn", "rule_between"]

FORMS = "lexicon/freeling_es_forms.tsv.gz"
SILVER = "silver/nc11_es_silver.conll.xz"
LOOKUP = "lexicon/es_lemma_lookup.json.gz"  # spaCy's table: forms without part of speech; verbs are taken
VERBS = "lexicon/es_lemma_index.json"
_UPOS = {  # first letters of a FreeLing tag → UPOS of the dictionary's open classes
    "NC": ("NOUN",), "AQ": ("ADJ",), "AO": ("ADJ",), "RG": ("ADV",), "VM": ("VERB",), "VA": ("AUX", "VERB"),
    "VS": ("AUX", "VERB"),
}
_SUFFIX = 7  # longest suffix, in letters, of a rule that is meant for unseen words
_SUPPORT = 2  # types that a suffix needs for a rule of its own
_SILVER_TOKENS = 3  # times that the silver parses must have a pair
Pairs = dict[tuple[str, str], Counter[str]]  # (form, part of speech) → lemmas


def rule_between(form: str, lemma: str) -> str:
    """The rule that makes `lemma` of `form`.

    >>> rule_between("firmó", "firmar"), rule_between("paz", "paz")
    ('1ar', '0')
    """
    same = 0
    while same < min(len(form), len(lemma)) and form[same] == lemma[same]:
        same += 1
    return f"{len(form) - same}{lemma[same:]}"


def learn(sentences: Iterable[Sentence], data: Path) -> Table:
    """The table for `Lemmatizer` from training sentences and the files `FORMS` and `SILVER` under `data`."""
    gold: Pairs = defaultdict(Counter)
    for sentence in sentences:
        for word in merge(sentence):
            if word.lemma[-1:].isalpha() and "#" not in word.lemma:  # not «3.5» for «3,5»
                gold[word.form.lower(), word.upos][word.lemma.lower()] += 1
    other = _silver(data / SILVER)
    frequency: Counter[str] = Counter()
    for counts in [*gold.values(), *other.values()]:
        frequency.update(counts)
    chosen = _verbs(data)
    chosen |= {key: _best(lemmas, frequency) for key, lemmas in _dictionary(data / FORMS).items()}
    chosen |= {k: c.most_common(1)[0][0] for k, c in other.items() if c.total() >= _SILVER_TOKENS}
    chosen |= {key: max(counts, key=lambda m: (counts[m], frequency[m], m)) for key, counts in gold.items()}
    return _compress(chosen)


def _verbs(data: Path) -> dict[tuple[str, str], str]:
    """Verb forms of spaCy's lookup table whose lemma is a verb in its index."""
    with open_text(data / VERBS) as index, open_text(data / LOOKUP) as lookup:
        verbs = {v for v in json.load(index)["verb"] if v.endswith(("ar", "er", "ir", "ír"))}
        return {(form, "VERB"): lemma for form, lemma in json.load(lookup).items() if lemma in verbs}


def _best(lemmas: Counter[str], frequency: Counter[str]) -> str:
    return max(lemmas, key=lambda lemma: (frequency[lemma], lemma))


def _silver(path: Path) -> Pairs:
    """Open-class pairs of the silver parses (form, lemma or `=`, EAGLES tag)."""
    pairs: Pairs = defaultdict(Counter)
    with open_text(path) as lines:
        for line in lines:
            columns = line.split("\t")
            if len(columns) < 3 or "_" in columns[0] or columns[2][:2] not in _UPOS:
                continue
            form = columns[0].lower()
            lemma = form if columns[1] == "=" else columns[1].lower()
            for upos in _classes(form, columns[2]):
                pairs[form, upos][lemma] += 1
    return pairs


def _classes(form: str, tag: str) -> tuple[str, ...]:
    """Classes for the tag; clitics have no class of their own."""
    return _UPOS[tag[:2]]


def _dictionary(path: Path) -> Pairs:
    pairs: Pairs = defaultdict(Counter)
    with open_text(path) as lines:
        for line in lines:
            form, lemma, tag = line.rstrip("\n").split("\t")
            for upos in _UPOS.get(tag[:2], ()):
                if len(form) > 1:
                    pairs[form.lower(), upos][lemma.lower()] += 1
    return pairs


# ---------------------------------------------------------------- compression


def _compress(chosen: dict[tuple[str, str], str]) -> Table:
    by_class: dict[str, dict[str, str]] = defaultdict(dict)
    for (form, upos), lemma in chosen.items():
        by_class[upos][form] = rule_between(form, lemma)
    return {upos: dict(sorted(_prune(rules).items())) for upos, rules in sorted(by_class.items())}


def _prune(rules: dict[str, str]) -> dict[str, str]:
    """Suffix rules that give `rules` back exactly, each suffix with what most of its types have."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for form, rule in rules.items():
        for length in range(min(len(form), _SUFFIX) + 1):
            votes[form[len(form) - length :]][rule] += 1
    kept: dict[str, str] = {}
    for suffix in sorted(votes, key=len):
        rule, count = min(votes[suffix].items(), key=lambda item: (-item[1], item[0]))
        if count >= _SUPPORT and _predict(kept, suffix) != rule:
            kept[suffix] = rule
    for form, rule in rules.items():
        if _predict(kept, form) != rule:
            kept["^" + form] = rule
    return kept


def _predict(kept: dict[str, str], word: str) -> str | None:
    for i in range(len(word) + 1):
        if word[i:] in kept:
            return kept[word[i:]]
    return None


def check(table: Table, pairs: Iterable[tuple[str, str, str]]) -> float:
    """Share of (form, part of speech, lemma) triples that the table gets right."""
    from kg.lemmatizer import find_rule

    hits = [apply_rule(f, find_rule(table.get(u, {}), f)) == m for f, u, m in pairs]
    return sum(hits) / max(1, len(hits))
