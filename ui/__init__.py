"""What a person touches: the chat in the browser and the command line; knows `rag` and `ingest`."""
