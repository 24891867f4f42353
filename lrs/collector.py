"""The garbage collector, set for processes that parse much and keep little.

A batch of statements is some thousands of containers that live for a moment: with the interpreter's
defaults they set off collections of everything that was ever loaded.
"""

from __future__ import annotations

import gc


def settle() -> None:
    """Leave what is loaded by now out of all collections, and collect less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(500_000, 20, 50)
