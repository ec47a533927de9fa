"""What a run is to do: its options, its folder's name, its plan, checked before TensorFlow loads.

Options are declared once, as fields of small dataclasses; below the scripts nothing takes a
command line. What a run has done is in `runs`.
"""
