"""What of the records stays in memory until the next write."""

from __future__ import annotations

from functools import lru_cache

from rag.model import Size
from rag.records import Records

_REPORTS = 512
"""Reports of which texts, chunks and vectors are kept: about 100 MB at most."""


class Kept:
    """Reads of `Records` that questions repeat, each done once until `forget`."""

    def __init__(self, records: Records) -> None:
        self.files = lru_cache(maxsize=1)(records.files)
        self.reports = lru_cache(maxsize=1)(lambda: {report.id: report for report in records.reports()})
        self.size = lru_cache(maxsize=1)(lambda: Size(**records.counts()))
        self.chunk_counts = lru_cache(maxsize=1)(records.chunk_counts)
        self.full_report = lru_cache(maxsize=_REPORTS)(records.full_report)
        self.chunks = lru_cache(maxsize=_REPORTS)(records.chunks)
        self.vectors_in = lru_cache(maxsize=_REPORTS)(records.vectors_in)

    def forget(self) -> None:
        for cache in vars(self).values():
            cache.cache_clear()
