"""Finding, composing and checking answers; knows neither `ingest` nor `ui`."""
