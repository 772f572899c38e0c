"""One recorded clip, from the file to the folder of results."""

from smr_vision.analysis.clip import Outcome, Progress, Request, analyse, analyse_as_guest, demand_somebody, notes_of

__all__ = ["Outcome", "Progress", "Request", "analyse", "analyse_as_guest", "demand_somebody", "notes_of"]  # fmt: skip
