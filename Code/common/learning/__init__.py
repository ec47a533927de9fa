"""How a network learns: batches, augmentation, twins that train and answer, pretraining.

Everything that the user gave is checked in `config` before TensorFlow is loaded here.
"""
