"""The op table, for tests that are driven from it."""

from pathlib import Path

from opgen.table import load

ROOT = Path(__file__).resolve().parents[2]

TABLE = load(ROOT / "sdk/ops.toml")
