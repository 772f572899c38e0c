"""The sample studio: renders people on rollers and balls, with exact truth.

Frames used everywhere: metres, right-handed, z up, floor at z = 0. Somebody lying or sitting has the
feet towards +x and the left side towards +y. Arrays are float32 or float64, shape written in the docstrings.
"""
