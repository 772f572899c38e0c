"""smr-vision watches people foam-rolling and says how it went."""

__version__ = "0.1.0"
