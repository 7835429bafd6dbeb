"""The op table, for tests that are driven from it."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

from opgen.table import load  # noqa: E402

TABLE = load(ROOT / "sdk/ops.toml")
