"""Picture files -> arrays; what is done to pixels. Paths in, uint8 RGB out.

Knows no field of view and no label: those are in `data`.
"""
