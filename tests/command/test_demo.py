"""`bloc demo` compares everything that it shows, so that its exit status is a test; here its words are looked at."""

from tests.command.typed import surroundings_of, typed


def test_the_demo_plays_checks_and_is_refused_a_forged_history() -> None:
    """It ends in trouble by itself when a duty is off by a cent, a proof fails or a witness cosigns a forgery."""
    played = typed("demo", environment=surroundings_of())
    assert played.status == 0, played
    assert "Duty assessed" in played.out
    assert played.out.count("Assessed again, and paid back") == 3
    assert "has the published hash" in " ".join(played.out.split())
    assert "Proofs, checked from outside" in played.out
    assert played.out.count("keeps both signed notes") == 3
    assert "Stopped cleanly" in played.out
