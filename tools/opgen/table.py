"""Reads and checks sdk/ops.toml: the rows as objects that the writers in this package share."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

KINDS = ("elementwise", "view", "reduction", "irregular")
DISPATCH = ("common", "float", "first", "attribute")
RESULTS = ("same", "bool", "int64", "real", "sum", "attribute")
COMPLEX_GRADIENTS = ("conjugated", "own")
INTEGERS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
DTYPE_CLASSES = {
    "bool": ["bool"],
    "int": INTEGERS,
    "float": ["float16", "bfloat16", "float32", "float64"],
    "complex": ["complex64", "complex128"],
}
# The order of chainerx::DType and of CHX_TYPE_*.
DTYPES = ["bool", *INTEGERS, "float16", "bfloat16", "float32", "float64", "complex64", "complex128"]
ATTRIBUTE_TYPES = ("bool", "i64", "f64", "dtype", "i64s", "code", "program")
ARGUMENT_TYPES = (
    "Array",
    "Operand",
    "Arrays",
    "Axes",
    "int",
    "Offset",
    "float",
    "bool",
    "Scalar",
    "Shape",
    "Ints",
    "IntList",
    "DType",
    "Device",
    "str",
    "Key",
    "ArrayLists",
    "Generator",
)


class TableError(Exception):
    """A row of the table contradicts its own rules."""


@dataclass(frozen=True)
class OpOperand:
    name: str
    optional: bool = False
    variadic: bool = False
    auxiliary: bool = False
    dtype: str | None = None


@dataclass(frozen=True)
class Attribute:
    name: str
    type: str
    codes: tuple[tuple[str, int], ...] = ()
    since: int = 1  # the minor of the ABI whose header has it first


@dataclass
class Op:
    name: str
    family: str
    kind: str
    inputs: list[OpOperand]
    outputs: list[OpOperand]
    doc: str
    dispatch: str = "common"
    dtypes: list[str] = field(default_factory=list)
    result: str = "same"
    opcode: int | None = None
    saves: list[str] | None = None
    complex_gradient: str = "conjugated"
    decomposes: list[str] = field(default_factory=list)
    primitive: bool = False
    gradient: str = "yes"
    attributes: list[Attribute] = field(default_factory=list)
    version: int = 1

    @property
    def differentiable(self) -> bool:
        return self.saves is not None

    @property
    def variadic(self) -> bool:
        return bool(self.inputs) and self.inputs[-1].variadic


@dataclass(frozen=True)
class Argument:
    name: str
    type: str
    optional: bool = False
    default: str | None = None
    variadic: bool = False
    keyword_only: bool = False
    other_name: str | None = None  # accepted as a keyword in Python, too


@dataclass
class Function:
    name: str
    family: str
    args: list[Argument]
    doc: str
    returns: str = "Array"
    op: str | None = None
    method: str | None = None
    operator: str | None = None
    reflected: bool = False
    inplace: bool = False
    module: str = ""
    python: bool | str = True  # a string: the private name that Python code calls it by
    aliases: list[str] = field(default_factory=list)
    numpy: str | None = None
    domain: str = "any"
    cpp: str | None = None
    gradient: str = "yes"

    @property
    def python_names(self) -> list[str]:
        """What the extension module calls it."""
        return [self.python] if isinstance(self.python, str) else [self.name, *self.aliases]

    @property
    def takes_arrays(self) -> bool:
        return any(a.type in ("Array", "Operand", "Arrays") for a in self.args)

    @property
    def full_name(self) -> str:
        """With its submodule: linalg.det."""
        return f"{self.module}.{self.name}" if self.module else self.name


@dataclass
class Table:
    ops: list[Op]
    functions: list[Function]

    def families(self) -> list[str]:
        seen: dict[str, None] = {}
        for row in [*self.ops, *self.functions]:
            seen[row.family] = None
        return list(seen)

    def gradient(self, function: Function) -> str:
        """ "yes", "no", "zero" (the function is constant between its steps), or of which part of it there is one."""
        return self.op(function.op).gradient if function.op else function.gradient

    def op(self, name: str) -> Op:
        for op in self.ops:
            if op.name == name:
                return op
        raise KeyError(name)


_OPERAND = re.compile(r"^([a-z_][a-z0-9_]*)(\?|\.\.\.|!)?(?::([a-z0-9]+))?$")
_ATTRIBUTE = re.compile(r"^([a-z_][a-z0-9_]*):([a-z0-9]+)(?:\((.*)\))?(?:@(\d+))?$")
_ARGUMENT = re.compile(
    r"^(\*|/)?([A-Za-z_][A-Za-z0-9_]*)(?:\|([a-z_]+))?: ([A-Za-z]+)(\?)?(?: = (.+))?$"
)


def parse_operand(text: str) -> OpOperand:
    match = _OPERAND.match(text)
    if not match:
        raise TableError(f"operand {text!r}: expected name, name?, name..., name! or name:dtype")
    mark = match[2]
    if match[3] not in (None, "any", *DTYPES):
        raise TableError(f"operand {text!r}: unknown dtype")
    return OpOperand(match[1], mark == "?", mark == "...", mark == "!", match[3])


def parse_attribute(text: str) -> Attribute:
    match = _ATTRIBUTE.match(text)
    if not match or match[2] not in ATTRIBUTE_TYPES:
        raise TableError(
            f"attribute {text!r}: expected name:type or name:type@minor with a type of {ATTRIBUTE_TYPES}"
        )
    codes = tuple(
        (name.strip(), int(value))
        for name, value in (item.split("=") for item in (match[3] or "").split(",") if item)
    )
    if (match[2] == "code") != bool(codes):
        raise TableError(f"attribute {text!r}: a code, and only a code, lists its values")
    return Attribute(match[1], match[2], codes, int(match[4] or 1))


def parse_argument(text: str) -> Argument:
    """'name: Type? = default'; a leading * makes it variadic, a leading / keyword-only; 'name|other' has another name as well."""
    match = _ARGUMENT.match(text)
    if not match or match[4] not in ARGUMENT_TYPES:
        raise TableError(
            f"argument {text!r}: expected 'name: Type = default' with a type of {ARGUMENT_TYPES}"
        )
    return Argument(
        match[2], match[4], match[5] == "?", match[6], match[1] == "*", match[1] == "/", match[3]
    )


def _op(row: dict) -> Op:
    row = dict(row)
    row["inputs"] = [parse_operand(text) for text in row["inputs"]]
    row["outputs"] = [parse_operand(text) for text in row.get("outputs", ["y"])]
    row["attributes"] = [parse_attribute(text) for text in row.get("attributes", [])]
    if row["kind"] == "reduction":
        row["attributes"] = [
            Attribute("axes", "i64s"),
            Attribute("keepdims", "bool"),
            *row["attributes"],
        ]
    if "saves" in row:
        row["saves"] = row["saves"].split()
    names = [
        name
        for item in row.get("dtypes", list(DTYPE_CLASSES))
        for name in DTYPE_CLASSES.get(item, [item])
    ]
    row["dtypes"] = [name for name in DTYPES if name in names]
    row["doc"] = " ".join(row["doc"].split())
    if "saves" not in row:
        row["gradient"] = "no"
    op = Op(**row)
    operands = {o.name for o in [*op.inputs, *op.outputs]}
    for condition, text in [
        (op.kind in KINDS, f"kind {op.kind}"),
        (op.dispatch in DISPATCH, f"dispatch {op.dispatch}"),
        (op.result in RESULTS, f"result {op.result}"),
        (op.complex_gradient in COMPLEX_GRADIENTS, f"complex_gradient {op.complex_gradient}"),
        (set(op.saves or []) <= operands, f"saves {op.saves}"),
        (not any(o.variadic for o in op.inputs[:-1]), "a variadic operand that is not the last"),
        (
            op.opcode is None or op.kind == "elementwise",
            "an opcode on an op that is not element-wise",
        ),
        (
            op.dispatch != "attribute" or op.attributes[:1] == [Attribute("dtype", "dtype")],
            "attribute dtype must come first",
        ),
        (
            [a.since for a in op.attributes] == sorted(a.since for a in op.attributes),
            "an attribute before older ones; append it",
        ),
        (len(op.inputs) <= 16 and len(op.outputs) <= 6, "too many operands"),
    ]:
        if not condition:
            raise TableError(f"op {op.name}: {text}")
    return op


def _function(row: dict) -> Function:
    row = dict(row)
    row["args"] = [parse_argument(text) for text in row["args"]]
    row["doc"] = row["doc"].strip()
    if row.get("method") is True:
        row["method"] = row["name"]
    return Function(**row)


def decomposition_of(op: Op) -> list[str]:
    """The ops that an op falls apart into on a device without a kernel for it."""
    if op.decomposes:
        return op.decomposes
    return ["fused_elementwise"] if op.opcode is not None else []


def _check_acyclic(ops: list[Op]) -> None:
    names = {op.name: op for op in ops}
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            raise TableError("decompositions form a cycle: " + " -> ".join([*path, name]))
        if name in done:
            return
        for part in decomposition_of(names[name]):
            if part not in names:
                raise TableError(f"op {name} decomposes into {part}, which does not exist")
            visit(part, (*path, name))
        done.add(name)

    for name in names:
        visit(name, ())


def load(path: Path) -> Table:
    with open(path, "rb") as file:
        rows = tomllib.load(file)
    ops = [_op(row) for row in rows.get("op", [])]
    functions = [_function(row) for row in rows.get("function", [])]
    for kind, names in (
        ("op", [op.name for op in ops]),
        ("function", [f.full_name for f in functions]),
    ):
        if len(names) != len(set(names)):
            raise TableError(f"two rows for {kind} {next(n for n in names if names.count(n) > 1)}")
    opcodes = [op.opcode for op in ops if op.opcode is not None]
    if len(opcodes) != len(set(opcodes)):
        raise TableError("two ops share an opcode")
    _check_acyclic(ops)
    table = Table(ops, functions)
    for function in functions:
        if function.op is not None and function.op not in {op.name for op in ops}:
            raise TableError(
                f"function {function.name} calls op {function.op}, which does not exist"
            )
    return table
