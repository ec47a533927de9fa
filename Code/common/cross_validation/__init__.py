"""Cross-validation of networks: runs by folds and seeds, their answers pooled, figures and tests.

Every field is answered for by networks that have not seen its patient; the figures are computed
over all fields together, as of one evaluation.
"""

TITLE = "Cross-validation"  # of cross_validation.html, by which an earlier one is recognised
