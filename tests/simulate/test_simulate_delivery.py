"""An outbox: everything due leaves, in batches that the endpoint takes, repeated only as they were."""

from collections import Counter

from lrs.simulate.delivery import LARGEST, Delivery, Outbox, statements
from lrs.simulate.dice import dice, identifier


def outbox(*, repeats: float = 0.0) -> Outbox:
    return Outbox("one-touch", dice(1, "outbox"), version="2.0.0", repeats=repeats)


def identifiers(deliveries: list[Delivery]) -> list[str]:
    return [statement["id"] for delivery in deliveries for statement in statements(delivery)]


def test_statements_leave_in_the_order_in_which_they_are_due() -> None:
    random, box = dice(1), outbox()
    made = [identifier(random) for _ in range(500)]
    for number, one in enumerate(made):
        box.put({"id": one}, -number)
    deliveries = list(box.close())
    assert identifiers(deliveries) == made[::-1]
    assert all(1 <= delivery.statements <= LARGEST for delivery in deliveries)
    assert all(delivery.statements == len(statements(delivery)) for delivery in deliveries)


def test_what_is_not_yet_due_waits() -> None:
    box = outbox()
    box.put({"id": "late"}, 2.0)
    for number in range(60):
        box.put({"id": f"early-{number}"}, 1.0)
    assert "late" not in identifiers(list(box.collect(1.5)))
    assert "late" in identifiers(list(box.close()))


def test_a_duplicate_is_never_in_the_batch_of_its_original() -> None:
    box = outbox()
    for number in range(300):
        box.put({"id": str(number)}, number, number + 0.5)
    for delivery in box.close():
        found = identifiers([delivery])
        assert len(found) == len(set(found))


def test_a_repeated_delivery_is_the_same_and_comes_once_more() -> None:
    box = outbox(repeats=1.0)
    for number in range(1000):
        box.put({"id": str(number)}, number)
    deliveries = list(box.close())
    assert set(Counter(deliveries).values()) == {2}
    assert set(Counter(identifiers(deliveries)).values()) == {2}
