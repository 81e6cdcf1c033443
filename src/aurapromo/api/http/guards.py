"""The shapes of what stands between a request and its handler; the guards themselves live elsewhere."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

import msgspec

from aurapromo.access.model import Caller, RateClass
from aurapromo.api.http.contract import Answer
from aurapromo.api.http.errors import Headers
from aurapromo.api.http.route import Route
from aurapromo.idempotency.model import Identity


class Allowance(msgspec.Struct, frozen=True, gc=False):
    """What the limiter says of one call: headers for its answer, and seconds to wait if it is refused."""

    headers: Headers = ()
    retry_after_s: int | None = None


class Attempt(msgspec.Struct, frozen=True):
    """A call with an Idempotency-Key."""

    call: Identity
    route: Route
    now: datetime


#: Headers (names in lower case), query string and the moment to the caller. Raises Unauthorized.
Authenticate = Callable[[Mapping[bytes, bytes], bytes, datetime], Awaitable[Caller]]
Limit = Callable[[Caller, RateClass, datetime], Awaitable[Allowance]]
Perform = Callable[[], Awaitable[Answer]]
#: Performs an attempt once, or gives the first answer again. `Perform` answers also where the use case
#: refused (404, 409, 422); what the edge itself refuses never comes here.
Once = Callable[[Attempt, Perform], Awaitable[Answer]]


class Guards(msgspec.Struct, frozen=True, kw_only=True):
    """What stands between a request and its handler; a guard that is None lets everything pass."""

    authenticate: Authenticate
    limit: Limit | None = None
    once: Once | None = None
