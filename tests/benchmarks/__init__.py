"""Measurements of the engine beside other ways to do the same, as ratios within one run."""
