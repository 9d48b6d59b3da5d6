"""Every setting of the product, read in one place: environment variables `BAOGAO_…`, then flags."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rag.errors import SettingError


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of one library and the programs on it."""

    # Where the library lives.
    home: Path

    # Embedding: empty for the packaged weights, else a folder or a hub name such as `BAAI/bge-m3`.
    embedding_model: str = ""
    threads: int = 0
    """Threads for the model; 0 leaves the choice to torch."""

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None, *, home: str | Path | None = None) -> Settings:
        """Read `BAOGAO_…` from `env` (default: the process environment); a flag given by name wins.

        Raises SettingError naming the variable whose value cannot be used.
        """
        env = os.environ if env is None else env
        place = Path(home or env.get("BAOGAO_HOME") or _default_home()).expanduser().absolute()
        return cls(
            home=place,
            embedding_model=env.get("BAOGAO_EMBEDDING_MODEL", "").strip(),
            threads=_whole_number(env, "BAOGAO_THREADS", default=0),
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
