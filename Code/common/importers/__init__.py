"""Other public data sets -> the NuCLS layout: what their files say, and the folder that is made.

Their nuclei are points; each gets a box around it, of the type that NuCLS has for such boxes.
"""

NOTE = "IMPORTED.txt"  # lies beside contours/ in every data set that was imported
