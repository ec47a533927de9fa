"""The files of one run of a network: where they lie, what they tell, how an ended run goes on.

Loads no TensorFlow: a checkpoint's arrays are NumPy's. Training itself is in `training`.
"""
