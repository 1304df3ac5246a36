"""Static plots of an analysis for documents: timeline, heat map of dyads, camps (needs the extra `plots`).

PNG and SVG are the same bytes each time for the same versions of matplotlib: no dates and a fixed salt for SVG ids.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from kg.errors import SettingsError
from kg.network.analysis import Analysis
from kg.network.figures import heat_map, timeline

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["plot_camps", "plot_comparison", "plot_heat_map", "plot_timeline", "write_plots"]

_GOOD, _BAD, _INK, _SOFT = "#23629f", "#b0341d", "#1c2430", "#5b6573"
_LONGEST = 28
_LARGEST_CAMP = 12
_STYLE: dict[Any, Any] = {
    "font.size": 9, "axes.spines.top": False, "axes.spines.right": False, "axes.edgecolor": _SOFT, "text.color": _INK,
    "axes.labelcolor": _SOFT, "xtick.color": _SOFT, "ytick.color": _SOFT, "svg.hashsalt": "kg", "figure.dpi": 144,
    "font.family": "DejaVu Sans", "text.parse_math": False,  # names are not formulas: «$» stays a dollar
}


def write_plots(
    found: Analysis, folder: Path, *, formats: Sequence[Literal["png", "svg"]] = ("png", "svg"),
    language: Literal["es", "en"] = "es",
) -> list[Path]:
    """Write every plot that has data into `folder` (made when missing); the paths written.

    SettingsError when matplotlib is not installed.
    """
    try:
        import matplotlib
    except ImportError as error:
        raise SettingsError("plots need matplotlib", remedy="pip install 'geopolitical-kg[plots]'") from error
    folder.mkdir(parents=True, exist_ok=True)
    plots: dict[str, Callable[..., Figure | None]] = {
        "timeline": plot_timeline, "dyads": plot_heat_map, "camps": plot_camps, "comparison": plot_comparison}
    written = []
    with matplotlib.rc_context(_STYLE):
        for name, plot in plots.items():
            figure = plot(found, language=language)
            written += [_save(figure, folder / f"{name}.{form}") for form in formats] if figure is not None else []
    return written


def plot_timeline(found: Analysis, *, language: Literal["es", "en"] = "es") -> Figure | None:
    """Cooperation above, conflict below, by period; None without dated claims."""
    data = timeline(found.claims, found.period)
    if not data.periods:
        return None
    figure, axes = _figure(8, 3)
    places = range(len(data.periods))
    axes.bar(places, data.cooperation, color=_GOOD, width=0.82)
    axes.bar(places, [-v for v in data.conflict], color=_BAD, width=0.82)
    axes.axhline(0, color=_INK, linewidth=0.6)
    step = len(data.periods) // 9 + 1
    axes.set_xticks(list(places)[::step], data.periods[::step])
    axes.set_ylabel("intensidad PLOVER" if language == "es" else "PLOVER intensity")
    axes.set_title("Cooperación y conflicto" if language == "es" else "Cooperation and conflict", loc="left")
    return figure


def plot_heat_map(found: Analysis, *, language: Literal["es", "en"] = "es") -> Figure | None:
    """Mean score from row to column among the strongest actors; None with fewer than two."""
    data = heat_map(found.claims)
    if len(data.keys) < 2:
        return None
    figure, axes = _figure(7.5, 6)
    cells = [[float("nan") if v is None else v for v in row] for row in data.scores]
    image = axes.imshow(cells, cmap="RdBu", vmin=-10, vmax=10, aspect="auto")
    labels = [_name(found, key, language) for key in data.keys]
    axes.set_xticks(range(len(labels)), labels, rotation=40, ha="right")
    axes.set_yticks(range(len(labels)), labels)
    axes.tick_params(length=0)
    bar = figure.colorbar(image, ax=axes, shrink=0.6)
    bar.outline.set_visible(False)
    axes.set_title("De fila a columna: conflicto (−) y cooperación (+)" if language == "es" else
                   "From row to column: conflict (−) and cooperation (+)", loc="left")
    return figure


def plot_camps(found: Analysis, *, language: Literal["es", "en"] = "es") -> Figure | None:
    """The two camps of the largest component face to face, ties between the strongest of each; None without camps."""
    members = [m for m in found.camps.members if m.component == 1]
    sides = [[m.key for m in members if m.camp == camp][:_LARGEST_CAMP] for camp in (1, 2)]
    if not sides[1]:
        return None
    figure, axes = _figure(8, 0.8 + 0.36 * max(len(s) for s in sides))
    places = {key: (float(x), -float(n)) for x, side in enumerate(sides) for n, key in enumerate(side)}
    for pair in found.claims.pairs():
        if pair.source in places and pair.target in places and pair.net:
            _tie(axes, places[pair.source], places[pair.target], pair.net)
    for key, (x, y) in places.items():
        axes.plot([x], [y], "o", color=_INK, markersize=5)
        axes.text(x + (0.04 if x else -0.04), y, _name(found, key, language), ha="left" if x else "right", va="center")
    axes.set_xlim(-0.7, 1.7)
    axes.set_axis_off()
    share = f"{100 * found.camps.frustration:.1f} %"
    axes.set_title(f"Dos bandos; sin explicar: {share}" if language == "es" else f"Two camps; unexplained: {share}",
                   loc="left")
    return figure


def plot_comparison(found: Analysis, *, language: Literal["es", "en"] = "es") -> Figure | None:
    """Share of all evidence of the pairs that change most, on the first side (ring) and the second (disc).

    Colours say whether the pair is friendly there; None without a comparison.
    """
    if found.comparison is None or not found.comparison.rows:
        return None
    rows = found.comparison.rows[:_LARGEST_CAMP]
    figure, axes = _figure(8, 1.3 + 0.34 * len(rows))
    nodes = {a: _cut(label) for r in rows for a, label in ((r.a, r.a_label), (r.b, r.b_label))}
    for y, r in enumerate(rows):
        axes.plot([100 * r.first_share, 100 * r.second_share], [-y, -y], color=_SOFT, linewidth=0.8, zorder=1)
        for share, score, filled in ((r.first_share, r.first_score, False), (r.second_share, r.second_score, True)):
            colour = _SOFT if not score else _GOOD if score > 0 else _BAD
            axes.plot([100 * share], [-y], "o", markersize=7, color=colour, markerfacecolor=colour if filled else "white")
    axes.set_yticks([-y for y in range(len(rows))], [f"{nodes[r.a]} – {nodes[r.b]}" for r in rows])
    axes.set_xlabel("% de las pruebas" if language == "es" else "% of the evidence")
    axes.set_title(f"○ {_cut(found.comparison.first)}   ● {_cut(found.comparison.second)}", loc="left")
    return figure


def _tie(axes: Any, start: tuple[float, float], end: tuple[float, float], net: float) -> None:
    """Ties within a camp bulge inwards, so that they do not lie on each other."""
    from matplotlib.patches import FancyArrowPatch

    bend = 0.0 if start[0] != end[0] else (-0.25 if (start[1] > end[1]) == (start[0] == 0) else 0.25)
    axes.add_patch(FancyArrowPatch(start, end, arrowstyle="-", connectionstyle=f"arc3,rad={bend}", alpha=0.55,
                                   color=_GOOD if net > 0 else _BAD, linewidth=min(0.5 + abs(net) / 12, 4)))


def _name(found: Analysis, key: str, language: str) -> str:
    return _cut(found.claims.nodes[key].name(language))


def _cut(name: str) -> str:
    # control and direction signs have no glyph and would warn
    text = "".join(c for c in name if c.isprintable())
    return text if len(text) <= _LONGEST else text[:_LONGEST - 1] + "…"


def _figure(width: float, height: float) -> tuple[Figure, Any]:
    """Without pyplot: nothing global, no window."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure, figure.add_subplot()


def _save(figure: Figure, path: Path) -> Path:
    metadata = {"Date": None, "Creator": None} if path.suffix == ".svg" else {"Software": None}
    figure.savefig(path, metadata=metadata)
    return path
