"""Errors, command lines, entries of records, Ctrl-C: what every room may use.

Knows nothing of pictures, data sets or networks. What writes files belongs in `files`.
"""
