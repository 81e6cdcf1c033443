"""Every setting, read once from `AURAPROMO_*` variables; a malformed one stops the process at the start."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, get_args, get_type_hints
from zoneinfo import available_timezones

import msgspec

PREFIX = "AURAPROMO_"


class SettingError(ValueError):
    """A variable has a value that cannot be used; the message names it."""


def about(text: str) -> Any:
    return msgspec.Meta(description=text)


#: A rate limit as text: calls, a slash, seconds.
RATE = msgspec.Meta(pattern="^[1-9][0-9]{0,8}/[1-9][0-9]{0,6}$")


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What an operator may choose. Durations are seconds, sizes bytes; units are in the names."""

    database_url: Annotated[
        str, about("PostgreSQL to use (postgresql://…); empty starts the embedded one in the data directory")
    ] = ""
    valkey_url: Annotated[
        str,
        about("Valkey or Redis that shares rate limits between processes (redis://…)"),
        msgspec.Meta(pattern="^((redis|valkey)s?://.+|unix:///.+)?$"),
    ] = ""
    data_dir: Annotated[Path, about("Where the embedded PostgreSQL and its secrets live")] = Path(".data")
    host: Annotated[str, about("Address to listen on")] = "127.0.0.1"
    port: Annotated[int, about("Port to listen on"), msgspec.Meta(ge=0, le=65535)] = 8000
    pool_size: Annotated[int, about("Database connections per process"), msgspec.Meta(ge=1, le=500)] = 10
    anonymous_contract: Annotated[
        str,
        about("Contract of answers to callers without a valid credential on shared paths: aura or sylius"),
        msgspec.Meta(pattern="^(aura|sylius)$"),
    ] = "aura"
    default_currency: Annotated[
        str,
        about("Currency of the channel that a fresh data directory gets"),
        msgspec.Meta(pattern="^[A-Z]{3}$"),
    ] = "USD"
    default_timezone: Annotated[str, about("IANA zone of the channel that a fresh data directory gets")] = (
        "UTC"
    )
    sylius_timezone: Annotated[str, about("IANA zone in which the Sylius contract writes dates")] = "UTC"
    body_limit_bytes: Annotated[
        int, about("Largest request body, imports excepted"), msgspec.Meta(ge=1024)
    ] = 1_048_576
    key_cache_s: Annotated[
        float, about("How long a process may trust an API key that it has looked up"), msgspec.Meta(ge=0)
    ] = 5.0
    limit_general: Annotated[
        str, about("Calls of a key in so many seconds, unless it has limits of its own"), RATE
    ] = "100/3600"
    limit_coupon: Annotated[str, about("The same for coupons: create, validate, read"), RATE] = "10/3600"
    limit_discount: Annotated[str, about("The same for discount calculations"), RATE] = "50/3600"
    limit_bulk: Annotated[str, about("The same for bulk calls and imports"), RATE] = "5/3600"
    limits_when_down: Annotated[
        str,
        about("What limited calls get while Valkey does not answer: allow or refuse (503)"),
        msgspec.Meta(pattern="^(allow|refuse)$"),
    ] = "allow"
    facts_cache_s: Annotated[
        float, about("How long a process may reuse customer facts between decisions"), msgspec.Meta(ge=0)
    ] = 1.0
    search_nodes: Annotated[
        int,
        about("Combinations that one request may explore before its answer says optimal: false"),
        msgspec.Meta(ge=1),
    ] = 500
    ledger_queue: Annotated[
        int,
        about("Redemptions that may wait in a process before it answers 503"),
        msgspec.Meta(ge=1),
    ] = 5_000
    demo: Annotated[
        bool, about("Accept the credentials of the demo, which everybody knows; `serve --demo` sets it")
    ] = False
    log_level: Annotated[
        str, about("debug, info, warning or error"), msgspec.Meta(pattern="^(debug|info|warning|error)$")
    ] = "info"
    access_log: Annotated[bool, about("One log line per request")] = False


def read(env: Mapping[str, str], **given: Any) -> Settings:
    """Settings from the environment; `given` (command line options that are not None) come before it.

    Raises SettingError naming the variable.
    """
    values: dict[str, Any] = {}
    for field in msgspec.structs.fields(Settings):
        text = env.get(PREFIX + field.name.upper())
        if text is not None:
            values[field.name] = _convert(field.name, text)
    values.update({name: value for name, value in given.items() if value is not None})
    settings = Settings(**values)
    for name in ("default_timezone", "sylius_timezone"):
        if getattr(settings, name) not in available_timezones():
            raise SettingError(
                f"{PREFIX}{name.upper()}: {getattr(settings, name)!r} is not an IANA time zone"
            )
    return settings


def variables(settings: Settings) -> dict[str, str]:
    """The environment from which another process reads the same settings."""
    return {PREFIX + name.upper(): _shown(value) for name, value in msgspec.structs.asdict(settings).items()}


def described() -> list[tuple[str, str, str]]:
    """(variable, default, meaning) of every setting, for `aurapromo settings` and the docs."""
    hints = get_type_hints(Settings, include_extras=True)
    rows = []
    for field in msgspec.structs.fields(Settings):
        meta = next(m for m in get_args(hints[field.name])[1:] if m.description)
        rows.append((PREFIX + field.name.upper(), _shown(field.default), meta.description))
    return rows


def _convert(name: str, text: str) -> Any:
    hint = get_type_hints(Settings, include_extras=True)[name]
    if get_args(hint)[0] is Path:
        return Path(text)
    try:
        return msgspec.convert(text, hint, strict=False)
    except msgspec.ValidationError as error:
        raise SettingError(f"{PREFIX}{name.upper()}={text!r}: {error}") from error


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
