"""JSON schemas of a contract's types, as msgspec knows them, made exact where it is silent."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec

from aurapromo.api.reading.decode import INT64_MAX, INT64_MIN

Json = dict[str, Any]
PLACE: Final = "#/components/schemas/"


def schemas(types: Sequence[Any]) -> tuple[list[Json], dict[str, Json]]:
    """The schema of each type in order, and the components that they refer to.

    Types of one name are told apart by their capability: `CouponsStatus` and `PromotionsStatus`.
    """
    found = msgspec.json.schema_components(types, ref_template=PLACE + "{name}")
    text = msgspec.json.encode(found).decode()
    for name in found[1]:
        if "." in name:
            text = text.replace(f'{name}"', f'{_apart(name)}"')
    roots, components = msgspec.json.decode(text, type=tuple[list[Json], dict[str, Json]])
    for schema in (*roots, *components.values()):
        _make_exact(schema)
    return roots, components


def _apart(name: str) -> str:
    *_, capability, _, kind = name.split(".")
    return capability.title() + kind


def query_parameters(shape: Json) -> list[Json]:
    """The fields of a query's schema as parameters."""
    required = shape.get("required", [])
    return [
        _parameter(name, "query", schema, required=name in required)
        for name, schema in shape["properties"].items()
    ]


def path_parameter(name: str, kind: Any) -> Json:
    (schema,), _ = schemas([kind])
    if schema.get("type") == "integer":
        schema["minimum"] = max(schema["minimum"], 0)
    return _parameter(name, "path", schema, required=True)


def _parameter(name: str, place: str, schema: Json, *, required: bool) -> Json:
    """A parameter with its description beside the schema, where readers look for it."""
    schema = _without_null(dict(schema))
    said = {key: schema.pop(key) for key in ("description",) if key in schema}
    return {"name": name, "in": place, "required": required, **said, "schema": schema}


def _without_null(schema: Json) -> Json:
    """A query has no way to say null; leaving the parameter out says it."""
    options = [option for option in schema.pop("anyOf", []) if option != {"type": "null"}]
    if schema.get("default", ...) is None:
        del schema["default"]
    if len(options) == 1:
        return {**options[0], **schema}
    return {**schema, "anyOf": options} if options else schema


def _make_exact(schema: Any) -> None:
    """Says of integers that they have 64 bits, of string enumerations that they are strings.

    What a value means is said where it stands: beside `anyOf` too, and of the tags of tagged unions.
    """
    for part in _parts(schema):
        if part.get("type") == "integer":
            part.setdefault("format", "int64")
            part["minimum"] = max(part.get("minimum", INT64_MIN), INT64_MIN)
            part["maximum"] = min(part.get("maximum", INT64_MAX), INT64_MAX)
        if "enum" in part and all(isinstance(value, str) for value in part["enum"]):
            part["type"] = "string"
            if len(part["enum"]) == 1:
                part.setdefault("description", "Says which kind of object this is")
        words = [option["description"] for option in part.get("anyOf", []) if "description" in option]
        if len(words) == 1:
            part.setdefault("description", words[0])


def _parts(schema: Any) -> Iterator[Json]:
    """The schema and all schemas inside it; samples and defaults are values, not schemas."""
    if isinstance(schema, list):
        for item in schema:
            yield from _parts(item)
    elif isinstance(schema, dict):
        yield schema
        for key, item in schema.items():
            if key in {"properties", "$defs"}:
                for inner in item.values():
                    yield from _parts(inner)
            elif key not in {"default", "examples", "enum", "const"}:
                yield from _parts(item)
