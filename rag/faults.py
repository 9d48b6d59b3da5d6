"""What can be wrong with a sentence that cites excerpts."""

from __future__ import annotations

from enum import StrEnum


class Fault(StrEnum):
    """Why excerpts do not carry a sentence."""

    UNCITED = "uncited"
    FIGURE = "figure"  # a figure that stands nowhere
    YEAR = "year"  # another year's
    TARGET = "target"  # an aim given as a result
    DIRECTION = "direction"  # a rise given as a fall
    SUBJECT = "subject"  # another thing's
    NAME = "name"  # an organisation, a quoted name or a code that stands nowhere
    NEGATION = "negation"
    WORDING = "wording"  # too little of it stands there
