"""Compiles cpp/torch_calls.cc against the libtorch that is inside of PyTorch's Python package."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

SOURCE = Path(__file__).resolve().parent / "cpp" / "torch_calls.cc"
FACTS = """
import json, os, torch
from torch.utils import cpp_extension
print(json.dumps({
    "includes": cpp_extension.include_paths(),
    "libraries": os.path.join(os.path.dirname(torch.__file__), "lib"),
    "abi": int(torch.compiled_with_cxx11_abi()),
}))
"""


def build(python: str, folder: Path) -> Path:
    """The program, compiled anew only if its source is newer. Takes about a minute."""
    program = folder / "overhead_of_torch"
    sources = [SOURCE, SOURCE.with_name("worker.h")]
    if program.exists() and all(s.stat().st_mtime < program.stat().st_mtime for s in sources):
        return program
    facts = json.loads(subprocess.check_output([python, "-c", FACTS], text=True))
    libraries = facts["libraries"]
    folder.mkdir(parents=True, exist_ok=True)
    command = ["c++", "-std=c++17", "-O2", f"-D_GLIBCXX_USE_CXX11_ABI={facts['abi']}"]
    command += [f"-isystem{folder}" for folder in facts["includes"]]
    command += [str(SOURCE), "-o", str(program), f"-L{libraries}", f"-Wl,-rpath,{libraries}"]
    subprocess.run([*command, "-Wl,--no-as-needed", "-ltorch", "-ltorch_cpu", "-lc10"], check=True)
    return program
