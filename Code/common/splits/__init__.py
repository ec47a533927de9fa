"""Which fields of view train and which validate, and what the two sides of a split share."""
