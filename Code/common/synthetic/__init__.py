"""Painted H&E fields of view in the NuCLS layout. Nothing here is measured from patients."""
