"""A trained model's answers: what its file knows, densities of pictures, densities of slides.

How well they agree with labels is computed in `evaluation`, what they rest on in `explanation`.
"""
