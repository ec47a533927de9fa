"""How this project writes: files that appear whole, tables that are resumed, locks, disk space.

What a file means (a log, a checkpoint, predictions) is decided in the rooms above.
"""
