"""What Sylius' own documents take for granted: a client, a user, a literal token, and a channel."""

from datetime import datetime
from typing import Final

from aurapromo.access.model import Scope
from aurapromo.facts import service as facts
from aurapromo.oauth import service
from aurapromo.oauth.authenticator import SAMPLE
from aurapromo.oauth.model import Grant, NewClient, NewUser, Role
from aurapromo.platform.database import Conn

CLIENT: Final = NewClient(
    client_id="demo_client",
    secret="secret_demo_client",  # noqa: S106 everybody knows it; it counts in demo mode only
    scopes=frozenset(Scope),
    grants=frozenset(Grant),
    demo=True,
)
USER: Final = NewUser(
    username="api@example.com",
    password="sylius-api",  # noqa: S106 the same
    role=Role.ADMIN,
    demo=True,
)
CHANNEL: Final = "US_WEB"
DESCRIBED: Final = {
    "name": "US Web Store",
    "currency": "USD",
    "timezone": "America/New_York",
    "hostname": "localhost",
    "color": "LawnGreen",
}


async def prepare(tx: Conn, now: datetime) -> None:
    """Put in what is missing of it."""
    if CHANNEL not in {channel.code for channel in await facts.channels(tx)}:
        await facts.put_channel(tx, CHANNEL, DESCRIBED, now=now)
    await service.ensure(tx, CLIENT, USER, now=now)
    await service.put_token(tx, SAMPLE, client_id=CLIENT.client_id, username=USER.username, now=now)
