"""A data set on disk -> labelled fields of view: annotations, counts, names, raters.

Which of the fields train is decided in `splits`; what is done to their pixels in `images`.
"""
