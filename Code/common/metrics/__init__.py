"""How good answers are: metrics of an epoch, losses, metrics of an evaluation with intervals.

Each kind has one table, and a new row of it appears wherever metrics are computed, kept and drawn.
Arrays in, numbers out: knows no file and no network.
"""
