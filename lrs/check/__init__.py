"""How statements would count: the endpoint's checks and the rules of figures, asked without storing anything.

It judges with the code that the endpoint, the projector and the aggregator use, so it cannot say otherwise
than they do. A verdict is a model of pydantic; judging is a function of values. Imports `schemas`,
`lrs.endpoint.prepare` and the meanings of `lrs.reports`; imported by `lrs.http` and the command line.
"""
