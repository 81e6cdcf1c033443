"""Bodies of the contract's own document."""

from typing import Any, Final

Body = dict[str, Any]

SUNDAY: Final[Body] = {"code": "sd-promo", "name": "Sunday promotion"}
RENAMED: Final[Body] = {"name": "Christmas special promotion"}
CHRISTMAS: Final[Body] = {
    "code": "christmas-promotion",
    "name": "Christmas Promotion",
    "exclusive": True,
    "priority": 0,
    "couponBased": True,
    "channels": ["US_WEB"],
    "startsAt": {"date": "2017-12-05", "time": "11:00"},
    "endsAt": {"date": "2017-12-31", "time": "11:00"},
    "rules": [{"type": "nth_order", "configuration": {"nth": 3}}],
    "actions": [{"type": "order_fixed_discount", "configuration": {"US_WEB": {"amount": 12}}}],
}
