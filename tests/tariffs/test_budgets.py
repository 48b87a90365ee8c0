"""A party may send in bursts and steadily, and not for ever at full speed."""

from services.tariffs.intake.budgets import Budget


def budget() -> Budget:
    return Budget(burst=3, per_second=2.0, parties_max=2)


def test_a_burst_is_granted_and_then_no_more():
    """Three tokens at once; the fourth has to wait for the next whole second."""
    limited = budget()
    assert [limited.take("us.customs", 100.0) for _ in range(4)] == [0, 0, 0, 1]


def test_tokens_come_back_with_time_up_to_the_burst():
    """Half a second brings one token at two a second; an hour brings no more than the burst."""
    limited = budget()
    for _ in range(3):
        limited.take("us.customs", 0.0)
    assert limited.take("us.customs", 0.5) == 0
    assert limited.take("us.customs", 0.5) == 1
    assert [limited.take("us.customs", 3600.0) for _ in range(4)] == [0, 0, 0, 1]


def test_one_party_does_not_use_up_the_budget_of_another():
    """Budgets are per party."""
    limited = budget()
    for _ in range(4):
        limited.take("us.customs", 0.0)
    assert limited.take("eu.customs", 0.0) == 0


def test_a_refused_attempt_costs_nothing():
    """Asking again too early does not push the next token further away."""
    limited = budget()
    for _ in range(20):
        limited.take("us.customs", 0.0)
    assert limited.take("us.customs", 0.5) == 0


def test_the_party_unused_for_longest_is_forgotten_first():
    """Memory is bounded by the number of parties that are remembered."""
    limited = budget()
    for party in ("us.customs", "eu.customs", "ec.customs"):
        for _ in range(3):
            limited.take(party, 0.0)
    assert limited.take("ec.customs", 0.0) == 1
    assert limited.take("us.customs", 0.0) == 0
