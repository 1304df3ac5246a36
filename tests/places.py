"""Where the checkout is, and the evaluation data beside it (or `KG_SHARED`)."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).parent.parent
SHARED = Path(os.environ.get("KG_SHARED") or ROOT.parent / "shared")
