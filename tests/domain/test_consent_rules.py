"""Consent to a commitment: the company's own signature, asked for by the second rule book, never of the past."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from contracts.envelope import Event
from contracts.events import PurchaseCommitmentSigned
from contracts.identity.consent import sign_consent
from contracts.streams import RULES_GUARD
from services.tariffs.domain.rule import RULESETS
from tests.domain.facts import ORIGIN, key_of, key_registered, key_revoked
from tests.domain.given import Bloc, accepted, founded_bloc, refused
from tests.domain.governing import ruleset_activated
from tests.domain.vault import VAULT, opened_reserve, signed, view_on

COMPANY = "oem.clarios"


def with_consent(commitment: Event[Any], by: str = COMPANY) -> Event[Any]:
    """The same commitment in its second version, signed by a party as its company."""
    terms = replace(commitment.data, company=COMPANY)
    consent = sign_consent(key_of(by), ORIGIN, terms, issued_at=1_781_500_000)
    data = replace(commitment.data, consent=consent)
    return replace(commitment, type="bloc.purchase_commitment.signed.v2", data=data)


def bloc_of_companies(*more: Event[Any]) -> Bloc:
    """A bloc with a reserve and a company that has a key."""
    return founded_bloc().record(*opened_reserve(), key_registered(COMPANY), *more)


def second_rule_book() -> Event[Any]:
    return ruleset_activated(RULESETS[1], effective_from="2026-06-01")


def test_cns_1_a_commitment_with_the_companys_signature_is_recorded_under_either_rule_book():
    """The second version is there from the first rule book on; who wants both signatures need not wait."""
    assert bloc_of_companies().broken(with_consent(signed())) == []
    assert bloc_of_companies(second_rule_book()).broken(with_consent(signed())) == []


@pytest.mark.parametrize(
    "forged",
    [
        with_consent(signed(), by=VAULT),
        replace(with_consent(signed()), data=replace(with_consent(signed()).data, replenish_within_days=30)),
        replace(with_consent(signed()), data=replace(with_consent(signed()).data, company="oem.gevernova")),
    ],
)
def test_cns_1_nobody_else_and_no_other_terms(forged: Event[Any]):
    """The operator's own signature, changed terms and another company are each no consent, in both rule books."""
    for bloc in (bloc_of_companies(), bloc_of_companies(second_rule_book())):
        assert bloc.broken(forged) == ["CNS-1"]


def test_cns_1_a_revoked_key_binds_nobody():
    """The key must count on the day on which the commitment is recorded."""
    bloc = bloc_of_companies(key_revoked(COMPANY, reason="compromised"))
    assert bloc.broken(with_consent(signed())) == ["CNS-1"]


def test_cns_2_the_word_of_the_operator_was_enough_until_the_second_rule_book():
    """The first version is let in under the first rule book only; the refusal says what to post instead."""
    assert bloc_of_companies().broken(signed()) == []
    bloc = bloc_of_companies(second_rule_book())
    [violation] = bloc.violations(signed())
    assert violation.rule.id == "CNS-2"
    assert violation.path == "$.type"
    assert "bloc.purchase_commitment.signed.v2" in violation.detail
    assert bloc.broken(signed(), on=date(2026, 5, 31)) == []
    assert refused(bloc.decide(signed())) == ["CNS-2"]


def test_cns_2_a_commitment_that_was_recorded_before_goes_on_as_it_is():
    """A second signing of the same name is refused as ever; what was signed once stands, with no consent in it."""
    bloc = bloc_of_companies(signed(), second_rule_book())
    state: Any = bloc.streams[signed().subject].state
    assert isinstance(state.terms, PurchaseCommitmentSigned)
    assert refused(bloc.decide(with_consent(signed()))) == ["RES-3"]


def test_a_reserve_says_which_commitments_their_companies_signed():
    """For the first version the answer is no, and not that nobody knows."""
    for commitment, answer in ((signed(), False), (with_consent(signed()), True)):
        (balance,) = view_on(bloc_of_companies(commitment), "2026-07-01").balances
        assert balance.company_signed is answer


def test_a_commitment_with_consent_expects_that_no_key_changed_meanwhile():
    """The keys of another party were read: a revocation in between makes the service decide again."""
    bloc = bloc_of_companies()
    assert RULES_GUARD in accepted(bloc.decide(with_consent(signed()))).expects
    assert RULES_GUARD not in accepted(bloc.decide(signed())).expects
