"""Actors of an article: who or what each name, description, pronoun and dropped subject denotes."""

from kg.actors.cast import Cast, resolve

__all__ = ["Cast", "resolve"]
