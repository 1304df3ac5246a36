"""Network analyses of who does what to whom.

`gather` turns readings into claims between actors identified across articles; every analysis takes `Claims` and gives
typed rows; `analyze` runs them all. Each module's docstring says which projection it counts and what its figures do
not say.
"""

from __future__ import annotations

from kg.network.analysis import Analysis, Table, analyze
from kg.network.centrality import centrality
from kg.network.communities import communities
from kg.network.compare import compare, ego, ego_rows
from kg.network.counting import Weight, signals, weighted
from kg.network.dyads import change_points, co_mentions, dyads, reciprocity, series
from kg.network.layout import layout
from kg.network.projection import Claim, Claims, Node, Standing, gather
from kg.network.selection import Selection, select
from kg.network.signed import camps, triads

__all__ = [
    "Analysis", "Claim", "Claims", "Node", "Selection", "Standing", "Table", "Weight", "analyze", "camps", "centrality",
    "change_points", "co_mentions", "communities", "compare", "dyads", "ego", "ego_rows", "gather", "layout",
    "reciprocity", "select", "series", "signals", "triads", "weighted",
]
