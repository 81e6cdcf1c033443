"""The examples of the contract's own document, as they stand there, against a server with demo data."""

import re
import shlex
from typing import Any

import httpx

#: The example calls of the document, in its order.
CALLS = r"""
    $ curl http://demo.sylius.com/api/v1/promotions/ \
        -H "Authorization: Bearer SampleToken" \
        -H "Content-Type: application/json" \
        -X POST \
        --data '
            {
                "code": "sd-promo",
                "name": "Sunday promotion"
            }
        '
---
    $ curl http://demo.sylius.com/api/v1/promotions/ \
        -H "Authorization: Bearer SampleToken" \
        -H "Content-Type: application/json" \
       -X POST
---
    $ curl http://demo.sylius.com/api/v1/promotions/ \
        -H "Authorization: Bearer SampleToken" \
        -H "Content-Type: application/json" \
        -X POST \
        --data '
            {
                "code": "christmas-promotion",
                "name": "Christmas Promotion",
                "exclusive": true,
                "priority": 0,
                "couponBased": true,
                "channels": [
                    "US_WEB"
                ],
                "startsAt": {
                "date": "2017-12-05",
                "time": "11:00"
                },
                "endsAt": {
                    "date": "2017-12-31",
                    "time": "11:00"
                },
                "rules": [
                    {
                        "type": "nth_order",
                        "configuration": {
                            "nth": 3
                        }
                    }
                ],
                "actions": [
                    {
                        "type": "order_fixed_discount",
                        "configuration": {
                            "US_WEB": {
                                "amount": 12
                            }
                        }
                    }
                ]
            }
        '
---
     $ curl http://demo.sylius.com/api/v1/promotions/sd-promo \
        -H "Authorization: Bearer SampleToken" \
        -H "Accept: application/json"
---
    $ curl http://demo.sylius.com/api/v1/promotions/ \
        -H "Authorization: Bearer SampleToken" \
        -H "Accept: application/json"
---
    $ curl http://demo.sylius.com/api/v1/promotions/christmas-promotion \
        -H "Authorization: Bearer SampleToken" \
        -H "Content-Type: application/json" \
        -X PUT \
        --data '
            {
                "name": "Christmas special promotion"
            }
        '
---
    $ curl http://demo.sylius.com/api/v1/promotions/christmas-promotion \
        -H "Authorization: Bearer SampleToken" \
        -H "Content-Type: application/json" \
        -X PUT
---
    $ curl http://demo.sylius.com/api/v1/promotions/christmas-promotion \
        -H "Authorization: Bearer SampleToken" \
        -H "Content-Type: application/json" \
        -X PATCH \
        --data '
            {
                "exclusive": true,
                "priority": 1
            }
        '
---
    $ curl http://demo.sylius.com/api/v1/promotions/christmas-promotion \
        -H "Authorization: Bearer SampleToken" \
        -H "Accept: application/json" \
        -X DELETE
"""
STATUSES = [201, 400, 201, 200, 200, 204, 400, 204, 204]
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0[12]00")


def called(http: httpx.Client, command: str) -> httpx.Response:
    """What curl would do with the command."""
    words = shlex.split(command.replace("$ curl", "").replace("\\\n", " "))
    url, headers, method, data = words[0], {}, "GET", None
    for option, value in zip(words[1::2], words[2::2], strict=True):
        if option == "-H":
            name, _, text = value.partition(": ")
            headers[name] = text
        elif option == "-X":
            method = value
        else:
            data = value
    return http.request(method, url.removeprefix("http://demo.sylius.com"), headers=headers, content=data)


def test_every_example_of_the_document_works(demo: Any) -> None:
    with httpx.Client(base_url=demo.base_url, trust_env=False) as http:
        answers = [called(http, command) for command in CALLS.split("---")]
    assert [answer.status_code for answer in answers] == STATUSES
    sunday, empty, christmas, one, page, put, unnamed, *_ = answers
    assert list(sunday.json()) == list(one.json()) == [
        "id", "code", "name", "priority", "exclusive", "used", "couponBased", "rules", "actions",
        "createdAt", "updatedAt", "channels", "_links",
    ]  # fmt: skip
    body = christmas.json()
    assert (body["startsAt"], body["endsAt"]) == ("2017-12-05T11:00:00+0100", "2017-12-31T11:00:00+0100")
    assert body["priority"] == 0
    assert body["actions"][0]["configuration"] == {"US_WEB": {"amount": 1200}}
    (channel,) = body["channels"]
    assert (channel["name"], channel["hostname"], channel["color"]) == (
        "US Web Store",
        "localhost",
        "LawnGreen",
    )
    assert DATE.fullmatch(channel["createdAt"])
    assert set(page.json()["_links"]) == {"self", "first", "last", "next"}
    assert put.content == b""
    for refused, fields in ((empty, {"name", "code"}), (unnamed, {"name"})):
        children = refused.json()["errors"]["children"]
        assert {name for name, node in children.items() if "errors" in node} == fields
