"""Colours of charts, graphs and outlines, told apart by people of all kinds of colour vision.

Those of Okabe and Ito 2008 that stand out from white and from the dark of a page (3 to 1 and more).
Where colour vision lacks a kind of cone (Machado et al. 2009) they keep apart by 12 and more in
CAM02-UCS; what matters is told by lines or shapes as well.
"""

BLUE, VERMILLION, GREEN, PURPLE = COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")
# Of outlines on tissue, which is neither white nor dark.
ORANGE, SKY, BLACK = "#e69f00", "#56b4e9", "#000000"
