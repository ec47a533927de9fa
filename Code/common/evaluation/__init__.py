"""How well answers agree with labels: a run's best model, and the predictions of Predict.py."""
