"""All finished runs of the learning-rate folders, ranked: as a table, workbook, picture and page.

Compares what runs have left; what a run is worth on labels is computed in `evaluation`.
"""

TITLE = "Comparison of runs"  # of comparison.html, by which an earlier one is recognised
