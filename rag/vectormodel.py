"""Which model made the vectors of a library: they are never mixed with another's."""

from __future__ import annotations

from sqlalchemy import Connection

from rag.embedding import ReportEmbeddings
from rag.errors import ModelError
from rag.records import Records


class VectorModel:
    """Compares the model that is set with the one that the records name, as the maker of the vectors they hold."""

    def __init__(self, records: Records, embedding: ReportEmbeddings) -> None:
        self._records = records
        self._embedding = embedding

    def note(self, transaction: Connection) -> None:
        """Name the model that is set."""
        values = {"model": self._embedding.fingerprint, "dimension": str(self._embedding.dimension)}
        self._records.set_meta(transaction, **values)

    def difference(self) -> ModelError | None:
        """The error that says so, where the vectors are of another model than the one that is set."""
        if self._records.empty():
            return None
        made, now = self._records.meta("model"), self._embedding.fingerprint
        if made == now:
            return None
        return ModelError(
            f"资料库的向量由模型 {made} 生成，当前设置的模型是 {now}",
            "改回原来的 BAOGAO_EMBEDDING_MODEL，或用 baogao doctor --repair 重新生成向量",
        )

    def check(self) -> None:
        """Raise that error."""
        if error := self.difference():
            raise error
