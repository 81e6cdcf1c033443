"""One contract under fire: its whole document, by schemathesis, against a running server.

A third of the time goes to what can be enumerated (the document's examples, every boundary of every schema),
the rest to what can only be drawn: single calls with random data, and chains of calls in which the ids of one
answer are the parameters of the next. All of it in both modes: data that fits the schema and must be taken,
data that does not and must be refused.
"""

import itertools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure
from schemathesis.core.transport import Response
from schemathesis.engine import events, from_schema
from schemathesis.engine.recorder import CheckNode, ScenarioRecorder
from schemathesis.generation import GenerationMode
from schemathesis.hooks import HookContext, unregister
from tests.fuzz import files
from tests.fuzz.refusals import is_told_only_in_words, reasons
from tests.fuzz.sense import mend, written
from tests.fuzz.stage import Stage

#: What runs together, and its share of the time.
PHASES: Final[dict[tuple[str, ...], float]] = {
    ("examples", "coverage"): 1 / 3,
    ("fuzzing", "stateful"): 2 / 3,
}
#: Of so many positive calls one is sent just as it was drawn.
AS_DRAWN: Final = 4


@dataclass(frozen=True, kw_only=True)
class Target:
    """What is called, as whom, and for how long."""

    document_url: str
    client: httpx.Client
    key: str
    key_id: int
    seconds: int
    seed: int


@dataclass
class Findings:
    """What was wrong, once for each kind of wrong; and how much was tried."""

    texts: dict[str, str] = field(default_factory=dict)
    calls: int = 0
    chains: int = 0

    def __str__(self) -> str:
        return "\n\n".join(self.texts.values())


def run(target: Target) -> Findings:
    found = Findings()
    files.register()
    with _manners(target):
        for phases in PHASES:
            for event in from_schema(_schema(target, phases)).execute():
                _note(found, event)
    return found


def _schema(target: Target, phases: tuple[str, ...]) -> Any:
    config = SchemathesisConfig.from_dict(
        {
            "seed": target.seed,
            "max-time": max(1, round(target.seconds * PHASES[phases])),
            "auth": {"openapi": {"key": {"bearer": target.key}}},
            "continue-on-failure": True,
            "generation": {"database": "none", "no-shrink": True},
            "phases": {name: {"enabled": name in phases} for name in itertools.chain(*PHASES)},
            "output": {"sanitization": {"enabled": False}},
        }
    )
    schema = schemathesis.openapi.from_url(target.document_url, config=config)
    schema.hooks.hook("filter_failure")(_is_failure)
    return schema


def _is_failure(_: HookContext, failure: Failure, case: schemathesis.Case[Any], response: Response) -> bool:
    return not is_told_only_in_words(failure, case, response)


@contextmanager
def _manners(target: Target) -> Iterator[None]:
    """What a caller with sense does, while this lasts."""
    counter, stage = itertools.count(), Stage(target.client)

    def before_call(_: HookContext, case: schemathesis.Case[Any], kwargs: dict[str, Any]) -> None:
        number = next(counter)
        # Every call with an idempotency key of its own: all but the first with it would be refused unread.
        key = case.headers.get("Idempotency-Key")
        if key:
            case.headers["Idempotency-Key"] = key.strip('"')[:200] + f"-{number}"
        # Who revokes the own key, or an older one of ours, learns nothing more.
        key_id = str(case.path_parameters.get("key_id"))
        if case.method == "DELETE" and key_id.isdecimal() and int(key_id) <= target.key_id:
            case.path_parameters["key_id"] = 0
        if _is_positive(case):
            if isinstance(case.body, dict):
                case.body = written(case.body)
            if number % AS_DRAWN:
                mend(case)
            stage.set(case)

    schemathesis.hook(before_call)
    try:
        yield
    finally:
        unregister(before_call)


def _is_positive(case: schemathesis.Case[Any]) -> bool:
    return case.meta is not None and case.meta.generation.mode is GenerationMode.POSITIVE


def _note(found: Findings, event: events.EngineEvent) -> None:
    if isinstance(event, events.NonFatalError):
        found.texts[f"{event.label}: {event.info.title}"] = f"{event.label}: {event.info.format()}"
    if isinstance(event, events.ScenarioFinished):
        found.calls += len(event.recorder.interactions)
        found.chains += event.phase == "stateful"
        for case_id, check in _failed(event.recorder):
            kind, text = _told(event.recorder, case_id, check)
            found.texts.setdefault(kind, text)


def _failed(recorder: ScenarioRecorder) -> Iterator[tuple[str, CheckNode]]:
    for case_id, checks in recorder.checks.items():
        for check in checks:
            if check.failure_info is not None:
                yield case_id, check


def _told(recorder: ScenarioRecorder, case_id: str, check: CheckNode) -> tuple[str, str]:
    """Which kind of wrong it is, and everything about it."""
    assert check.failure_info is not None
    failure, code = check.failure_info.failure, check.failure_info.code_sample
    response = recorder.find_response(case_id=failure.case_id or case_id)
    answer = f"{response.status_code} {response.text[:800]}" if response else "no answer"
    kind = re.sub(r"\d+", "", f"{failure.operation} {check.name} {_detail(response)}")
    return kind, f"{failure.operation}: {failure.title}\n{failure.message}\n{answer}\n{code}"


def _detail(response: Response | None) -> str:
    if response is None or response.status_code != 422:
        return ""
    return "; ".join(sorted({message for _, message in reasons(response.json())}))
