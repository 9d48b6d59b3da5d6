"""What programs may call: `gradio_client` and an MCP client at a served page."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from anyio import CapacityLimiter
from gradio_client import Client
from gradio_client.exceptions import AppError

from rag.errors import ModelError, NotFoundError, SettingError
from rag.model import FullReport, Kind, Reply, Report, Section
from rag.settings import Settings
from ui.app import launch
from ui.doors import open_doors

FULL = FullReport(
    Report("r1", "f1", "总结.txt", 1, "交通局2023年工作总结", org="交通局", year=2023, plan_year=2024, characters=24),
    "交通局2023年工作总结\n一、成效\n修路12公里。",
    (
        Section(0, None, 0, "交通局2023年工作总结", Kind.OTHER, 0, 12, 25),
        Section(1, 0, 1, "一、成效", Kind.SUMMARY, 13, 17, 25),
    ),
)


class Shelf:
    def reports(self) -> list[Report]:
        return [FULL.report]

    def report(self, id: str, /) -> FullReport:
        if id != "r1":
            raise NotFoundError(f"资料库里没有报告“{id}”")
        return FULL


class Speaker:
    def ask(self, question: str, /, **options: Any) -> Reply:
        if question == "坏":
            raise ModelError("模型不在")
        return Reply(question, f"{options}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with gr.Blocks(analytics_enabled=False) as page:
        open_doors(Speaker(), Shelf(), CapacityLimiter(2), mcp=True)
    home = tmp_path_factory.mktemp("home")
    yield launch(page, Settings(home=home), host="127.0.0.1", port=free_port(), mcp=True)
    page.close(verbose=False)


def test_a_question_is_answered_with_its_options(address: str) -> None:
    client = Client(address, verbose=False)
    reply = client.predict(
        "有哪些打算？", orgs=["交通局"], years=[2024], history=["前问"], reports=["r1"], api_name="/ask"
    )
    assert reply["question"] == "有哪些打算？"
    assert reply["answer"] == str({"history": ["前问"], "orgs": ["交通局"], "years": [2024], "reports": ["r1"]})
    assert reply["refused"] is False
    with pytest.raises(AppError, match="模型不在"):
        client.predict("坏", api_name="/ask")


def test_reports_and_their_sections_can_be_read(address: str) -> None:
    client = Client(address, verbose=False)
    (report,) = client.predict(api_name="/reports")
    assert (report["id"], report["org"], report["years"]) == ("r1", "交通局", [2023, 2024])
    outline = client.predict("r1", api_name="/show")["outline"]
    assert [entry["heading"] for entry in outline] == ["交通局2023年工作总结", "一、成效"]
    assert client.predict("r1", 1, api_name="/show")["text"] == "一、成效\n修路12公里。"
    for wrong in (("r2", None), ("r1", 9)):
        with pytest.raises(AppError):
            client.predict(*wrong, api_name="/show")


def test_mcp_offers_the_same_three_and_nothing_else(address: str) -> None:
    mcp = pytest.importorskip("mcp")
    from mcp.client.streamable_http import streamable_http_client

    async def visit() -> tuple[list[str], str]:
        async with (
            streamable_http_client(f"{address}gradio_api/mcp/") as (read, write, _),
            mcp.ClientSession(read, write) as session,
        ):
            await session.initialize()
            tools = (await session.list_tools()).tools
            shown = await session.call_tool("show", {"report": "r1", "section": 1})
            return [tool.name for tool in tools], str(shown.content)

    names, shown = asyncio.run(visit())
    assert sorted(names) == ["ask", "reports", "show"]
    assert "修路12公里。" in shown


def test_a_port_in_use_is_one_clear_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with gr.Blocks(analytics_enabled=False) as page, pytest.raises(SettingError, match=f"端口 {port}"):
            launch(page, Settings(home=tmp_path), host="127.0.0.1", port=port)


def test_a_proxy_for_the_internet_does_not_get_in_between(address: str) -> None:
    assert {"127.0.0.1", "localhost"} <= set(os.environ["NO_PROXY"].split(","))
