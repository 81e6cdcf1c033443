from collections.abc import Mapping

import msgspec

from aurapromo.engine.stacking.turn import Candidate, Turn


class Choice(msgspec.Struct, frozen=True):
    """What a strategy settled on. `turns` are those that had an effect, in order of application.

    `blocker` is the exclusive promotion that keeps all others out. `tried` has the turns without
    effect, by promotion id, as far as the strategy took them. The rest is as in `Decision`.
    """

    turns: tuple[tuple[Candidate, Turn], ...]
    optimal: bool
    explored: int
    bound: int
    blocker: Candidate | None = None
    tried: Mapping[int, Turn] = {}
