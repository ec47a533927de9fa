"""Whole slides and pictures larger than a field: what is one, its fields, and what they become.

Knows no model: densities come from `inference`, and are looked at here as numbers in fields.csv.
"""
