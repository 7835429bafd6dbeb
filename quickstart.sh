#!/bin/bash
# From a fresh clone to a trained network: installs what is missing, builds, installs the package into .venv,
# trains on handwritten digits from Python and from C++. Run it again whenever you like.
set -euo pipefail
cd "$(dirname "$0")"
. tools/prerequisites.sh

install_system_packages
make_virtual_environment
build_preset dev _core chainerx_plugin_native chainerx_replay train_digits
run .venv/bin/python tools/install_into_venv.py build/dev
mkdir -p out
run .venv/bin/python examples/python/train_digits.py --output out --export-npy out/digits
run build/dev/examples/train_digits out/digits

cat <<'END'

Pictures: out/loss.png (loss curve), out/graph.svg (computational graph).
Next:     .venv/bin/python -c 'import chainerx as chx; print(chx.arange(3) ** 2)'
          ./test.sh
By hand:  python3 -m venv .venv && .venv/bin/pip install -r requirements-dev.txt
          cmake --preset dev && cmake --build --preset dev
          PYTHONPATH=build/dev/python .venv/bin/python examples/python/train_digits.py
END
