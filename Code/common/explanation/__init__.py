"""Grad-CAM: where in a picture the evidence lies, and whether that is more than chance."""
