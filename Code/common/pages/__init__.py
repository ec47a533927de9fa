"""HTML pages of results: one self-contained file each, readable on any screen, light and dark."""
