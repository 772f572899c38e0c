"""Moving bodies without pictures: joints in 3-D by the studio's physics, seen by random cameras, with the errors that
pose models and the finder make (`errors.json`, fitted by `fit.py`). Each sequence is a `Kept` clip, by its seed.

python -m benchmarks.proving.motion --count 3000 --split dev
"""
