"""BM25 over chunks: a Tantivy index on disk, fed with terms that `rag.tokens` cut."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rag.errors import LibraryError

WRITER_BYTES = 50_000_000


class LexicalIndex:
    """Chunk ids under their terms. Not for use by two processes at once; `Library` sees to that."""

    def __init__(self, folder: Path) -> None:
        """Open the index in `folder`, made where there is none. Raises LibraryError if it cannot be read."""
        import tantivy

        self.folder = folder
        self._tantivy = tantivy
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("chunk", stored=True, tokenizer_name="raw", index_option="basic")
        builder.add_text_field("report", tokenizer_name="raw", index_option="basic")
        builder.add_text_field("tokens", tokenizer_name="whitespace", index_option="freq")
        self._schema = builder.build()
        with self._readable():
            folder.mkdir(parents=True, exist_ok=True)
            self._index = tantivy.Index(self._schema, path=str(folder))
            self._index.register_tokenizer(
                "whitespace", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
            )
            self._index.reload()
        self._swept = False

    def write(self, *, delete: Iterable[str] = (), add: Iterable[tuple[str, str, Sequence[str]]] = ()) -> None:
        """In one commit: delete all chunks of the reports `delete`, then add `(chunk id, report id, tokens)`."""
        with self._readable():
            writer = self._index.writer(heap_size=WRITER_BYTES, num_threads=1)
            if not self._swept:
                # What a writer that was killed left behind has the names that this one would give its own files.
                writer.garbage_collect_files()
                self._swept = True
            for report_id in delete:
                writer.delete_documents_by_term("report", report_id)
            for chunk_id, report_id, terms in add:
                document = self._tantivy.Document()
                document.add_text("chunk", chunk_id)
                document.add_text("report", report_id)
                document.add_text("tokens", " ".join(terms))
                writer.add_document(document)
            writer.commit()
            writer.wait_merging_threads()
            self._index.reload()

    def reload(self) -> None:
        """See what another process has written."""
        with self._readable():
            self._index.reload()

    def search(
        self, terms: Sequence[str], k: int, report_ids: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        """The best `k` chunk ids for the terms with their BM25 scores, best first; within `report_ids` if given.

        Term statistics are those of the whole library either way.
        """
        if not terms or k < 1 or (report_ids is not None and not report_ids):
            return []
        query, occur = self._tantivy.Query, self._tantivy.Occur
        wanted = query.boolean_query([(occur.Should, self._term(term)) for term in dict.fromkeys(terms)])
        if report_ids is not None:
            inside = query.const_score_query(query.term_set_query(self._schema, "report", list(report_ids)), 0.0)
            wanted = query.boolean_query([(occur.Must, wanted), (occur.Must, inside)])
        with self._readable():
            searcher = self._searcher()
            hits = searcher.search(wanted, limit=k, count=False).hits
            return [(searcher.doc(address).get_first("chunk"), score) for score, address in hits]

    def document_frequency(self, term: str) -> int:
        """How many chunks hold the term."""
        with self._readable():
            return self._searcher().search(self._term(term), limit=1).count

    def count(self) -> int:
        with self._readable():
            return self._searcher().num_docs

    def ids(self) -> list[str]:
        """All chunk ids, once for each time they are indexed."""
        with self._readable():
            searcher = self._searcher()
            hits = searcher.search(self._tantivy.Query.all_query(), limit=max(1, searcher.num_docs)).hits
            return [searcher.doc(address).get_first("chunk") for _score, address in hits]

    def _searcher(self) -> Any:  # its type stub leaves out what it returns
        return self._index.searcher()

    def _term(self, term: str) -> Any:
        return self._tantivy.Query.term_query(self._schema, "tokens", term, "freq")

    @contextmanager
    def _readable(self) -> Iterator[None]:
        try:
            yield
        except (ValueError, OSError) as error:
            raise LibraryError(f"词语索引 {self.folder} 无法读写：{error}", "用 baogao doctor --repair 重建") from error
