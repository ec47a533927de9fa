"""NuCLS files -> labelled fields of view: counts, pictures, nuclei, their outlines, raters pooled.

What the files say is read in `nucls`; which fields train is decided in `splits`; what is done to
their pixels in `images`.
"""
