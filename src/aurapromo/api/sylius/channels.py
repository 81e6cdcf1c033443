"""Channels in Sylius' contract: looked at and, where a shop has no other way, added."""

from typing import Final
from zoneinfo import ZoneInfo

from aurapromo.access.model import Scope
from aurapromo.api.http.route import Call, Route
from aurapromo.api.sylius.forms.body import submitted
from aurapromo.api.sylius.forms.channel import ChannelForm
from aurapromo.api.sylius.translate.promotion import Shower
from aurapromo.api.sylius.types import ChannelCode, ChannelOut
from aurapromo.app import App
from aurapromo.facts import service as facts
from aurapromo.facts.model import Channel
from aurapromo.platform.database import Conn


async def channels_of(conn: Conn) -> list[Channel]:
    """All of them in the order in which they were added."""
    return sorted(await facts.channels(conn), key=lambda channel: channel.id)


async def read_channel(call: Call[App, None, None], code: ChannelCode) -> ChannelOut:
    async with call.app.database.reading() as conn:
        return _shown(call, await facts.channel(conn, code))


async def create_channel(call: Call[App, None, bytes]) -> ChannelOut:
    data, home = submitted(call.body), call.app.book.default_channel
    async with call.app.database.writing() as tx:
        form = ChannelForm(data, {channel.code for channel in await facts.channels(tx)}, home)
        saved = await facts.put_channel(tx, form.code, form.given, now=call.now)
    await call.app.book.refresh()
    return _shown(call, saved.record)


def _shown(call: Call[App, None, None] | Call[App, None, bytes], channel: Channel) -> ChannelOut:
    return Shower([channel], ZoneInfo(call.app.settings.sylius_timezone)).channel(channel)


ROUTES: Final[tuple[Route, ...]] = (
    Route(
        "POST",
        "/channels/",
        create_channel,
        scope=Scope.WRITE,
        tag="channels",
        summary="Add a channel",
        description="`code` and `name`; currency (`baseCurrency`) and `timezone` are the default channel's.",
        status=201,
        body_optional=True,
        examples={"A web shop": {"code": "FR_WEB", "name": "France", "baseCurrency": "EUR"}},
    ),
    Route(
        "GET",
        "/channels/{code}",
        read_channel,
        scope=Scope.READ,
        tag="channels",
        summary="Get a channel",
        errors=(404,),
    ),
)
