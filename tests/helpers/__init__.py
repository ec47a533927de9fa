"""What tests share besides fixtures: ways to start scripts, faults, logs and models by hand."""
