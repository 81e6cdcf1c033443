"""The fields of rules and actions as Aura callers write them: amounts in major units, rates in percent."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

from msgspec import Meta

from aurapromo.api.aura.fields import ShopId
from aurapromo.errors import FieldError

Amount = Annotated[float, Meta(gt=0, description="Major units of the promotion's currency", examples=[50.0])]
Threshold = Annotated[
    float, Meta(ge=0, description="Reached at this amount (inclusive), major units", examples=[50.0])
]
ChannelThreshold = Annotated[float, Meta(ge=0, description="Major units of the channel's currency")]
ChannelAmount = Annotated[float, Meta(gt=0, description="Major units of the channel's currency")]
Cap = Annotated[
    Annotated[float, Meta(gt=0)] | None,
    Meta(description="Most that it takes off one order (null = no limit), major units", examples=[100.0]),
]
Percentage = Annotated[float, Meta(gt=0, le=100, description="Percent, at most 4 decimals", examples=[10.0])]
Count = Annotated[int, Meta(ge=1, le=1_000_000)]
Name = Annotated[str, Meta(min_length=1, max_length=100)]
ChannelCode = Annotated[str, Meta(min_length=1, max_length=64)]
CouponCode = Annotated[str, Meta(min_length=1, max_length=64)]
Ids = Annotated[list[ShopId], Meta(max_length=10_000)]
SomeIds = Annotated[list[ShopId], Meta(min_length=1, max_length=10_000)]
Channels = Annotated[list[ChannelCode], Meta(max_length=1_000)]
LastingId = Annotated[
    int | None, Meta(description="Lasting id of this entry; shown, and not looked at when sent")
]


def one_of(holder: Any, names: Sequence[str]) -> Iterator[FieldError]:
    """A fault unless exactly one of the fields is given."""
    given = [name for name in names if getattr(holder, name) is not None]
    if len(given) != 1:
        yield FieldError((), f"needs exactly one of {' and '.join(names)}")


def sorted_out(include: Sequence[Any], exclude: Sequence[Any]) -> Iterator[FieldError]:
    """Faults of two lists of which at least one names something and none what the other does."""
    if not include and not exclude:
        yield FieldError((), "needs include or exclude")
    wanted = {str(one) for one in include}
    for index, one in enumerate(exclude):
        if str(one) in wanted:
            yield FieldError(("exclude", index), "is in include as well")


def unless_empty(holder: Any, name: str) -> Iterator[FieldError]:
    """A fault when the mapping is there, but has nothing in it."""
    if getattr(holder, name) == {}:
        yield FieldError((name,), "must not be empty")
