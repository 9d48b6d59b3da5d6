"""The language model's reply as a stream of text, from any OpenAI-compatible address, within a time limit."""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from rag.errors import GenerationError
from rag.settings import Settings

log = logging.getLogger(__name__)

Messages = Sequence[tuple[str, str]]
"""(role, text): `system` or `human`."""

LONGEST = 40_000
"""Characters of a reply, reasoning included; a model that goes on repeating itself is stopped here."""
_GRACE = 0.5
"""Seconds that the caller waits beyond the limit for the worker to say why it stopped."""


def stream(settings: Settings, messages: Messages) -> Iterator[str]:
    """Pieces of the reply as they come in.

    Raises GenerationError, no later than about `settings.llm_timeout` seconds after the first `next()`: a thread of
    its own keeps the connection, so that nothing (a name that does not resolve, a server that drips) holds the caller.
    """
    worker = _Worker(settings, messages)
    worker.start()
    try:
        while True:
            try:
                item = worker.mail.get(timeout=max(0.0, worker.deadline - time.monotonic()) + _GRACE)
            except queue.Empty:
                raise _too_slow(settings) from None
            if isinstance(item, GenerationError):
                raise item
            if item is None:
                return
            yield item
    finally:
        worker.cancel()


class _Worker(threading.Thread):
    """Asks the model in an event loop, where a time limit can end any wait; puts pieces, then None or an error."""

    def __init__(self, settings: Settings, messages: Messages) -> None:
        super().__init__(name="baogao-llm", daemon=True)
        self.settings = settings
        self.messages = messages
        self.deadline = time.monotonic() + settings.llm_timeout
        self.mail: queue.SimpleQueue[str | GenerationError | None] = queue.SimpleQueue()
        self._loop = asyncio.new_event_loop()
        self._task: asyncio.Task[None] | None = None
        self._cancelled = False

    def cancel(self) -> None:
        """End the request; the reader has gone, or has all."""
        self._cancelled = True
        with suppress(RuntimeError):  # the loop has ended by itself
            self._loop.call_soon_threadsafe(self._stop)

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner, suppress(asyncio.CancelledError):
            runner.run(self._answer())

    async def _answer(self) -> None:
        import openai

        self._task = asyncio.current_task()
        try:
            async with asyncio.timeout(self.deadline - time.monotonic()):
                await self._forward()
        except GenerationError as error:
            self.mail.put(error)
        except (TimeoutError, openai.APITimeoutError):
            self.mail.put(_too_slow(self.settings))
        except openai.APIStatusError as error:
            self.mail.put(_refused(error.status_code, self.settings))
        except openai.APIConnectionError as error:
            refused = any(type(cause).__name__ == "ConnectError" for cause in _causes(error))
            broken = _unreachable(self.settings) if refused else _cut_off()
            # Reading that is broken off at the time limit can come back as a broken connection.
            self.mail.put(_too_slow(self.settings) if time.monotonic() >= self.deadline else broken)
        except openai.APIError:
            self.mail.put(GenerationError("模型服务在回答中途报错", "请看模型服务的日志，稍后再试"))
        except Exception as error:  # whatever bytes came, and whatever part of the libraries stumbled over them
            log.warning("The model's reply cannot be read: %s", type(error).__name__)
            self.mail.put(_unreadable())
        else:
            self.mail.put(None)

    async def _forward(self) -> None:
        from langsmith import tracing_context

        finish, length = None, 0
        async with _http_client(self.settings) as http:
            model = _chat_model(self.settings, http)
            with tracing_context(enabled=False):  # whatever the environment says: these are internal papers
                async for chunk in model.astream(list(self.messages)):
                    if self._cancelled:
                        return
                    finish = chunk.response_metadata.get("finish_reason") or finish
                    if chunk.text:
                        length += len(chunk.text)
                        self.mail.put(str(chunk.text))
                    if length > LONGEST:
                        raise GenerationError("模型的回答太长，没有尽头", "换一个模型试试")
        if finish == "length":
            raise GenerationError("模型的回答到了长度上限，没有写完", "调大模型服务的输出长度或上下文长度")
        if finish == "content_filter":
            raise GenerationError("模型服务的内容审查拦下了回答", "换一个模型服务试试")
        if finish is None:
            raise _cut_off() if length else _unreadable()


def _chat_model(settings: Settings, http: Any) -> Any:
    """LangChain's chat model for the address; nothing is taken from `OPENAI_…` variables, which belong elsewhere."""
    from langchain_openai import ChatOpenAI
    from pydantic import SecretStr

    return ChatOpenAI(
        model=settings.llm_model,
        base_url=settings.llm_base_url,
        api_key=SecretStr(settings.llm_api_key or "none"),
        openai_proxy=None,
        http_async_client=http,
        timeout=settings.llm_timeout,
        max_retries=0,
        temperature=0,
        stream_usage=False,
        use_responses_api=False,
    )


def _http_client(settings: Settings) -> Any:
    """A client for this request and its event loop: no redirect to another host, no proxy to this one."""
    import openai

    return openai.DefaultAsyncHttpxClient(
        timeout=settings.llm_timeout, follow_redirects=False, trust_env=not _is_here(settings.llm_base_url)
    )


def _is_here(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return False


# --- what went wrong, for the person ---


def _cut_off() -> GenerationError:
    return GenerationError("模型服务的回答中途断了", "请再问一次")


def _unreadable() -> GenerationError:
    return GenerationError("模型服务返回的内容读不懂", "请确认 BAOGAO_LLM_BASE_URL 是 OpenAI 兼容接口，通常以 /v1 结尾")


def _too_slow(settings: Settings) -> GenerationError:
    return GenerationError(
        f"模型服务在 {settings.llm_timeout:g} 秒内没有答完", "可以调大 BAOGAO_LLM_TIMEOUT，或换一个更快的模型"
    )


def _unreachable(settings: Settings) -> GenerationError:
    host = urlsplit(settings.llm_base_url)
    where = f"{host.hostname}:{host.port}" if host.port else host.hostname
    return GenerationError(f"连不上模型服务 {where}", "请确认它已经启动，BAOGAO_LLM_BASE_URL 也没有写错")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    error = error.__cause__ if error is not None else None
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _refused(status: int, settings: Settings) -> GenerationError:
    """The server's own words stay out: they may hold the key or what was asked."""
    if status in (401, 403):
        return GenerationError(f"模型服务不接受密钥（{status}）", "请检查 BAOGAO_LLM_API_KEY")
    if status == 404:
        return GenerationError(
            f"模型服务没有这个地址或模型（404）：{settings.llm_model}",
            "请检查 BAOGAO_LLM_BASE_URL（通常以 /v1 结尾）和 BAOGAO_LLM_MODEL",
        )
    if status == 429:
        return GenerationError("模型服务说请求太多或额度已用完（429）", "请稍后再试")
    if 300 <= status < 400:
        return GenerationError(
            f"模型服务要转到别的地址（{status}），没有跟过去", "请把 BAOGAO_LLM_BASE_URL 写成最终的地址"
        )
    if status < 500:
        return GenerationError(f"模型服务不接受这次请求（{status}）", "可能是模型的上下文太短，或模型名不对")
    return GenerationError(f"模型服务出错（{status}）", "请看模型服务的日志，稍后再试")
