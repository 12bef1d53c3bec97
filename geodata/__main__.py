"""``python -m geodata``: the command line."""

import gc
import sys

# pandera asks for hypothesis where that is installed, which only tests need and which takes a second.
sys.modules.setdefault("hypothesis", None)  # type: ignore[arg-type]

# A command makes many objects that stay and few rings of them: to look for these less often saves a tenth.
gc.set_threshold(100_000, 20, 20)

from geodata.cli import run  # noqa: E402

if __name__ == "__main__":
    code = run()
    gc.freeze()  # else the interpreter looks for rings once more before the system takes all back: a tenth
    sys.exit(code)
