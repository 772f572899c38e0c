"""The safety screen: who should not roll, who should ask first, when to stop [domain; S10]."""

from __future__ import annotations

from typing import Final

from smr_vision.report import words

TITLE: Final = "Before you start"
DO_NOT: Final = "Do not roll with an open wound, a fracture, or a hot, swollen calf: see a doctor now."
ASK_FIRST: Final = (
    "Ask a professional first with brittle bones, blood thinners or a bleeding disorder, inflammation or infection, "
    "varicose veins, numb areas, recent surgery or a tear, cancer, pregnancy, spine or disc disease."
)
STOP: Final = words.STOP
KEEP_OFF: Final = "Keep off joints, bones, neck, lower back and hollow of the knee."
ACCEPT: Final = "Nothing of this is mine: raise an arm, or press space"
SAID: Final = "Before you start, please read the list. If nothing of it is yours, raise one arm, or press space."

LINES: Final = (DO_NOT, ASK_FIRST, STOP, KEEP_OFF)
"""All of it, in order, for screens and terminals."""
