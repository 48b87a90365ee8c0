"""An assessment in plain words: one sentence a step, with the act, article and position that it rests on."""

from services.tariffs.domain.assessment.prose import explain
from tests.domain.facts import act, floor, measure, measure_act, origins
from tests.domain.given import Bloc
from tests.domain.rates import MIDSUMMER, british_bloc, rate
from tests.domain.trade import LAST_OF_JUNE, assess, base, floored, item, trading_bloc

OXIDE_FLOOR = "floor/ndpr.oxide_compound.oxide_99, bloc.council.decision.2026-3, article 2"


def told(bloc: Bloc, member: str = "US", accepted_at: str = LAST_OF_JUNE, **fields: str) -> list[str]:
    """The sentences about the item of E06."""
    declared = item(**fields)
    found = assess(bloc, declared, accepted_at, member=member)
    sentences = explain(bloc.rules, declared, found)
    assert len(sentences) == len(found.trace)
    assert all(sentence[0].isupper() and sentence.endswith(".") for sentence in sentences)
    return list(sentences)


def test_e06_is_explained_from_the_day_to_the_total():
    """The duty, the floor and what did not apply, each with its source."""
    bloc = floored(base()).record(
        measure("us.preference.x", kind="preference", origins=origins("BLOC"), legal_basis=act("7"))
    )
    sentences = told(bloc)
    assert sentences[0].startswith(
        "US accepted the goods at 2026-06-30T23:30:00-04:00, and in America/New_York"
    )
    assert sentences[1] == "The goods are of origin CN, not a member on 2026-06-30."
    (idle,) = [one for one in sentences if "us.preference.x" in one]
    assert idle.startswith("Measure us.preference.x does not apply: origin CN is not in BLOC")
    assert idle.endswith(f"(bloc.council.decision.2026-3, article 7, position {bloc.position}).")
    assert (
        "The duty that keeps the price floor is max(0, 110.00 USD/kg x 12000 kg - 708000.00 USD) = 612000 USD "
        f"({OXIDE_FLOOR}, position {bloc.position - 1})."
    ) in sentences
    assert sentences[-1] == "The duty on the item is 26196.00 + 612000.00 = 638196.00 USD."


def test_what_is_not_known_is_said_and_no_total_pretends():
    """No base duty and no floor are recorded: two sentences say so, and the last one is careful."""
    sentences = told(trading_bloc())
    assert "The price floor of ndpr.oxide_compound.oxide_99 is not known: no price floor of " in " ".join(
        sentences
    )
    assert "The base duty is not known: no base duty on 2846904000 from CN is recorded." in sentences
    assert sentences[-1] == "As far as it is known, the duty on the item is 0.00 USD."
    (unknown,) = told(floored(), member="JP")
    assert unknown.startswith("The governing date is not known: no accession of JP")


def test_a_corrected_or_suspended_base_duty_is_told_with_the_entry_that_says_so():
    """There is no base duty because of a suspension, which is cited."""
    bloc = floored(base()).record(measure_act("suspended", "2026-06-01", legal_basis=act("9")))
    assert (
        "There is no base duty: us.base.284690: suspended from 2026-06-01 "
        f"(bloc.council.decision.2026-3, article 9, position {bloc.position})."
    ) in told(bloc)


def test_rates_alerts_and_rounding_have_their_sentences():
    """A British import in dollars from the bloc, below the floor: converted, rounded, and reported."""
    bloc = british_bloc().record(rate(), floor())
    sentences = told(bloc, member="GB", accepted_at=MIDSUMMER, origin="GB")
    assert any(one.startswith("Amounts are converted at 1 GBP = 1.3399 USD") for one in sentences)
    assert any(one.startswith("The value that ad valorem duties are taken on is ") for one in sentences)
    assert any(one.startswith("Against the floor the goods lack max(0, ") for one in sentences)
    assert any(one.startswith("Rounded once, by the rule house.line.half_up.0.01") for one in sentences)
