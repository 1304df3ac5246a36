"""Actors of an article: who or what each name, description, pronoun and dropped subject denotes."""

from kg.actors.cast import Cast
from kg.actors.casting import resolve

__all__ = ["Cast", "resolve"]
