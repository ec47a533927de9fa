"""Whether an installation can train: packages, devices, equal metrics, memory and speed.

Each part runs in a process of its own, so that a crash of TensorFlow or of a driver is a finding.
"""

TITLE = "Machine"  # of machine.html, by which an earlier one is recognised
