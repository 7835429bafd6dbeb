"""What is measured: statements over named arrays, with the bytes they move or the operations they do.

In statements `xp` is the framework's module and `F` its functions for networks. Bytes count every operand and result once.
"""

from __future__ import annotations

import math

from case import Arrays, Case
from recurrent_cases import recurrent

FLOAT = 4


def _everywhere(statement: str, **others: str) -> dict[str, str]:
    return dict.fromkeys(("chainerx", "numpy", "torch"), statement) | others


def _elementwise() -> list[Case]:
    rows = [
        ("add", 12, _everywhere("a + b"), "normal"),
        ("multiply by scalar", 8, _everywhere("a * 1.5"), "normal"),
        ("relu", 8, _everywhere("xp.relu(a)", numpy="xp.maximum(a, 0)"), "normal"),
        ("where", 13, _everywhere("xp.where(c, a, b)"), "normal"),
        ("less", 9, _everywhere("a < b"), "normal"),
    ]
    functions = [
        *(
            (name, 8, _everywhere(f"xp.{name}(a)"), kind)
            for name, kind in [
                ("exp", "normal"),
                ("log", "positive"),
                ("tanh", "normal"),
                ("sin", "normal"),
                ("sqrt", "positive"),
            ]
        ),
        ("sigmoid", 8, _everywhere("xp.sigmoid(a)", numpy="1 / (1 + xp.exp(-a))"), "normal"),
        ("power", 12, _everywhere("a ** b"), "positive"),
    ]
    return [
        Case(
            group,
            f"{name} {n:.0e}",
            {"a": (kind, (n,)), "b": (kind, (n,)), "c": ("bool", (n,))},
            statements,
            bytes=each * n,
        )
        for group, table in (("element-wise", rows), ("functions", functions))
        for name, each, statements, kind in table
        for n in (1_000, 100_000, 10_000_000)
    ]


def _matrices() -> list[Case]:
    cases = []
    for rows, columns in ((25, 40), (250, 400), (2500, 4000)):
        n = rows * columns
        arrays: Arrays = {
            "a": ("normal", (rows, columns)),
            "row": ("normal", (columns,)),
            "column": ("normal", (rows, 1)),
        }
        size = f"{rows}x{columns}"
        for name in ("sum", "mean", "max", "argmax"):
            for axis in (None, 0, 1):
                call = "" if axis is None else f"axis={axis}"
                torch = f"a.{name}({call})" if name != "max" or axis is None else f"a.amax({axis})"
                statements = _everywhere(f"a.{name}({call})", torch=torch)
                title = f"{name} of {'all' if axis is None else f'axis {axis}'} {size}"
                cases.append(Case("reduction", title, arrays, statements, FLOAT * n))
        cases += [
            Case("broadcast", f"matrix + row {size}", arrays, _everywhere("a + row"), 8 * n),
            Case("broadcast", f"matrix + column {size}", arrays, _everywhere("a + column"), 8 * n),
            Case(
                "copy",
                f"transposed {size}",
                arrays,
                _everywhere("a.T.copy()", torch="a.T.contiguous()"),
                8 * n,
            ),
            Case(
                "copy",
                f"sliced {size}",
                arrays,
                _everywhere("a[::2, 1:].copy()", torch="a[::2, 1:].contiguous()"),
                8 * (rows + 1) // 2 * (columns - 1),
            ),
            Case(
                "copy",
                f"every second column {size}",
                arrays,
                _everywhere("a[:, ::2].copy()", torch="a[:, ::2].contiguous()"),
                6 * n,
            ),
        ]
    return cases


def _matmul() -> list[Case]:
    extents = [(n, n, n) for n in (64, 128, 256, 512, 1024)]
    extents += [(64, 1024, 1024), (1024, 64, 1024), (1024, 1024, 64), (100, 784, 1000)]
    cases = [
        Case(
            "matmul",
            f"{m}x{k} by {k}x{n}",
            {"a": ("normal", (m, k)), "b": ("normal", (k, n))},
            _everywhere("a @ b"),
            operations=2.0 * m * n * k,
        )
        for m, k, n in extents
    ]
    for title, statement in (
        ("transposed by plain", "a.T @ b"),
        ("plain by transposed", "a @ b.T"),
    ):
        arrays: Arrays = {"a": ("normal", (256, 256)), "b": ("normal", (256, 256))}
        cases.append(
            Case("matmul", f"{title} 256", arrays, _everywhere(statement), operations=2.0 * 256**3)
        )
    return cases


