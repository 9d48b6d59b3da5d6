"""Nothing is sent anywhere: the whole road under a guard that notes every connection and look-up of a name."""

from __future__ import annotations

import asyncio
import base64
import urllib.request
from pathlib import Path

import httpx
import pytest
from command import Home
from gradio_client import Client
from serving import serving
from test_access import tools

pytestmark = pytest.mark.slow

PASSWORD = "a-long-password"
GUARD = """
import os, sys

def here(host):
    return host in (None, "", b"", "localhost", "::1", "0.0.0.0", "::") or str(host).startswith("127.")

def watch(event, args):
    if event == "socket.connect":
        host = args[1][0] if isinstance(args[1], tuple) else ""
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = args[0]
    elif event == "socket.sendto":
        host = args[1][0] if isinstance(args[1], tuple) else ""
    else:
        return
    with open(os.environ["CONNECTIONS"], "a") as notes:
        print("here" if here(host) else f"outside {host!r}", file=notes)

sys.addaudithook(watch)
"""


@pytest.fixture
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the guard of every Python process that is started from here writes."""
    folder = tmp_path / "guard"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(GUARD, encoding="utf-8")
    file = tmp_path / "connections.txt"
    file.write_text("")
    monkeypatch.setenv("PYTHONPATH", str(folder))
    monkeypatch.setenv("CONNECTIONS", str(file))
    return file


def test_adding_asking_and_serving_stay_on_this_machine(empty: Home, tmp_path: Path, notes: Path):
    report = tmp_path / "报告.txt"
    report.write_text(
        "区水利局2024年工作总结\n一、工作成效\n全年建成提灌站3座。\n二、下一步打算\n再建5座。", encoding="utf-8"
    )
    assert empty.run("ingest", report).status == 0
    assert empty.run("doctor").status == 0
    with serving(empty) as address:
        assert urllib.request.urlopen(address, timeout=60).status == 200
        reply = Client(address, verbose=False).predict(question="水利局有哪些打算？", api_name="/ask")
        assert reply["citations"]
    users = tmp_path / "users.json"
    assert empty.run("user", "add", "读者", "--role", "reader", "--auth", users, stdin=f"{PASSWORD}\n").status == 0
    with serving(empty, "--auth", str(users), "--mcp") as address:
        basic = base64.b64encode(f"读者:{PASSWORD}".encode()).decode()
        names, results = asyncio.run(tools(address, {"authorization": f"Basic {basic}"}))
        assert names == ["ask", "reports", "show"]
        assert "报告.txt" in results[0]
        with httpx.Client(
            base_url=address, timeout=60, auth=httpx.BasicAuth("读者".encode(), PASSWORD.encode())
        ) as client:
            assert client.get("/").status_code == 200
            for outside in ("file=https://example.com/x", "proxy=https://x.hf.space/y"):
                assert client.get(f"/gradio_api/{outside}").status_code == 404
            upload = {"path": "https://example.com/x", "meta": {"_type": "gradio.FileData"}}
            body = {"fn_index": 0, "session_hash": "s", "data": [upload]}
            assert client.post("/gradio_api/queue/join", json=body).status_code == 400
    log = (empty.path / "logs" / "baogao.jsonl").read_text("utf-8")
    assert "answered" in log
    assert "水利局" not in log
    assert PASSWORD not in log
    connections = set(notes.read_text().splitlines())
    assert connections == {"here"}
