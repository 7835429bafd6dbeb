"""Makes headers, bindings, stubs and docs from the op table."""

from __future__ import annotations

from . import conformance, core, docs, python, sdk, stubs
from .table import Table


def checked_in_products(table: Table) -> dict[str, str]:
    """Path below the repository -> text, for the products that are kept in it."""
    return {**sdk.products(table), **stubs.products(table)}


def build_products(table: Table) -> dict[str, str]:
    """Path below the build's generated folder -> text."""
    return {
        **core.products(table),
        **python.products(table),
        **docs.products(table),
        **conformance.products(table),
    }
