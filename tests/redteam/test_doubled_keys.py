"""A key that stands twice: two readers understand two things, and both hold bytes with a sound signature.

The tariffs service refuses such events. An operator who has its key could record them all the same, for derived events
need no author; so the verifier looks for itself, in the envelope, in the payload and however deep.
"""

import re

import pytest

from contracts.decoding import decode_header, fault_of_data
from contracts.envelope import Header
from contracts.malformed import Malformed
from tests.redteam.auditing import Bench
from tests.redteam.rewriting import Operator
from tests.redteam.scene import Line, decided_anew, with_digest

_EVENT = (
    '{"specversion":"1.0","id":"019f1a10-0000-7a3c-8f10-000000000001","source":"/parties/bloc.tariffs",'
    '"type":"bloc.duty.assessed.v1","subject":"declaration/US/A","time":"2026-07-01T03:30:05Z","data":%s}'
)


def read(data: str) -> Malformed | None:
    raw = (_EVENT % data).encode()
    header = decode_header(raw)
    assert isinstance(header, Header), header
    return fault_of_data(raw, header.data)


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ('{"total":"0.00","total":"638196.00"}', "$.data.total"),
        ('{"a":[{"b":1},{"b":1,"c":{"d":1,"d":1}}]}', "$.data.a[1].c.d"),
        ('{"total":1,"tot\\u0061l":2}', "$.data.total"),
        ('{"a":"\\"","a":"\\""}', "$.data.a"),
        # Written again, the number is as much longer as the first key and its value are.
        ('{"a":1,"a":10000000000000000E5}', "$.data.a"),
        ('{"":1,"":2}', '$.data[""]'),
    ],
)
def test_a_key_that_stands_twice_in_a_payload_is_found(data: str, path: str) -> None:
    """Wherever it stands and however it is spelled."""
    fault = read(data)
    assert fault is not None
    assert fault.path == path or "fraction" in fault.reason or "exponent" in fault.reason


@pytest.mark.parametrize(
    "data",
    [
        '{"a":"b","c":{"a":"b"},"d":[{"a":1},{"a":1}]}',
        '{"a":"\\\\\\"","b":"\\u00e9"}',
        '{ "a" : "b" , "b" : [ ] }',
        '{"a":1.50,"b":1E5,"c":123456789012345678901234567890}',
        '{"a":null}',
    ],
)
def test_a_payload_without_such_a_key_is_left_alone(data: str) -> None:
    """Whatever else may be said of it is not asked here."""
    assert read(data) is None


@pytest.mark.parametrize("data", [f'{{"a":{"[" * 50_000}}}', f'{{"a":{"[" * 900}1{"]" * 900}}}'])
def test_a_payload_that_is_too_deep_or_has_no_end_is_an_answer(data: str) -> None:
    """No reader falls over it."""
    raw = (_EVENT % data).encode()
    header = decode_header(raw)
    assert isinstance(header, Malformed) or fault_of_data(raw, header.data) is None or read(data) is not None


@pytest.mark.parametrize("operator", Operator)
async def test_an_assessment_that_says_two_totals_is_found_at_its_position(
    bench: Bench, operator: Operator
) -> None:
    """Digested, decided anew with the key of the tariffs service, hashed and signed: in order but for this."""
    scene = bench.scene(f"doubled-{operator}")
    part = scene.rng.choice(scene.derived_parts())
    draft, at = scene.draft_of(part.start), scene.rng.choice(part)
    event = re.sub(rb'("total":"[0-9.]+")', rb'"total":"0.00",\1', scene.lines[at].event)
    lines = [Line(scene.lines[n].stamp, event) if n == at else scene.lines[n] for n in draft]
    cut = part.start - draft.start
    lines = decided_anew([*lines[:cut], *with_digest(lines[cut:])])
    edit = scene.edit(dict(zip(draft, lines, strict=True)), range(at, at + 1))
    size = await bench.apply(edit, operator)
    fault = bench.audited(await bench.served(size)).fault
    assert fault is not None
    if operator is not Operator.EDITS:
        assert (fault.position, fault.field) == (at, "event.data.total")
