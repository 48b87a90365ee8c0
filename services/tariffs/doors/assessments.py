"""`POST /assessments`: what duty would be due. The same calculation as for a declaration; nothing is recorded."""

from datetime import UTC, datetime, time
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo

import msgspec
from litestar import Response, post
from litestar.params import QueryParameter
from msgspec import UNSET, Struct, UnsetType

from contracts import problem
from contracts.events import DeclarationItem
from contracts.limits import QUOTES_COMPARED_MAX
from contracts.malformed import Malformed
from contracts.problem import Problem
from contracts.texts import Instant
from services.serving.answers import AnyRequest, respond_json, respond_problem
from services.tariffs.domain.answers.views import member_at
from services.tariffs.domain.assessment.assess import Assessment, assess_item
from services.tariffs.domain.assessment.comparing import compare
from services.tariffs.domain.assessment.importer import importer_on
from services.tariffs.domain.assessment.parts import QuotaLeft
from services.tariffs.domain.assessment.prose import explain
from services.tariffs.domain.assessment.unknown import NotKnown
from services.tariffs.domain.governance.rule_books import rule_book_on
from services.tariffs.domain.quotas.drawing import left_for
from services.tariffs.domain.quotas.periods import balances_read
from services.tariffs.doors.bodies import AssessmentOperation, ComparisonOperation
from services.tariffs.doors.moments import AsKnown, Moment, day_of
from services.tariffs.doors.quotas import balances_at
from services.tariffs.doors.wiring import Reading, reading_of


class Quote(Struct, frozen=True, forbid_unknown_fields=True):
    """One item imported into `member`, accepted at an instant, or on a civil day of the member (at noon)."""

    member: Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$")]
    item: DeclarationItem
    accepted_at: Instant | UnsetType = UNSET
    effective_at: str | UnsetType = UNSET


class Quotes(Struct, frozen=True, forbid_unknown_fields=True):
    """Quotes to be compared: the same good for several members, or as several declare it."""

    quotes: Annotated[tuple[Quote, ...], msgspec.Meta(min_length=2, max_length=QUOTES_COMPARED_MAX)]


_QUOTED = msgspec.json.Decoder(Quote)
_COMPARED = msgspec.json.Decoder(Quotes)
Body = TypeVar("Body")


@post(
    "/assessments",
    status_code=200,
    operation_class=AssessmentOperation,
    summary="Quote the duty on one item",
    tags=["rules"],
)
async def post_assessment(
    request: AnyRequest,
    known: AsKnown,
    explained: Annotated[
        bool, QueryParameter(name="explain", description="Also the trace as sentences")
    ] = False,
) -> Response[bytes]:
    """Lines, total and a trace that names measure, position and legal basis for each amount.

    `complete` is false where something was not known at K; `unknown` says what. With `explain`, `explanation` tells
    the trace in sentences, each with the act, article and position that it rests on.
    """
    quote = _read(await request.body(), _QUOTED, "Send {member, item, accepted_at or effective_at}.")
    if isinstance(quote, Malformed):
        return respond_problem(problem.malformed(quote))
    reading = reading_of(request)
    accepted_at = _accepted_at(quote, known, reading.clock())
    if isinstance(accepted_at, Problem):
        return respond_problem(accepted_at)
    assessment = await _assessed(reading, quote, accepted_at, known)
    frame: dict[str, Any] = {
        "position": known.position,
        "settled": known.settled,
        "accepted_at": accepted_at,
        "ruleset": rule_book_on(known.rules, reading.clock().astimezone(UTC).date(), known.position),
    }
    if explained:
        frame["explanation"] = explain(known.rules, quote.item, assessment)
    return respond_json(frame | msgspec.structs.asdict(assessment))


async def _assessed(reading: Reading, quote: Quote, accepted_at: str, known: Moment) -> Assessment:
    return assess_item(
        known.rules,
        member=quote.member,
        accepted_at=accepted_at,
        item=quote.item,
        known_position=known.position,
        left=await _left(reading, quote, accepted_at, known),
    )


async def _left(reading: Reading, quote: Quote, accepted_at: str, moment: Moment) -> QuotaLeft | None:
    """What the quota that the item claims has left at K: what it would be granted if it were recorded next."""
    importer = importer_on(moment.rules, quote.member, accepted_at, moment.position)
    if quote.item.quota is UNSET or isinstance(importer, NotKnown):
        return None
    streams = balances_read(moment.rules, quote.member, accepted_at, (quote.item,), moment.position)
    balances = await balances_at(reading, streams, moment.position)
    return left_for(moment.rules, quote.item, importer.day, moment.position, balances)


@post(
    "/assessments/comparisons",
    status_code=200,
    operation_class=ComparisonOperation,
    summary="Compare the duty on the same good in several members",
    tags=["rules"],
)
async def post_comparison(request: AnyRequest, known: AsKnown) -> Response[bytes]:
    """What each comes to, and on what they differ: classification, day, origin, duty, floor, rate of exchange,
    rounding, currency, or what was not known."""
    wanted = _read(await request.body(), _COMPARED, "Send {quotes: [{member, item}, ...]}.")
    if isinstance(wanted, Malformed):
        return respond_problem(problem.malformed(wanted))
    reading = reading_of(request)
    now = reading.clock()
    quoted: list[tuple[DeclarationItem, Assessment]] = []
    for quote in wanted.quotes:
        accepted_at = _accepted_at(quote, known, now)
        if isinstance(accepted_at, Problem):
            return respond_problem(accepted_at)
        quoted.append((quote.item, await _assessed(reading, quote, accepted_at, known)))
    return respond_json({"position": known.position, "settled": known.settled, "comparison": compare(quoted)})


def _read(raw: bytes, decoder: msgspec.json.Decoder[Body], mend: str) -> Body | Malformed:
    try:
        return decoder.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        reason, _, path = str(error).partition(" - at `")
        return Malformed(path.rstrip("`") or "$", reason, mend)


def _accepted_at(quote: Quote, moment: Moment, now: datetime) -> str | Problem:
    """The instant of acceptance: as said, or noon in the member's zone on the day that was said, or now."""
    if quote.accepted_at is not UNSET:
        return quote.accepted_at
    if quote.effective_at is UNSET:
        return now.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    day = day_of(quote.effective_at, moment.day)
    if isinstance(day, Problem):
        return day
    zone = member_at(moment.rules, quote.member, day, moment.position).legal_tz
    noon = datetime.combine(day, time(12), ZoneInfo("UTC" if zone is UNSET else zone))
    return noon.isoformat(timespec="seconds")
