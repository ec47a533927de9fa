"""Every network in every learning-rate folder: what there is to run, and what computes it."""
