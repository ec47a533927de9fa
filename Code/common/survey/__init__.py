"""A look at a data set before training: what it holds, what is odd, what a run will need."""

TITLE = "Data set"  # of dataset.html, by which an earlier one is recognised
