"""The size budget of the source: what is larger is two thoughts, and wants to be split."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from aurapromo.server.application import CONTRACTS

SOURCE = Path(__file__).parents[2] / "src" / "aurapromo"
MODULE_LINES = 250
FUNCTION_LINES = 25
HANDLER_LINES = 10
PARAMETERS = 5
FILES_IN_A_FOLDER = 10

#: What may be larger, and why.
EXCEPTIONS: dict[str, str] = {
    "platform/migrations/versions": "migrations only ever grow in number",
}

HANDLERS = {
    (route.handler.__module__, route.handler.__name__) for contract in CONTRACTS for route in contract.routes
}

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Found(NamedTuple):
    """A function: where it stands, and its syntax."""

    path: Path
    node: Function

    @property
    def place(self) -> str:
        return f"{self.path.relative_to(SOURCE)}:{self.node.lineno} {self.node.name}"

    @property
    def module(self) -> str:
        return ".".join(self.path.relative_to(SOURCE.parent).with_suffix("").parts)

    @property
    def lines(self) -> int:
        """From `def` to the last line, signature included, docstring and decorators not."""
        first = self.node.body[0]
        documented = isinstance(first, ast.Expr) and isinstance(getattr(first.value, "value", None), str)
        docstring = last_line(first) - first.lineno + 1 if documented else 0
        return last_line(self.node) - self.node.lineno + 1 - docstring

    @property
    def parameters(self) -> list[str]:
        taken = self.node.args
        named = [argument.arg for argument in (*taken.posonlyargs, *taken.args, *taken.kwonlyargs)]
        return [name for name in named if name not in {"self", "cls"}]

    @property
    def is_handler(self) -> bool:
        """Whether a route of a contract names it."""
        return (self.module, self.node.name) in HANDLERS

    @property
    def is_command(self) -> bool:
        """Whether it is a command of the command line, whose parameters are its options."""
        return self.place.startswith("cli/") and "data_dir" in self.parameters


def last_line(node: ast.stmt) -> int:
    assert node.end_lineno is not None
    return node.end_lineno


def modules() -> Iterator[Path]:
    yield from (path for path in SOURCE.rglob("*.py") if excuse(path) is None)


def excuse(path: Path) -> str | None:
    return EXCEPTIONS.get(str(path.relative_to(SOURCE)), EXCEPTIONS.get(str(path.parent.relative_to(SOURCE))))


def functions() -> Iterator[Found]:
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, Function):
                yield Found(path, node)


def test_a_module_is_short() -> None:
    lengths = {str(path.relative_to(SOURCE)): len(path.read_text().splitlines()) for path in modules()}
    assert {name: lines for name, lines in lengths.items() if lines > MODULE_LINES} == {}


def test_a_function_is_short() -> None:
    assert {one.place: one.lines for one in functions() if one.lines > FUNCTION_LINES} == {}


def test_a_handler_only_translates_and_calls() -> None:
    handlers = [one for one in functions() if one.is_handler]
    assert len(handlers) == len(HANDLERS)
    assert {one.place: one.lines for one in handlers if one.lines > HANDLER_LINES} == {}


def test_a_function_takes_few_things() -> None:
    taken = {one.place: len(one.parameters) for one in functions() if not one.is_command}
    assert {place: count for place, count in taken.items() if count > PARAMETERS} == {}


def test_a_folder_can_be_seen_at_a_glance() -> None:
    folders = {path.parent for path in modules()}
    counts = {
        str(folder.relative_to(SOURCE)): len([path for path in folder.iterdir() if is_source(path)])
        for folder in folders
    }
    assert {name: count for name, count in counts.items() if count > FILES_IN_A_FOLDER} == {}


def is_source(path: Path) -> bool:
    """A file with something in it: markers of packages and of types do not count."""
    return path.is_file() and path.suffix != ".pyc" and path.stat().st_size > 0


def test_an_exception_is_still_needed() -> None:
    assert [name for name in EXCEPTIONS if not (SOURCE / name).exists()] == []
