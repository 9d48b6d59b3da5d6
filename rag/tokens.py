"""Text to index terms: jieba's words and character bigrams, as BM25 counts them."""

from __future__ import annotations

import re
import threading
import unicodedata
import warnings
from functools import lru_cache
from typing import Any

HAN_RUN = re.compile("[\u3007\u3400-\u9fff\U00020000-\U0003ffff]+")
_lock = threading.Lock()


def tokens(text: str) -> list[str]:
    """Words of jieba's search mode, then the character bigrams of each run of Han characters; punctuation dropped.

    Both together rank better than either: recall@1 on CMRC2018 dev 0.964, against 0.956 and 0.960.
    """
    text = fold(text)
    words = [word for word in _jieba().cut_for_search(text) if _is_term(word)]
    bigrams = (run[i : i + 2] for run in HAN_RUN.findall(text) for i in range(len(run) - 1))
    return words + [bigram for bigram in bigrams if _is_term(bigram)]


def terms(text: str) -> list[str]:
    """Words only, each once cut (no sub-words, no bigrams); punctuation dropped."""
    return [word for word in _jieba().cut(fold(text)) if _is_term(word)]


def is_word(word: str) -> bool:
    """Whether jieba's dictionary has the word, rather than having guessed it from its neighbours."""
    return word.isascii() or bool(_jieba().FREQ.get(word))


def dictionary_words(tag: str) -> frozenset[str]:
    """The words of jieba's dictionary that bear a part-of-speech tag, such as `ns` for names of places."""
    with _jieba().get_dict_file() as lines:
        rows = (line.decode("utf-8").split() for line in lines)
        return frozenset(row[0] for row in rows if row[-1] == tag)


def fold(text: str) -> str:
    """NFKC and lower case, so that `２０２４` is `2024` and `ＶＯＣＳ` is `vocs`."""
    return unicodedata.normalize("NFKC", text).lower()


def _is_term(word: str) -> bool:
    return any(character.isalnum() for character in word)


def _jieba() -> Any:
    with _lock:
        return _load_jieba()


@lru_cache(maxsize=1)
def _load_jieba() -> Any:
    """A jieba tokenizer filled here: jieba itself would trust a cache file in the folder for temporary files."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        import jieba

    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    return tokenizer
