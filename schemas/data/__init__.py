"""The reference data, packaged: administrative units, audience groups, plans and their targets.

`README.md` beside this file says what each file is and where it bites. Only `schemas` reads the tables, each
through the module of its noun (`unit`, `group`, `target`); whoever else wants a fact asks that module. The
tile grid is a layout and the dashboard's to read.
"""
