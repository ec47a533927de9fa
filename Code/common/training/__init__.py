"""One run of a network script: its flow, the fit, what is kept after each epoch."""
