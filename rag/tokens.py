"""Text to index terms: jieba's words and character bigrams, as BM25 counts them.

`rjieba`, jieba's port to Rust, cuts ten times as fast with jieba's dictionary and model; of runs of Latin letters,
figures and signs it keeps more together (`1-2`), which are parted here as jieba parts them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib.resources import files

_HAN = "[\u3007\u3400-\u9fff\U00020000-\U0003ffff]"
HAN_RUN = re.compile(f"{_HAN}+")
_BIGRAM = re.compile(f"(?=({_HAN}{{2}}))")
_LATIN = re.compile(r"([a-z0-9]+(?:\.\d+)?%?)")
"""A word of a text without Han characters, folded: jieba's `re_skip`."""


def tokens(text: str) -> list[str]:
    """Words of jieba's search mode, then the character bigrams of each run of Han characters; punctuation dropped.

    Both together rank better than either: recall@1 on CMRC2018 dev 0.964, against 0.956 and 0.960.
    """
    import rjieba

    text = fold(text)
    return [*_terms(rjieba.cut_for_search(text)), *filter(str.isalnum, _BIGRAM.findall(text))]


def terms(text: str) -> list[str]:
    """Words only, each once cut (no sub-words, no bigrams); punctuation dropped."""
    import rjieba

    return list(_terms(rjieba.cut(fold(text))))


def is_word(word: str) -> bool:
    """Whether jieba's dictionary has the word, rather than having guessed it from its neighbours."""
    import rjieba

    return word.isascii() or rjieba.has_word(word)


def dictionary_words(tag: str) -> frozenset[str]:
    """The words of jieba's dictionary that bear a part-of-speech tag, such as `ns` for names of places."""
    rows = (line.split(" ") for line in _dictionary().decode().strip().split("\n"))
    return frozenset(row[0] for row in rows if row[-1] == tag)


@lru_cache(maxsize=4096)
def dictionary_tag(word: str) -> str:
    """The part-of-speech tag of a word in jieba's dictionary; empty for a word that it does not have."""
    data, row = _dictionary(), f"\n{word} ".encode()
    at = data.find(row) if is_word(word) else -1
    return data[at + len(row) : data.index(b"\n", at + 1)].split()[-1].decode() if at >= 0 else ""


@lru_cache(maxsize=1)
def _dictionary() -> bytes:
    """Lines of word, frequency and tag."""
    return b"\n" + files("jieba").joinpath("dict.txt").read_bytes() + b"\n"


def fold(text: str) -> str:
    """NFKC and lower case, so that `２０２４` is `2024` and `ＶＯＣＳ` is `vocs`."""
    return unicodedata.normalize("NFKC", text).lower()


def _terms(words: Iterable[str]) -> Iterator[str]:
    """Of words as cut, those that bear meaning, without signs between letters and figures."""
    for word in words:
        if word.isalnum():
            yield word
        elif len(word) == 1:  # a sign: as many as words
            continue
        elif HAN_RUN.search(word) is None:
            yield from filter(_is_term, _LATIN.split(word))
        elif _is_term(word):
            yield word


def _is_term(word: str) -> bool:
    return word.isalnum() or any(character.isalnum() for character in word)
