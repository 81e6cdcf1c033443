"""Coupon codes: how they compare, what they are drawn from, and how many there can be."""

import re
from collections.abc import Callable
from typing import Final

import msgspec

from aurapromo.errors import Invalid, invalid

#: People read codes aloud and type them from paper: no 0 and O, no 1, I and L.
UNAMBIGUOUS: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
ALL_SIGNS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
PLACE: Final = "#"  # stands for one drawn sign in a template
SHORTEST: Final = 3
LONGEST: Final = 50
DEFAULT_LENGTH: Final = 8

#: That many random bytes, from a source that cannot be predicted.
Entropy = Callable[[int], bytes]

_FIXED: Final = re.compile(r"[A-Za-z0-9_-]*", re.ASCII)
_RUN: Final = re.compile(f"{PLACE}+")


class KeySpaceTooSmall(Invalid):
    """So many codes would be found by guessing; the message names the numbers."""

    code = "KEY_SPACE_TOO_SMALL"


class Shape(msgspec.Struct, frozen=True):
    """What the codes of a batch look like: a `template` in which each `#` is a sign of `alphabet`."""

    template: str
    alphabet: str

    @property
    def places(self) -> int:
        return self.template.count(PLACE)

    @property
    def key_space(self) -> int:
        """How many different codes there are."""
        return int(len(self.alphabet) ** self.places)

    @property
    def key(self) -> str:
        """The same for shapes whose codes compare equal."""
        return self.template.upper()


def normalise(typed: str) -> str:
    """What codes are compared by: no case, no space around."""
    return typed.strip().upper()


def shape_of(
    *,
    pattern: str | None = None,
    length: int | None = None,
    prefix: str = "",
    suffix: str = "",
    exclude_ambiguous: bool = True,
) -> Shape:
    """The shape that a caller describes. `length` counts the drawn signs, eight without a word.

    Raises Invalid for a pattern without a place or with other signs than codes have, for a `length`
    that is not the pattern's, and for codes that would be too short or too long.
    """
    body = pattern if pattern is not None else PLACE * (length or DEFAULT_LENGTH)
    places = body.count(PLACE)
    if places == 0 or not _FIXED.fullmatch(body.replace(PLACE, "")):
        raise invalid("pattern", message=f"must have a {PLACE} and else only letters, digits, - and _")
    if length is not None and length != places:
        raise invalid("code_length", message=f"is {length}, but the pattern has {places} places")
    template = f"{prefix}{body}{suffix}"
    if not SHORTEST <= len(template) <= LONGEST:
        raise invalid(
            message=f"makes codes of {len(template)} characters; {SHORTEST} to {LONGEST} are allowed"
        )
    return Shape(template, UNAMBIGUOUS if exclude_ambiguous else ALL_SIGNS)


def check_key_space(shape: Shape, count: int, *, issued: int) -> None:
    """Raises KeySpaceTooSmall when more than half of all codes of this shape would be in use.

    `issued` are those drawn before.
    """
    if (issued + count) * 2 <= shape.key_space:
        return
    already = f" beside the {issued} issued before" if issued else ""
    raise KeySpaceTooSmall(
        invalid(
            "count",
            message=f"{count} codes{already} would fill more than half of the {shape.key_space} that "
            f"{shape.template} allows; draw more signs",
        ).fields
    )


def draw(shape: Shape, count: int, entropy: Entropy) -> list[str]:
    """So many codes of the shape, each sign as likely as any other; equal codes are possible."""
    signs = draw_signs(shape.alphabet, count * shape.places, entropy)
    form = _RUN.sub("%s", shape.template)
    runs = [len(run) for run in _RUN.findall(shape.template)]
    ends = [sum(runs[: at + 1]) for at in range(len(runs))]
    cuts = [(end - run, end) for run, end in zip(runs, ends, strict=True)]
    return [
        form % tuple([signs[at + start : at + end] for start, end in cuts])
        for at in range(0, count * shape.places, shape.places)
    ]


def draw_signs(alphabet: str, count: int, entropy: Entropy) -> str:
    """A string of independent, equally likely signs of the alphabet.

    Each comes from one byte. Bytes from the largest multiple of the alphabet's size on are thrown away,
    since they would favour the first signs.
    """
    fair = 256 - 256 % len(alphabet)
    table = bytes([ord(alphabet[byte % len(alphabet)]) for byte in range(256)])
    unfair = bytes(range(fair, 256))
    drawn = bytearray()
    while len(drawn) < count:
        # A little more than is lost on average, so that one round is nearly always enough.
        wanted = (count - len(drawn)) * 256 // fair + 64
        drawn += entropy(wanted).translate(table, unfair)
    return drawn[:count].decode("ascii")
