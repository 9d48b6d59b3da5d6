"""Every setting of the product, read in one place: environment variables `BAOGAO_…`, then flags."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from rag.errors import SettingError


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of one library and the programs on it."""

    # Where the library lives.
    home: Path
    database_url: str = field(default="", repr=False)
    """`postgresql://…` for records that several processes share; empty for a file in `home`."""
    chroma_url: str = field(default="", repr=False)
    """`http://127.0.0.1:8000` and the like for a Chroma server; empty for an index in `home`."""

    # Embedding: empty for the packaged weights, else a folder or a hub name such as `BAAI/bge-m3`.
    embedding_model: str = ""
    reranker_model: str = ""
    """A cross-encoder that orders the evidence sentences: a folder or a hub name; empty for none."""
    threads: int = 0
    """Threads for the model; 0 leaves the choice to torch."""

    # What reading one file may take.
    read_seconds: float = 120.0
    """Seconds; pages read by OCR get more as they come."""
    read_megabytes: int = 2048
    """Memory; 0 for no limit."""

    # A language model behind an OpenAI-compatible address; without one, answers are composed of the reports' sentences.
    llm_base_url: str = ""
    """Such as `http://127.0.0.1:11434/v1`; empty for none."""
    llm_model: str = ""
    llm_api_key: str = field(default="", repr=False)
    llm_timeout: float = 60.0
    """Seconds for a whole answer."""

    # Serving.
    hostnames: tuple[str, ...] = ()
    """Names, besides `localhost` and IP addresses, under which browsers may address the server."""
    log_level: str = "INFO"
    log_questions: bool = False
    """Whether the log holds what was asked."""

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None, *, home: str | Path | None = None) -> Settings:
        """Read `BAOGAO_…` from `env` (default: the process environment); a flag given by name wins.

        Raises SettingError naming the variable whose value cannot be used.
        """
        env = os.environ if env is None else env
        place = Path(home or env.get("BAOGAO_HOME") or _default_home()).expanduser().absolute()
        return cls(
            home=place,
            database_url=_address(env, "BAOGAO_DATABASE_URL", ("postgresql", "postgres"), "postgresql://主机/数据库"),
            chroma_url=_address(env, "BAOGAO_CHROMA_URL", ("http", "https"), "http://127.0.0.1:8000"),
            embedding_model=env.get("BAOGAO_EMBEDDING_MODEL", "").strip(),
            reranker_model=env.get("BAOGAO_RERANKER_MODEL", "").strip(),
            threads=_whole_number(env, "BAOGAO_THREADS", default=0),
            read_seconds=_seconds(env, "BAOGAO_READ_SECONDS", default=120.0),
            read_megabytes=_whole_number(env, "BAOGAO_READ_MEMORY", default=2048),
            **_llm(env),
            hostnames=tuple(env.get("BAOGAO_HOSTNAMES", "").replace(",", " ").split()),
            log_level=_choice(env, "BAOGAO_LOG_LEVEL", ("INFO", "DEBUG", "WARNING", "ERROR")),
            log_questions=_choice(env, "BAOGAO_LOG_QUESTIONS", ("0", "1")) == "1",
        )


def _default_home() -> str:
    import platformdirs

    return platformdirs.user_data_dir("baogao", appauthor=False)


def _whole_number(env: Mapping[str, str], name: str, *, default: int) -> int:
    value = env.get(name, "").strip()
    if not value:
        return default
    if not value.isdecimal():
        raise SettingError(f"{name}={value!r} 不是整数", f"改成 0 或正整数，或去掉 {name}")
    return int(value)


def _choice(env: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    """One of `choices`; the first where nothing is set."""
    value = env.get(name, "").strip().upper() or choices[0]
    if value not in choices:
        raise SettingError(f"{name}={value!r} 没有这一项", f"可用：{'、'.join(choices)}")
    return value


def _address(env: Mapping[str, str], name: str, schemes: tuple[str, ...], example: str) -> str:
    """A server's address, never quoted in an error: it may hold a password."""
    url = env.get(name, "").strip()
    try:
        parts = urlsplit(url)
        good = parts.scheme in schemes and (parts.hostname or parts.query) and (parts.port is None or parts.port > 0)
    except ValueError:
        good = False
    if url and not good:
        raise SettingError(f"{name} 不是能用的地址", f"写成 {example} 这样，或去掉它")
    return url


def _llm(env: Mapping[str, str]) -> dict[str, Any]:
    names = ("BAOGAO_LLM_BASE_URL", "BAOGAO_LLM_MODEL", "BAOGAO_LLM_API_KEY")
    url, model, key = (env.get(name, "").strip() for name in names)
    if url and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname):
        raise SettingError("BAOGAO_LLM_BASE_URL 不是网址", "写成 http://127.0.0.1:11434/v1 这样，或去掉它")
    if url and not model:
        raise SettingError("设置了 BAOGAO_LLM_BASE_URL，却没有 BAOGAO_LLM_MODEL", "用 BAOGAO_LLM_MODEL 写明模型名")
    if model and not url:
        raise SettingError("设置了 BAOGAO_LLM_MODEL，却没有 BAOGAO_LLM_BASE_URL", "写明模型服务的地址，或去掉它")
    if not key.isascii() or not key.isprintable() or " " in key:
        raise SettingError("BAOGAO_LLM_API_KEY 里有密钥不会有的字符", "重新复制一次密钥")
    timeout = _seconds(env, "BAOGAO_LLM_TIMEOUT", default=60.0)
    return {"llm_base_url": url, "llm_model": model, "llm_api_key": key, "llm_timeout": timeout}


def _seconds(env: Mapping[str, str], name: str, *, default: float) -> float:
    value = env.get(name, "").strip()
    if not value:
        return default
    if not re.fullmatch(r"\d+(?:\.\d+)?", value) or not 0 < float(value) <= 3600:
        raise SettingError(f"{name}={value!r} 不是秒数", f"改成 1 到 3600 的数，或去掉 {name}")
    return float(value)
