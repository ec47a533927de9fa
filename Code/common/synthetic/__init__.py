"""A painted sample data set in the layout of NuCLS: for trying the scripts, not for conclusions."""

MARK = "SYNTHETIC.txt"  # lies beside contours/ in every data set that a program has made
PAINTING = 1  # version of the fields for pretraining; others give other weights
