"""The one error tree. Every error a user can cause says what happened, where, and what to do about it.

    KgError
    ├── SettingsError      a settings file or option that cannot be used
    ├── ArticleError       one article that cannot be read (the rest of the batch goes on)
    ├── ModelError         a language pipeline that is missing or lacks a component
    ├── OntologyError      a broken line or term under ontology/ (file, line, remedy)
    ├── StoreError         an output folder that is not one, is locked, or is damaged
    ├── QueryError         a SPARQL query that is malformed, forbidden, or ran out of time
    ├── GraphError         a graph that does not validate or cannot be exported
    ├── PublishError       an endpoint that refuses, or cannot be reached
    └── EvaluationError    gold or predictions that cannot be compared
"""

from __future__ import annotations

__all__ = [
    "ArticleError", "EvaluationError", "GraphError", "KgError", "ModelError", "OntologyError", "PublishError",
    "QueryError", "SettingsError", "StoreError",
]


class KgError(Exception):
    """Base of all errors that are the user's to mend: `what` went wrong, `where`, and the `remedy`.

    >>> str(KgError("cannot read the file", where="a.txt", remedy="save it as UTF-8"))
    'a.txt: cannot read the file; save it as UTF-8'
    """

    def __init__(self, what: str, *, where: str | None = None, remedy: str | None = None) -> None:
        self.what = what
        self.where = where
        self.remedy = remedy
        super().__init__((f"{where}: " if where else "") + what + (f"; {remedy}" if remedy else ""))


class SettingsError(KgError):
    """A settings file or option that cannot be used."""


class ArticleError(KgError):
    """One article that cannot be read; collected and reported, never fatal to the batch."""


class ModelError(KgError):
    """A language pipeline that is missing or does not provide what extraction needs."""


class OntologyError(KgError):
    """A broken line or term under `ontology/`; `where` is `file:line`."""


class StoreError(KgError):
    """An output folder that is not one of ours, is locked by another process, or is damaged."""


class QueryError(KgError):
    """A SPARQL query that is malformed, forbidden (writes, network, files), or ran out of time."""


class GraphError(KgError):
    """A graph that does not validate or cannot be exported."""


class PublishError(KgError):
    """A SPARQL endpoint that refuses, or cannot be reached."""


class EvaluationError(KgError):
    """Gold or predictions that cannot be read or compared."""
