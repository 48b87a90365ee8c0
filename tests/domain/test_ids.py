"""An id is given once: who gives it to something else is refused on the record, and the audit decides it again."""

from typing import Any

from msgspec.structs import replace

from contracts.envelope import Event
from tests.domain.audited import JULY, audited, faults, trading_record
from tests.domain.trade import declaration, item_data

FIRST, OTHER = declaration(reference="A-1"), declaration(item_data(line=None), reference="A-2")


def test_ids_1_an_id_is_given_once() -> None:
    """Nothing else is said of it, though it breaks a rule too; and the refusal says where the first event stands."""
    record = trading_record()
    stands = record.next
    record.post(FIRST, now=JULY)
    refusal = record.refuse(OTHER, now=JULY, reused={OTHER.id: stands})
    (broken,) = refusal.data.broken
    assert (broken.rule, broken.event, broken.path, broken.recorded) == ("IDS-1", OTHER.id, "$.id", stands)
    assert f"at position {stands}" in broken.text
    assert faults(audited(record)) == []


def test_ids_1_a_refusal_for_an_event_that_was_not_refused_has_no_ground() -> None:
    """It names an id that its submission does not have: decided again that breaks no rule."""
    record = trading_record()

    def misnamed(refusal: Event[Any]) -> Event[Any]:
        broken = tuple(replace(one, event=OTHER.id) for one in refusal.data.broken)
        return replace(refusal, data=replace(refusal.data, broken=broken))

    record.refuse(FIRST, now=JULY, reused={FIRST.id: 1}, but=misnamed)
    (found,) = [finding for finding in audited(record) if finding.is_fault]
    assert (found.kind, found.rule) == ("refusal_without_ground", "IDS-1")


def test_ids_1_a_refusal_that_names_no_earlier_entry_has_no_ground() -> None:
    """The id would stand behind the refusal: decided again the submission breaks no rule."""
    record = trading_record()
    record.refuse(FIRST, now=JULY, reused={FIRST.id: record.next})
    (found,) = [finding for finding in audited(record) if finding.is_fault]
    assert (found.kind, found.rule) == ("refusal_without_ground", "IDS-1")
