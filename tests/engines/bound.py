"""Becomes the command of its arguments; the kernel kills it when the process that started it dies.

`python bound.py <process id of the parent> <command>`. The process id stays the same. Elsewhere than on Linux
it is just the command.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    parent, *command = sys.argv[1:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL))
        if os.getppid() != int(parent):
            sys.exit("the parent has died already")
    os.execvp(command[0], command)


if __name__ == "__main__":
    main()
