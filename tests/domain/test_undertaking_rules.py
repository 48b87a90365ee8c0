"""The rules of price undertakings: accepted once, of one company, from duties against dumping, with a true cap."""

from typing import Any

import msgspec
import pytest

from contracts.events import CORRECTABLE, DeclarationItem
from tests.domain.facts import said_by
from tests.domain.given import accepted, refused
from tests.domain.mending import annulled
from tests.domain.quotas import declared, opened
from tests.domain.undertakings import (
    CAP,
    NAME,
    OTHER_COMPANY,
    dumped_bloc,
    invalidated,
    minimum,
    remedy,
    revised,
    sold,
    undertaken,
    undertaken_bloc,
    withdrawn,
)


def test_an_undertaking_is_accepted_amended_and_withdrawn() -> None:
    """By the authority that investigated; nobody else has a mandate for it (MND-1)."""
    bloc = dumped_bloc()
    accepted(bloc.decide(undertaken(), revised(), withdrawn("2026-10-01"), invalidated()))
    assert bloc.broken(undertaken(by="eu.trade")) == ["MND-1"]
    assert bloc.broken(said_by("us.remedies", undertaken())) == ["MND-1"]


def test_und_1_an_undertaking_is_accepted_once() -> None:
    """A name is used once, also after it was withdrawn."""
    bloc = undertaken_bloc()
    assert bloc.broken(undertaken()) == ["UND-1"]
    bloc.record(withdrawn())
    assert bloc.broken(undertaken(effective_from="2026-10-01")) == ["UND-1"]


def test_und_2_what_holds_is_amended_or_withdrawn() -> None:
    """Neither before it is accepted nor after it is over, and terms go one way."""
    assert dumped_bloc().broken(revised()) == ["UND-2"]
    assert dumped_bloc().broken(withdrawn()) == ["UND-2"]
    bloc = undertaken_bloc()
    assert bloc.broken(revised(effective_from="2026-02-01")) == ["UND-2"]
    bloc.record(withdrawn())
    assert bloc.broken(revised()) == ["UND-2"]
    assert bloc.broken(withdrawn("2026-07-01")) == ["UND-2"]


def test_und_3_an_undertaking_is_of_one_company() -> None:
    """Terms of another company are another undertaking."""
    assert undertaken_bloc().broken(revised(company=OTHER_COMPANY)) == ["UND-3"]


def test_und_4_an_undertaking_exempts_from_duties_against_dumping_or_subsidies() -> None:
    """Not from base duties, nor from what is not there, nor from the duties of others."""
    bloc = dumped_bloc().record(
        remedy("us.ad.fesi", by="us.remedies"), remedy("eu.cvd", kind="countervailing")
    )
    assert bloc.broken(undertaken(exempts=["eu.ad.fesi", "eu.cvd"])) == []
    for measure in ("eu.base.720221", "us.ad.fesi", "eu.ad.nothing"):
        assert bloc.broken(undertaken(exempts=[measure])) == ["UND-4"]


def test_und_5_the_cap_of_an_undertaking_is_a_quota() -> None:
    """It is opened, by its own territory or for the whole bloc."""
    bloc = dumped_bloc()
    assert bloc.broken(undertaken(quota=CAP)) == ["UND-5"]
    assert bloc.record(opened(order_number=CAP)).broken(undertaken(quota=CAP)) == []
    american = dumped_bloc().record(opened(order_number=CAP, territory="US", by="us.trade"))
    assert american.broken(undertaken(quota=CAP)) == ["UND-5"]


def test_und_6_an_invoice_is_invalidated_once() -> None:
    """Of an undertaking that was accepted; also after it was withdrawn, and again when the first was annulled."""
    assert dumped_bloc().broken(invalidated()) == ["UND-6"]
    said = invalidated()
    bloc = undertaken_bloc().record(withdrawn(), said)
    assert bloc.broken(invalidated()) == ["UND-6"]
    assert bloc.broken(invalidated("ER-0418")) == []
    bloc.record(annulled(bloc, said, bloc.position))
    assert bloc.broken(invalidated()) == []


def test_und_7_a_claimed_undertaking_is_there() -> None:
    """One that nobody recorded is a slip, and so is one of another territory; a withdrawn one is not."""
    assert refused(dumped_bloc().decide(declared(sold()))) == ["UND-7"]
    foreign: dict[str, Any] = {"undertaking": "us.fesi.erdos", "exempts": ["us.ad.fesi"], "by": "us.remedies"}
    bloc = undertaken_bloc().record(remedy("us.ad.fesi", by="us.remedies"), undertaken(**foreign))
    claim = {"undertaking": "us.fesi.erdos", "model": "fesi_75"}
    assert refused(bloc.decide(declared(sold(undertaking=claim)))) == ["UND-7"]
    accepted(bloc.record(withdrawn()).decide(declared(sold())))


@pytest.mark.parametrize("field", ["exporter", "invoice"])
def test_a_claim_names_the_company_and_its_invoice(field: str) -> None:
    """Without them nobody could ever find what was sold under it."""
    item = {name: value for name, value in sold().items() if name != field and value is not None}
    with pytest.raises(msgspec.ValidationError, match=field):
        msgspec.convert(item, DeclarationItem)


def test_a_model_has_one_minimum_price() -> None:
    """Two prices for one model would leave open which of them is kept."""
    with pytest.raises(msgspec.ValidationError, match="minimum price already"):
        undertaken(minimums=[minimum(), minimum("1400")])


def test_undertakings_are_mended_like_all_rules() -> None:
    """All four types are corrected and annulled, on the stream of the undertaking."""
    verbs = ("accepted", "amended", "withdrawn", "invoice_invalidated")
    assert {name for name in CORRECTABLE if name.startswith("bloc.undertaking.")} == {
        f"bloc.undertaking.{verb}.v1" for verb in verbs
    }
    assert undertaken().subject == f"undertaking/{NAME}"
