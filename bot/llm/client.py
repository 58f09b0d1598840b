"""A client for an OpenAI-compatible endpoint, with limits on time and size."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Literal

import httpx2
import openai

from bot.clock import Timer
from bot.config import ModelSettings
from bot.llm.replies import REPLY_SCHEMA

MAX_RESPONSE_BYTES = 1_000_000
"""The most bytes of one response of any kind."""
MAX_ANSWER_CHARS = 16_000
"""The most characters of an answer; more than forty long sentences need."""
MIN_COOLDOWN_SECONDS = 20.0
"""How long an endpoint that failed is left alone, unless it sends Retry-After."""
MAX_COOLDOWN_SECONDS = 600.0
RETRY_SECONDS = 0.5
"""The delay before a retry, unless the endpoint sends Retry-After."""
MAX_ATTEMPTS = 2
RETRIED_STATUSES = frozenset((408, 409, 429, 500, 502, 503, 504, 529))
MAX_REPORTED_TOKENS = 1_000_000
"""The most tokens accepted as the reported cost of one answer."""

_SECONDS = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6})?")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RequestForm:
    """The parameters of a request, which not every endpoint accepts: `older` ones limit the tokens as most
    do, and `format` asks for a reply of a given form."""

    older: bool
    format: Literal["json_schema", "json_object"] | None

    def parameters(self, max_tokens: int) -> dict[str, Any]:
        """Returns these parameters, for a reply of at most `max_tokens`."""
        parameters: dict[str, Any] = (
            {"max_tokens": max_tokens, "temperature": 0, "stream_options": {"include_usage": True}}
            if self.older
            else {"max_completion_tokens": max_tokens}
        )
        if self.format == "json_schema":
            schema = {"name": "sentences", "schema": REPLY_SCHEMA, "strict": True}
            parameters["response_format"] = {"type": self.format, self.format: schema}
        elif self.format == "json_object":
            parameters["response_format"] = {"type": self.format, "schema": REPLY_SCHEMA}
        return parameters


REQUEST_FORMS: tuple[RequestForm, ...] = (
    RequestForm(older=True, format="json_object"),
    RequestForm(older=True, format="json_schema"),
    RequestForm(older=False, format="json_schema"),
    RequestForm(older=True, format=None),
    RequestForm(older=False, format=None),
)
"""In the order in which they are tried with an endpoint, until it accepts one. The server of llama-cpp-python
responds to a form that it does not know as if it had failed, so the one that it knows comes first."""


class LlmError(Exception):
    """No usable answer: `unreachable` if none arrived in time, `unusable` if it was invalid. `begun` is
    whether the endpoint may have started work, and so may charge for it; `text` is the part that arrived. The
    message contains nothing from the endpoint, which might repeat the key."""

    def __init__(self, why: Literal["unreachable", "unusable"], detail: str) -> None:
        super().__init__(detail)
        self.kind: Literal["unreachable", "unusable"] = why
        self.begun = False
        self.slow = False
        """Whether there was only no time left: the endpoint may be sound."""
        self.refused = False
        """Whether the endpoint does not accept the request's parameters, or its length."""
        self.text = ""
        self.retry_after: float | None = None
        """The seconds to wait before a retry; None if a retry is pointless."""


@dataclass(frozen=True, slots=True)
class LlmReply:
    """A complete answer and its cost in tokens, if the endpoint reported it."""

    text: str
    tokens: int | None


