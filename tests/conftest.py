"""Libraries that several test files share."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from command import Home

from rag.assistant import Assistant
from rag.embedding import ReportEmbeddings
from rag.library import Library
from rag.settings import Settings
from ui import logs


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what runs for minutes, unless `-m` asks for it."""
    long = [item for item in items if item.get_closest_marker("soak")]
    if long and "soak" not in config.option.markexpr:
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A library of the sample reports, made with the real model; only to be read."""
    from ingest.pipeline import SAMPLES

    home = Home(tmp_path_factory.mktemp("samples") / "home")
    done = home.run("ingest", SAMPLES)
    assert done.status == 0, done.out + done.err
    return home


@pytest.fixture
def home(samples: Home, tmp_path: Path) -> Home:
    """A library of the samples to be changed; the model is shared."""
    path = tmp_path / "home"
    shutil.copytree(samples.path, path, ignore=shutil.ignore_patterns("models", "lock", "process"))
    (path / "models").symlink_to(samples.path / "models")
    return Home(path)


@pytest.fixture
def empty(samples: Home, tmp_path: Path) -> Home:
    """An empty library; the model is shared."""
    path = tmp_path / "empty"
    path.mkdir()
    (path / "models").symlink_to(samples.path / "models")
    return Home(path)


@pytest.fixture(scope="session")
def real_embedding(samples: Home) -> ReportEmbeddings:
    """The packaged model, loaded once for all tests that need it."""
    return ReportEmbeddings.from_settings(Settings.from_env({}, home=samples.path))


@pytest.fixture(scope="session")
def assistant(
    samples: Home, real_embedding: ReportEmbeddings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Assistant]:
    """An assistant on a copy of the sample library, only to be read: the command needs the first for itself."""
    path = tmp_path_factory.mktemp("assistant") / "home"
    shutil.copytree(samples.path, path, ignore=shutil.ignore_patterns("models", "lock", "process"))
    settings = Settings.from_env({}, home=path)
    with Library.open(settings, real_embedding) as library:
        yield Assistant(library, settings)


@pytest.fixture
def own_logs() -> Iterator[None]:
    """Loggers are the process's own: put back what was there."""
    loggers = [logging.getLogger(name) for name in logs.OURS]
    before = [(logger.handlers, logger.level, logger.propagate) for logger in loggers]
    yield
    for logger, (handlers, level, propagate) in zip(loggers, before, strict=True):
        logger.handlers, logger.propagate = handlers, propagate
        logger.setLevel(level)
