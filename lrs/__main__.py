"""`python -m lrs`: the command line."""

from lrs.cli import main

main(prog_name="lrs")
