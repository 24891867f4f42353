"""The command line `lrs`: a file for each noun, a handler for each command, and the program that finds them.

Imports whatever its commands need, each of them only when it is called; imported by nothing.
"""

from lrs.cli.program import main as main
