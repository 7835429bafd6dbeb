"""What element-wise functions of two operands say of shapes that do not fit, thrown or not."""

from __future__ import annotations

import operator

import pytest
from opgen_table import TABLE

import chainerx as chx

BINARY = {
    f.name: TABLE.op(f.op)
    for f in TABLE.functions
    if f.op is not None and [a.type for a in f.args] == ["Operand", "Operand"]
}


@pytest.mark.parametrize("name", BINARY)
@pytest.mark.parametrize(
    ("shapes", "extents"),
    [
        (("(4,)", "(3,)"), "4 and 3"),
        (("(2, 3)", "(2,)"), "3 and 2"),
        (("(2, 3)", "(3, 2)"), "2 and 3"),  # of one size: the only one of these that is thrown
    ],
)
def test_message(name: str, shapes: tuple[str, str], extents: str) -> None:
    op = BINARY[name]
    dtype = next(d for d in ("float32", "int64", "bool") if d in op.dtypes)
    operands = [chx.ones(eval(shape), dtype) for shape in shapes]
    with pytest.raises(chx.DimensionError) as caught:
        getattr(chx, name)(*operands)
    assert str(caught.value) == (
        f"{op.name}: shapes {shapes[0]} and {shapes[1]} can't be broadcast together; "
        f"extents {extents} differ and neither is 1"
    )


@pytest.mark.parametrize("calculate", [operator.add, operator.iadd, operator.lt, operator.pow])
def test_operators(calculate: object) -> None:
    with pytest.raises(ValueError, match=r"shapes \(4,\) and \(3,\) can't be broadcast together"):
        calculate(chx.ones(4), chx.ones(3))  # type: ignore[operator]


def test_what_is_told_before_shapes() -> None:
    with pytest.raises(chx.DeviceError, match="native:1"):
        chx.ones(4) + chx.ones(3, device="native:1")
    with pytest.raises(chx.DtypeError, match="bitwise_and is not defined for float32"):
        chx.ones(4) & chx.ones(3)
