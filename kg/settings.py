"""Settings: `settings.toml` lists every key with its default; a file of the user's overrides what it names."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kg.errors import SettingsError

__all__ = ["Settings", "checked_view", "load"]

DEFAULTS = Path(__file__).with_name("settings.toml")
USER_FILE = "kg.toml"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LanguageSettings(_Section):
    """Which pipeline parses the articles."""

    model: str


class BuildSettings(_Section):
    """How articles are read."""

    workers: int = Field(ge=0)
    cache: bool
    files: Literal["auto", "always"]


class QuerySettings(_Section):
    """Limits of SPARQL queries: seconds, rows."""

    timeout_s: float = Field(gt=0)
    max_rows: int = Field(gt=0)


class ViewSettings(_Section):
    """What the HTML page shows at its opening."""

    language: Literal["es", "en"]
    size_by: Literal["degree", "pagerank", "betweenness"]


class ServeSettings(_Section):
    """Where `kg serve` listens."""

    host: str
    port: int = Field(ge=0, le=65535)


class Settings(_Section):
    """All settings, by section of the file."""

    language: LanguageSettings
    build: BuildSettings
    query: QuerySettings
    view: ViewSettings
    serve: ServeSettings


def load(path: Path | None = None) -> Settings:
    """The defaults, overridden by `path`, or by `kg.toml` in the working folder when there is one.

    Raises:
        SettingsError: the file is missing or not TOML, a key is unknown, or a value cannot be used.
    """
    data = _read(DEFAULTS)
    file = path or (Path(USER_FILE) if Path(USER_FILE).is_file() else None)
    if file:
        for section, values in _read(file).items():
            known = data.get(section)
            data[section] = {**known, **values} if isinstance(known, dict) and isinstance(values, dict) else values
    return _checked(data, str(file or DEFAULTS))


def checked_view(view: ViewSettings, given: Mapping[str, str]) -> ViewSettings:
    """`view` with what the command line gives.

    Raises:
        SettingsError: a value cannot be used.
    """
    try:
        return ViewSettings.model_validate({**view.model_dump(), **given})
    except ValidationError as error:
        first = error.errors()[0]
        raise SettingsError(first["msg"].lower(), where=f"--{first['loc'][0]}".replace("_", "-")) from error


@cache
def _keys() -> str:
    return ", ".join(f"{section}.{key}" for section, values in _read(DEFAULTS).items() for key in values)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise SettingsError(f"cannot be read ({error.strerror})", where=str(path)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"is not TOML ({error})", where=str(path)) from error


def _checked(data: dict[str, Any], where: str) -> Settings:
    try:
        return Settings.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"]))
        what = f"unknown key «{key}»" if first["type"] == "extra_forbidden" else f"«{key}»: {first['msg'].lower()}"
        raise SettingsError(what, where=where, remedy=f"known keys: {_keys()}") from error
