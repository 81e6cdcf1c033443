"""The key of the demo: kept in the data directory, since the database has only its digest."""

import secrets
from datetime import datetime
from pathlib import Path
from typing import Final

from aurapromo.access import keys, service
from aurapromo.access.model import NewKey, Scope
from aurapromo.errors import Unauthorized
from aurapromo.platform.database import Conn
from aurapromo.platform.postgres.data_dir import opened, write_private

FILE: Final = "demo-key"
WANTED: Final = NewKey(name="demo", scopes=frozenset(Scope), limits="none")


async def demo_key(tx: Conn, data_dir: Path, now: datetime) -> str:
    """The key of earlier starts, or a new one where there is none that still holds.

    It may do everything, without limits, and is in a file that only the owner of the data directory can
    read. Raises LaunchError when that directory cannot be used.
    """
    file = opened(data_dir).root / FILE
    kept = file.read_text().strip() if file.exists() else ""
    if kept and await _holds(tx, kept, now):
        return kept
    entropy = secrets.token_bytes(keys.ENTROPY_BYTES)
    issued = await service.create(tx, WANTED, held=WANTED.scopes, entropy=entropy, now=now)
    write_private(file, issued.secret)
    return issued.secret


async def _holds(tx: Conn, token: str, now: datetime) -> bool:
    try:
        keys.admitted(await service.look_up(tx, keys.digest(token), now=now), now)
    except Unauthorized:
        return False
    return True
