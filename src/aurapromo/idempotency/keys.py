"""Idempotency keys as clients send them: a header, or a field of the body with the same meaning."""

from collections.abc import Mapping

from aurapromo.errors import invalid


def sent(headers: Mapping[bytes, bytes], body: object) -> str | None:
    """The key of a call: its header's, else its body's field `idempotency_key`, else None.

    Raises Invalid for one that cannot be a key, and where header and field differ.
    """
    given = headers.get(b"idempotency-key")
    field = getattr(body, "idempotency_key", None)
    if given is None:
        return None if field is None else _checked(_bare(field), "idempotency_key")
    key = _checked(_bare(given.decode("latin-1").strip()), "Idempotency-Key")
    if field is not None and _bare(field) != key:
        raise invalid("idempotency_key", message="is not the key of the header Idempotency-Key")
    return key


def _bare(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text.startswith('"') and text.endswith('"') else text


def _checked(key: str, place: str) -> str:
    visible = key.isascii() and key.isprintable() and " " not in key and '"' not in key
    if not visible or not 1 <= len(key) <= 255:
        raise invalid(place, message="must have 1 to 255 visible ASCII characters, bare or quoted")
    return key
