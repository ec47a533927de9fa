"""NuCLS as it is published: folders, file names, annotation files, annotated regions, folds.

What its files say, and nothing of what is made of it: counts, fields of view and labels are in
`data`.
"""
