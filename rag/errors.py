"""The errors a person gets to read: what happened, to which file or setting, and what to do."""

from __future__ import annotations


class BaogaoError(Exception):
    """A failure with a message for the person; `str()` is one line, `hint` says what to do next."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(f"{message}。{hint}" if hint else message)
        self.message = message
        self.hint = hint

    def __reduce__(self) -> tuple[type[BaogaoError], tuple[str, str]]:
        """As two arguments, not as the one line: errors come back from the process that reads files."""
        return type(self), (self.message, self.hint)


class SettingError(BaogaoError):
    """A setting (flag or `BAOGAO_…` variable) has a value that cannot be used."""


class FileError(BaogaoError):
    """A file cannot be read as a report."""


class LibraryError(BaogaoError):
    """The library cannot be opened, read or written."""


class NotFoundError(BaogaoError):
    """A report, section or file is asked for that the library does not hold."""


class ModelError(BaogaoError):
    """The embedding model cannot be loaded, or is not the one that made the library's vectors."""


class GenerationError(BaogaoError):
    """The language model gave no answer that can be used."""
