"""The composition root: everything that a handler may reach, built once per process."""

from dataclasses import dataclass

from aurapromo.platform.clock import Clock
from aurapromo.platform.database import Database
from aurapromo.platform.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """Everything that a handler may reach; tests build their own with another clock."""

    settings: Settings
    database: Database
    clock: Clock
