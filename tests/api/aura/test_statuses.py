"""A promotion's life over HTTP: every step of the status table, and who took it."""

from typing import Any

import pytest
from tests.api.aura.world import Aura, moment, sale

VERBS = ("activate", "pause", "resume", "end", "cancel", "archive")
# From each state, the state that each verb leads to; every other pair is refused.
TABLE = {
    "draft": {"activate": "active", "archive": "archived"},
    "active": {"activate": "active", "pause": "paused", "end": "ended", "cancel": "cancelled"},
    "scheduled": {"activate": "scheduled", "pause": "paused", "end": "ended", "cancel": "cancelled"},
    "paused": {"activate": "active", "resume": "active", "end": "ended", "cancel": "cancelled",
               "archive": "archived"},
    "ended": {"archive": "archived"},
    "cancelled": {"archive": "archived"},
    "archived": {},
    "expired": {"archive": "archived"},
}  # fmt: skip
GOALS = {"activate": "active", "pause": "paused", "resume": "active", "end": "ended", "cancel": "cancelled",
         "archive": "archived"}  # fmt: skip
PATHS = {"active": ["activate"], "paused": ["activate", "pause"], "ended": ["activate", "end"],
         "cancelled": ["activate", "cancel"], "archived": ["archive"], "scheduled": ["activate"]}  # fmt: skip


def step(aura: Aura, promotion_id: int, verb: str) -> Any:
    if verb == "archive":
        return aura.call("DELETE", f"promotions/{promotion_id}")
    return aura.call("POST", f"promotions/{promotion_id}/{verb}")


def in_state(aura: Aura, status: str) -> int:
    """A promotion that reads `status`."""
    dates = {"start_date": moment(0.5)} if status == "scheduled" else {}
    promotion_id = int(aura.create(sale(**dates))["id"])
    for verb in ["activate"] if status == "expired" else PATHS.get(status, []):
        assert step(aura, promotion_id, verb).is_success
    if status == "expired":
        aura.put(promotion_id, end_date=moment(-0.5))
    assert aura.get(promotion_id)["status"] == status
    return promotion_id


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("status", TABLE)
def test_each_step_from_each_state(aura: Aura, status: str, verb: str) -> None:
    promotion_id = in_state(aura, status)
    before = aura.get(promotion_id)
    answer = step(aura, promotion_id, verb)
    if verb in TABLE[status]:
        assert answer.is_success, answer.text
        assert aura.get(promotion_id)["status"] == TABLE[status][verb]
    else:
        assert answer.status_code == 409
        assert answer.json()["code"] == "INVALID_STATUS"
        assert status in answer.json()["detail"]
        assert GOALS[verb] in answer.json()["detail"]
        assert aura.get(promotion_id) == before


def test_activating_answers_as_documented(aura: Aura) -> None:
    created = aura.create()
    answer = aura.ok("POST", f"promotions/{created['id']}/activate")
    assert (answer["success"], answer["message"]) == (True, "Promotion activated successfully")
    assert (answer["promotion"]["id"], answer["promotion"]["status"]) == (created["id"], "active")
    assert answer["promotion"]["activated_at"].endswith("Z")


def test_activating_an_active_one_changes_nothing(aura: Aura) -> None:
    promotion_id = aura.live()
    before = aura.get(promotion_id)
    assert aura.ok("POST", f"promotions/{promotion_id}/activate")["promotion"] == before


def test_one_that_is_over_names_its_end_date_when_it_is_activated(aura: Aura) -> None:
    created = aura.create(start_date="2024-06-01T00:00:00Z", end_date="2024-08-31T23:59:59Z")
    answer = aura.call("POST", f"promotions/{created['id']}/activate")
    assert answer.status_code == 409
    assert "2024-08-31T23:59:59Z" in answer.json()["detail"]
    assert aura.get(created["id"])["status"] == "draft"


@pytest.mark.parametrize("status", ["ended", "cancelled", "archived"])
def test_what_is_over_cannot_be_changed(aura: Aura, status: str) -> None:
    promotion_id = in_state(aura, status)
    answer = aura.call("PUT", f"promotions/{promotion_id}", json={"name": "y"})
    assert answer.status_code == 409
    assert status in answer.json()["detail"]


def test_an_expired_one_lives_again_with_a_later_end(aura: Aura) -> None:
    promotion_id = in_state(aura, "expired")
    assert aura.put(promotion_id, end_date=moment(1))["status"] == "active"


def test_versions_tell_what_it_was_after_each_change(aura: Aura) -> None:
    created = aura.create(name="One", metadata={"n": 1})
    aura.put(created["id"], name="Two", discount_value=30)
    aura.ok("POST", f"promotions/{created['id']}/activate")
    aura.put(created["id"], name="Three")
    found = aura.ok("GET", f"promotions/{created['id']}/versions")
    versions = [(one["version"], one["promotion"]["name"]) for one in found["items"]]
    assert versions == [(4, "Three"), (3, "Two"), (2, "Two"), (1, "One")]
    assert [one["promotion"]["discount_value"] for one in found["items"]] == [30, 30, 30, 25]
    assert len({one["changed_by"] for one in found["items"]}) == 1
    page = aura.ok("GET", f"promotions/{created['id']}/versions", params={"per_page": 3})
    assert page["pagination"]["has_next"] is True
    rest = aura.ok(
        "GET",
        f"promotions/{created['id']}/versions",
        params={"per_page": 3, "cursor": page["pagination"]["next_cursor"]},
    )
    assert page["items"] + rest["items"] == found["items"]
    assert rest["pagination"] == {"per_page": 3, "next_cursor": None, "has_next": False}


def test_the_audit_tells_who_did_what_with_the_state_before_and_after(aura: Aura) -> None:
    created = aura.create(name="One")
    aura.put(created["id"], name="Two")
    asked = aura.call("POST", f"promotions/{created['id']}/activate", headers={"X-Request-Id": "ask-7"})
    found = aura.ok("GET", f"promotions/{created['id']}/audit")["items"]
    assert [one["action"] for one in found] == [
        "promotion.activate",
        "promotion.updated",
        "promotion.created",
    ]
    activated, updated, first = found
    assert first["before"] is None
    assert (first["after"]["status"], first["after"]["definition"]["name"]) == ("draft", "One")
    assert updated["before"] == first["after"]
    assert updated["after"]["definition"]["name"] == "Two"
    assert (activated["before"]["status"], activated["after"]["status"]) == ("draft", "active")
    assert activated["request_id"] == asked.headers["X-Request-Id"]
    assert all(one["actor"] == first["actor"] != "" for one in found)


def test_a_refused_step_leaves_no_trace(aura: Aura) -> None:
    created = aura.create()
    assert step(aura, created["id"], "pause").status_code == 409
    assert len(aura.ok("GET", f"promotions/{created['id']}/audit")["items"]) == 1
    assert len(aura.ok("GET", f"promotions/{created['id']}/versions")["items"]) == 1
