"""Near-identical reports: the same text once with figures and once with the figures hidden.

Measure: the share of common 12-character shingles (Broder 1997), smaller set as base, after figures, masks, Latin
letters and punctuation are dropped, since these are what masking changes. Two different reports of the same genre
share under 5%, two versions of one report over 60%, so the threshold of 0.5 is far from both.
"""

from __future__ import annotations

import re
from zlib import crc32

from rag.text import MASK

_SHINGLE = 12
_SAMPLE = 4
"""One shingle in so many is kept, by its hash, so that the same ones are kept in every report."""
SAME = 0.5


def sketch(text: str) -> frozenset[int]:
    """Sampled shingle hashes of a report's Chinese characters."""
    bare = re.sub(r"[^一-龥]", "", MASK.sub("", text))
    hashes = (crc32(bare[i : i + _SHINGLE].encode()) for i in range(max(1, len(bare) - _SHINGLE + 1)))
    return frozenset(h for h in hashes if h % _SAMPLE == 0)


def overlap(a: frozenset[int], b: frozenset[int]) -> float:
    """Share of common shingles, 0 to 1, relative to the smaller sketch."""
    smaller = min(len(a), len(b))
    return len(a & b) / smaller if smaller else 0.0
