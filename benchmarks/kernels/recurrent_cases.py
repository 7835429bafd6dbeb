"""Layers of LSTMs and GRUs over sequences of equal lengths."""

from __future__ import annotations

from case import Arrays, Case


def _layer(name: str, n_gates: int, states: str, extents: tuple[int, int, int]) -> list[Case]:
    """Forward without gradients, and both ways with those of a sum of all outputs."""
    steps, sequences, units = extents
    matrices = [f"m{i}" for i in range(2 * n_gates)]
    vectors = [f"b{i}" for i in range(2 * n_gates)]
    arrays: Arrays = {
        "x": ("normal", extents),
        "h": ("normal", (1, sequences, units)),
        "c": ("normal", (1, sequences, units)),
        **dict.fromkeys(matrices, ("normal", (units, units))),
        **dict.fromkeys(vectors, ("normal", (units,))),
    }
    call = {
        "chainerx": f"xp.n_step_{name.lower()}(1, {states}, ws, bs, xs)[-1]",
        "torch": "layer(x, states)[0]",
    }
    setup = {
        "chainerx": f"ws = [[{', '.join(matrices)}]]\nbs = [[{', '.join(vectors)}]]\n"
        f"for a in [*ws[0], *bs[0]]:\n    a *= {units**-0.5}\nxs = list(x)\n",
        "torch": f"layer = xp.nn.{name}({units}, {units})\nstates = {states}\n",
    }
    leaves = {
        "chainerx": f"leaves = [*xs, {states}, *ws[0], *bs[0]]\nfor a in leaves: a.require_grad()\n"
        "gys = [xp.ones_like(y) for y in xs]\n",
        "torch": f"leaves = [x, {states}, *layer.parameters()]\nfor a in leaves: a.requires_grad_()\n"
        "gy = xp.ones_like(x)\n",
    }
    forward = {
        "chainerx": call["chainerx"],
        "torch": f"with xp.no_grad(): {call['torch']}",
    }
    both = {
        "chainerx": f"xp.grad({call['chainerx']}, leaves, grad_outputs=gys)",
        "torch": f"xp.autograd.grad([{call['torch']}], leaves, [gy])",
    }
    operations = 4.0 * n_gates * steps * sequences * units**2
    title = f"{name} {steps}x{sequences}x{units}"
    return [
        Case("recurrent", f"{title} forward", arrays, forward, operations=operations, setup=setup),
        Case(
            "recurrent",
            f"{title} forward and backward",
            arrays,
            both,
            operations=3 * operations,
            setup={framework: setup[framework] + leaves[framework] for framework in setup},
        ),
    ]


def recurrent() -> list[Case]:
    return [
        case
        for extents in ((16, 8, 32), (32, 32, 256))
        for name, n_gates, states in (("LSTM", 4, "h, c"), ("GRU", 3, "h"))
        for case in _layer(name, n_gates, states, extents)
    ]
