"""A trained model in other formats, checked to answer the same, with a card that tells of it."""
