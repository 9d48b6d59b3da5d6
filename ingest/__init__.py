"""A file becomes text, reports, sections and chunks, and lands in the library; knows `rag`, not `ui`."""
