"""An independent recount of the per-province figures, to hold the store's reports against.

It starts from stored statements as plain JSON and from the data tables, and shares no code with the program
under test: nothing here may import `schemas`, `consumers` or `lrs`. `places` knows units and groups,
`statement` judges one statement by itself, `recount` decides about learners and counts, `reader` fetches.
"""
