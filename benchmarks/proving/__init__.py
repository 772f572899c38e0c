"""The proving ground: many random clips and sequences with exact truth, scored through the real pipeline.

make prove                                       score all that is kept, tables by factor
python -m benchmarks.proving.keep FILMS OUT      keep films with truth as poses and looks
python -m benchmarks.proving.score KEPT ...      score what is kept
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # as for the benchmarks that run as scripts
