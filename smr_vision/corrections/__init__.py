"""The trainer's corrections of a session: small events beside it, never a change of what was recorded."""

from smr_vision.corrections.apply import corrected
from smr_vision.corrections.record import Correction, CorrectionRecord, Outdated

__all__ = ["Correction", "CorrectionRecord", "Outdated", "corrected"]