def _transformer() -> list[Case]:
    """The products of a layer of BERT-base for 4 sequences of 128 tokens."""
    tokens, width, heads = 512, 768, 12
    cases = []
    for what, inner, outer in (
        ("projection", width, width),
        ("widening", width, 4 * width),
        ("narrowing", 4 * width, width),
    ):
        arrays: Arrays = {
            "x": ("normal", (tokens, inner)),
            "w": ("normal", (outer, inner)),
            "b": ("normal", (outer,)),
        }
        call = {"chainerx": "xp.linear(x, w, b)", "torch": "F.linear(x, w, b)"}
        cases.append(
            Case(
                "matmul",
                f"transformer {what} {tokens}x{inner}-{outer}",
                arrays,
                call,
                operations=2.0 * tokens * inner * outer,
            )
        )
    shape = (4 * heads, 128, width // heads)
    scores: Arrays = {"q": ("normal", shape), "k": ("normal", shape)}
    values: Arrays = {"p": ("normal", (4 * heads, 128, 128)), "v": ("normal", shape)}
    operations = 2.0 * 4 * heads * 128 * 128 * (width // heads)
    for what, arrays, call in (
        ("scores", scores, _everywhere("q @ k.mT", numpy="q @ k.swapaxes(1, 2)")),
        ("mixture", values, _everywhere("p @ v")),
    ):
        title = f"transformer attention {what}"
        cases.append(Case("matmul", title, arrays, call, operations=operations))
    return cases


def _gradients(call: dict[str, str], inputs: str) -> tuple[dict[str, str], dict[str, str]]:
    """Setups that leave a result `y`, and statements for the gradients with regard to the inputs."""
    asked = ", ".join(f"{name}_" for name in inputs.split())
    leaves = {
        "chainerx": "".join(f"{name}_ = {name}.require_grad()\n" for name in inputs.split()),
        "torch": "".join(
            f"{name}_ = {name}.detach().clone().requires_grad_()\n" for name in inputs.split()
        ),
    }
    setup = {}
    for framework, leaf in leaves.items():
        renamed = call[framework]
        for name in inputs.split():
            renamed = renamed.replace(f"({name},", f"({name}_,").replace(
                f", {name},", f", {name}_,"
            )
        setup[framework] = f"{leaf}y = {renamed}\ngy = xp.ones_like(y)\n"
    statements = {
        "chainerx": f"xp.grad([y], [{asked}], grad_outputs=[gy], retain_graph=True)",
        "torch": f"xp.autograd.grad([y], [{asked}], [gy], retain_graph=True)",
    }
    return setup, statements


def _convolution() -> list[Case]:
    # images, channels, extent, filters, kernel, stride, pad
    layers = [
        (2, 3, 224, 64, 7, 2, 3),
        (4, 64, 56, 64, 3, 1, 1),
        (4, 128, 28, 128, 3, 1, 1),
        (4, 256, 14, 256, 3, 1, 1),
        (4, 512, 7, 512, 3, 1, 1),
        (4, 64, 56, 256, 1, 1, 0),
        (4, 256, 56, 64, 1, 1, 0),
        (4, 1024, 14, 256, 1, 1, 0),
        (4, 128, 56, 128, 3, 2, 1),
        (4, 256, 56, 512, 1, 2, 0),
    ]
    cases = []
    for n, channels, extent, filters, kernel, stride, pad in layers:
        out = (extent + 2 * pad - kernel) // stride + 1
        arrays: Arrays = {
            "x": ("normal", (n, channels, extent, extent)),
            "w": ("normal", (filters, channels, kernel, kernel)),
        }
        call = {
            "chainerx": f"xp.conv(x, w, stride={stride}, pad={pad})",
            "torch": f"F.conv2d(x, w, stride={stride}, padding={pad})",
        }
        operations = 2.0 * n * filters * channels * kernel**2 * out**2
        title = f"{kernel}x{kernel}/{stride} {channels}-{filters} {extent}x{extent}"
        cases.append(Case("convolution", f"{title} forward", arrays, call, operations=operations))
        for what, inputs in (("input grad", "x"), ("weight grad", "w")):
            setup, statements = _gradients(call, inputs)
            cases.append(
                Case(
                    "convolution",
                    f"{title} {what}",
                    arrays,
                    statements,
                    operations=operations,
                    setup=setup,
                )
            )
    return cases


def _networks() -> list[Case]:
    cases = []
    for shape in ((1, 4, 16, 16), (4, 16, 40, 40), (16, 64, 100, 100)):
        n = math.prod(shape)
        size = "x".join(map(str, shape))
        channels = (shape[1],)
        arrays: Arrays = {
            "x": ("normal", shape),
            "gamma": ("positive", channels),
            "beta": ("normal", channels),
            "mean": ("normal", channels),
            "var": ("positive", channels),
        }
        max_pool = {"chainerx": "xp.max_pool(x, 2, 2)", "torch": "F.max_pool2d(x, 2, 2)"}
        wide = {
            "chainerx": "xp.max_pool(x, 3, 2, 1)",
            "torch": "F.max_pool2d(x, 3, 2, 1)",
        }
        average = {"chainerx": "xp.average_pool(x, 2, 2)", "torch": "F.avg_pool2d(x, 2, 2)"}
        norm = {
            "chainerx": "xp.batch_norm(x, gamma, beta, mean, var, axis=(0, 2, 3))",
            "torch": "F.batch_norm(x, mean, var, gamma, beta, True)",
        }
        for group, title, call, inputs, forward_bytes, backward_bytes in (
            ("pooling", "max 2x2", max_pool, "x", 5, 6),
            ("pooling", "max 3x3/2", wide, "x", 5, 6),
            ("pooling", "average 2x2", average, "x", 5, 5),
            ("batch norm", "batch norm", norm, "x gamma beta", 8, 12),
        ):
            setup, statements = _gradients(call, inputs)
            cases += [
                Case(group, f"{title} {size}", arrays, call, forward_bytes * n),
                Case(
                    group,
                    f"{title} backward {size}",
                    arrays,
                    statements,
                    backward_bytes * n,
                    setup=setup,
                ),
            ]
    for rows, columns in ((10, 100), (100, 1000), (10_000, 1000)):
        for name in ("softmax", "log_softmax"):
            call = {"chainerx": f"xp.{name}(x, axis=1)", "torch": f"F.{name}(x, 1)"}
            setup, statements = _gradients(call, "x")
            arrays = {"x": ("normal", (rows, columns))}
            n, size = rows * columns, f"{rows}x{columns}"
            cases += [
                Case("softmax", f"{name} {size}", arrays, call, 8 * n),
                Case("softmax", f"{name} backward {size}", arrays, statements, 12 * n, setup=setup),
            ]
    return cases


def _take() -> list[Case]:
    cases = []
    for rows, taken in ((100, 10), (10_000, 1_000), (100_000, 100_000)):
        arrays: Arrays = {
            "a": ("normal", (rows, 100)),
            "flat": ("normal", (rows * 100,)),
            "i": (f"index {rows}", (taken,)),
            "j": (f"index {rows * 100}", (taken * 10,)),
        }
        cases += [
            Case(
                "take",
                f"{taken} rows of {rows}",
                arrays,
                _everywhere("a.take(i, axis=0)", torch="a.index_select(0, i)"),
                (8 * 100 + 8) * taken,
            ),
            Case(
                "take",
                f"{taken * 10} elements of {rows * 100}",
                arrays,
                _everywhere("flat.take(j, axis=0)", torch="flat.index_select(0, j)"),
                16 * taken * 10,
            ),
        ]
    return cases


def _chains() -> list[Case]:
    chains = {
        "cheap": ("xp.relu(a * 1.5 + b) * c - a", 16),
        "functions": ("xp.tanh(xp.exp(-(a * a)) + b)", 12),
    }
    n = 10_000_000
    arrays: Arrays = dict.fromkeys("abc", ("normal", (n,)))
    return [
        Case(
            "chain of five",
            f"{name} 1e+07",
            arrays,
            {
                "chainerx": "f(a, b, c)",
                "torch": body,
                "numpy": body.replace("xp.relu(a * 1.5 + b)", "xp.maximum(a * 1.5 + b, 0)"),
            },
            each * n,
            setup={"chainerx": f"f = xp.compile(lambda a, b, c: {body})\n"},
        )
        for name, (body, each) in chains.items()
    ]


CASES = [
    *_elementwise(),
    *_matrices(),
    *_matmul(),
    *_transformer(),
    *_convolution(),
    *_networks(),
    *recurrent(),
    *_take(),
    *_chains(),
]
