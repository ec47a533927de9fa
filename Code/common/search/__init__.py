"""The hyper-parameter search: Keras Tuner proposes settings, each is trained for a few epochs."""
