"""Names of two lists in, scored and explained suggestions out.

Pure: the same input gives the same answer, in whatever order it comes. See ``match`` for plain
names and ``match_records`` for records with identifiers and for what a person decided before.
"""

from desktop_app.domain.matching.engine import KINDS, match, match_records
from desktop_app.domain.matching.folding import fold
from desktop_app.domain.matching.records import Level, Match, Record

__all__ = ["KINDS", "Level", "Match", "Record", "fold", "match", "match_records"]