class LlmClient:
    """One endpoint. All of its failures are raised as LlmError."""

    def __init__(self, settings: ModelSettings, timer: Timer) -> None:
        self._settings = settings
        self._timer = timer
        self._cools_down_until = 0.0
        self._forms = REQUEST_FORMS
        # These loggers may write addresses and bodies.
        for name in ("openai", "httpx2", "httpcore2"):
            logging.getLogger(name).setLevel(logging.WARNING)
        self._http = httpx2.AsyncClient(event_hooks={"response": [_guard]}, follow_redirects=False)
        self._openai = openai.AsyncOpenAI(
            api_key=settings.key or "none",
            base_url=settings.base_url,
            max_retries=0,
            http_client=self._http,
            default_headers={"Accept-Encoding": "identity"},
        )
        # Those of the environment belong to another endpoint.
        self._openai.organization = self._openai.project = None

    async def close(self) -> None:
        await self._openai.close()

    async def complete(self, system: str, user: str, max_tokens: int, until: float) -> LlmReply:
        """Returns the model's answer, complete before `until` on the timer. Raises LlmError."""
        if self._timer() < self._cools_down_until:
            raise LlmError("unreachable", "it rests after a failure")
        left = MAX_ATTEMPTS
        forms = self._forms
        while True:
            request = self._request(system, user) | forms[0].parameters(max_tokens)
            try:
                reply = await self._attempt(request, until)
                self._forms = forms[:1]
                return reply
            except LlmError as failure:
                if failure.refused and len(forms) > 1:
                    forms = forms[1:]
                    continue
                if failure.refused and len(self._forms) == 1:
                    # It has accepted this form before, so it is this text that it does not accept.
                    failure.kind = "unusable"
                left -= 1
                wait = failure.retry_after
                if left and wait is not None and self._timer() + wait < until - RETRY_SECONDS:
                    await asyncio.sleep(wait)
                    continue
                if failure.kind == "unreachable":
                    self._cools_down_until = self._timer() + min(
                        max(wait or 0.0, MIN_COOLDOWN_SECONDS), MAX_COOLDOWN_SECONDS
                    )
                _log.warning("the language model gave no answer: %s", failure)
                raise

    def _request(self, system: str, user: str) -> dict[str, Any]:
        messages = [{"role": "system", "content": system}, {"role": "user", "content": user}]
        return {"model": self._settings.name, "messages": messages, "stream": True}

    async def _attempt(self, request: dict[str, Any], until: float) -> LlmReply:
        reading = _PartialReply()
        try:
            async with asyncio.timeout(max(0.0, until - self._timer())):
                stream = await self._openai.chat.completions.create(**request)
                reading.begun = True
                async with aclosing(stream):
                    await reading.read(stream)
        except LlmError as failure:
            raise reading.annotated(failure) from None
        except TimeoutError:
            late = LlmError("unreachable", "it took too long")
            late.slow = True
            raise reading.annotated(late) from None
        except openai.APIStatusError as error:
            raise self._refused(error) from None
        except openai.OpenAIError as error:
            raise reading.annotated(_llm_error(error)) from None
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
            # The client library does not validate what the endpoint sends.
            raise reading.annotated(
                LlmError("unusable", f"not the protocol: {type(error).__name__}")
            ) from None
        except (httpx2.HTTPError, httpx2.StreamError, OSError) as error:
            raise reading.annotated(LlmError("unreachable", type(error).__name__)) from None
        return LlmReply(reading.text, reading.tokens)

    def _refused(self, error: openai.APIStatusError) -> LlmError:
        failure = LlmError("unreachable", f"HTTP {error.status_code}")
        if error.status_code in RETRIED_STATUSES:
            failure.retry_after = _retry_after(error.response.headers)
        failure.refused = error.status_code in (400, 422)
        return failure


class _PartialReply:
    """The parts of an answer received so far."""

    def __init__(self) -> None:
        self.begun = False
        self.text = ""
        self.tokens: int | None = None

    async def read(self, stream: AsyncIterator[Any]) -> None:
        """Reads the stream to its end. Raises LlmError if it ends early."""
        ended = False
        async for chunk in stream:
            usage = getattr(getattr(chunk, "usage", None), "total_tokens", None)
            if isinstance(usage, int) and 0 < usage <= MAX_REPORTED_TOKENS:
                self.tokens = usage
            for choice in list(getattr(chunk, "choices", None) or ())[:1]:
                piece = getattr(choice.delta, "content", None)
                if isinstance(piece, str):
                    self.text += piece
                if choice.finish_reason not in (None, "stop"):
                    raise LlmError("unusable", "it was cut off")
                ended = ended or choice.finish_reason == "stop"
            if len(self.text) > MAX_ANSWER_CHARS:
                raise LlmError("unusable", "it did not end")
        if not ended:
            raise LlmError("unusable", "it broke off")

    def annotated(self, failure: LlmError) -> LlmError:
        failure.begun, failure.text = self.begun, self.text
        return failure


class _BoundedBody(httpx2.AsyncByteStream):
    """A response body of at most MAX_RESPONSE_BYTES. Raises LlmError beyond that."""

    def __init__(self, body: Any) -> None:
        self._body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = MAX_RESPONSE_BYTES
        async for piece in self._body:
            left -= len(piece)
            if left < 0:
                raise LlmError("unusable", "it did not end")
            yield piece

    async def aclose(self) -> None:
        await self._body.aclose()


async def _guard(response: httpx2.Response) -> None:
    """Raises LlmError for a successful response that is not an event stream, and for compressed ones, whose
    size cannot be bounded."""
    response.stream = _BoundedBody(response.stream)
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if response.status_code == 200 and kind != "text/event-stream":
        raise LlmError("unusable", "no stream of events")
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        raise LlmError("unusable", "it is packed")


def _llm_error(error: openai.OpenAIError) -> LlmError:
    """Converts an error of the client library; returns the LlmError that caused it, if there is one."""
    inner: BaseException | None = error
    while inner is not None:
        if isinstance(inner, LlmError):
            return inner
        inner = inner.__cause__ or inner.__context__
    if isinstance(error, openai.APIConnectionError):
        failure = LlmError("unreachable", type(error).__name__)
        failure.retry_after = RETRY_SECONDS
        return failure
    return LlmError("unusable", type(error).__name__)


def _retry_after(headers: httpx2.Headers) -> float:
    """The seconds of Retry-After: RETRY_SECONDS without the header, MIN_COOLDOWN_SECONDS if it is a date."""
    value = headers.get("retry-after", "")
    if not value:
        return RETRY_SECONDS
    return min(float(value), MAX_COOLDOWN_SECONDS) if _SECONDS.fullmatch(value) else MIN_COOLDOWN_SECONDS
