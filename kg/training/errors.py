"""Errors of training: they are the user's to mend, so they are `KgError`s."""

from __future__ import annotations

from kg.errors import KgError

__all__ = ["DataError"]


class DataError(KgError):
    """A training file that is missing, malformed, or mixed with evaluation data."""
