"""Bodies that are files: rows of every kind that can be imported, and lines that are none."""

import json
from typing import Final

import schemathesis
from hypothesis import strategies as st

ROWS: Final = (
    {"id": 1, "first_name": "Alice", "segments": ["premium"]},
    {"id": "SKU-1", "name": "Kite", "price": 29.99, "category_id": 5, "taxons": ["toys"]},
    {"id": 789, "customer_id": 1, "total_amount": 59.98, "placed_at": "2024-05-20T08:30:00Z"},
    {
        "name": "Summer Sale",
        "promotion_type": "fixed_amount_discount",
        "discount_type": "fixed_amount",
        "discount_value": 5,
        "start_date": "2024-06-01T00:00:00Z",
        "end_date": "2999-08-31T23:59:59Z",
    },
    {"code": "SUMMER-1", "max_uses": 1},
)
HEADS: Final = ("id,first_name", "id,name,price", "id,customer_id,total_amount", "code,max_uses", "id;name")
CELLS: Final = ("1,Alice", "SKU-1,Kite,29.99", '2,"Kite, red",1.50', "789,1,59.98", "SUMMER-2,1", ",,,", '"')


#: With these a file says that it is in UTF-16, and is refused as a whole.
NOT_UTF_8: Final = (b"\xff\xfe", b"\xfe\xff")


def _file(lines: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    odd = st.binary(max_size=50)
    files = st.lists(lines | lines | odd, max_size=20).map(b"\n".join)
    return files.filter(lambda file: not file.startswith(NOT_UTF_8))


def _ndjson() -> st.SearchStrategy[bytes]:
    return _file(st.sampled_from([json.dumps(row).encode() for row in ROWS]))


def _csv() -> st.SearchStrategy[bytes]:
    head = st.sampled_from([line.encode() for line in HEADS])
    body = _file(st.sampled_from([line.encode() for line in CELLS]))
    return st.tuples(head, body).map(b"\n".join)


def register() -> None:
    """From now on bodies of these media types are drawn so, in this process."""
    schemathesis.openapi.media_type("application/x-ndjson", _ndjson())
    schemathesis.openapi.media_type("text/csv", _csv())
