"""Customer facts are remembered for a moment, and forgotten when they change."""

from aurapromo.engine.facts import Customer
from aurapromo.facts.recall import CustomerRecall

ALICE, BOB = Customer("alice"), Customer("bob")


def test_what_was_read_is_remembered_until_its_time_is_up() -> None:
    recall = CustomerRecall(1.0)
    recall.keep(ALICE, 10.0, epoch=recall.epoch)
    assert [recall.get("alice", at) for at in (10.0, 10.9, 11.0)] == [ALICE, ALICE, None]
    assert recall.get("bob", 10.0) is None


def test_a_change_is_forgotten_at_once() -> None:
    recall = CustomerRecall(1.0)
    for one in (ALICE, BOB):
        recall.keep(one, 10.0, epoch=recall.epoch)
    recall.forget("alice")
    assert (recall.get("alice", 10.0), recall.get("bob", 10.0)) == (None, BOB)
    recall.forget()
    assert recall.get("bob", 10.0) is None


def test_what_was_read_before_a_change_is_not_kept_after_it() -> None:
    recall = CustomerRecall(1.0)
    epoch = recall.epoch
    recall.forget("alice")
    recall.keep(ALICE, 10.0, epoch=epoch)
    assert recall.get("alice", 10.0) is None


def test_without_a_time_nothing_is_kept() -> None:
    recall = CustomerRecall(0.0)
    recall.keep(ALICE, 10.0, epoch=recall.epoch)
    assert recall.get("alice", 10.0) is None


def test_the_customers_asked_for_last_are_kept() -> None:
    recall = CustomerRecall(1.0, most=2)
    for name in ("a", "b", "a", "c"):
        recall.keep(Customer(name), 10.0, epoch=recall.epoch)
    assert [recall.get(name, 10.0) is not None for name in "abc"] == [True, False, True]
