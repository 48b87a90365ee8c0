"""Reads of tariff quotas: what is left and who was cut off, on V as known at K.

Balances are read from the ledger up to K each time, as reserves are: nothing of this is posted anywhere.
"""

import asyncio
from collections.abc import Iterable

from litestar import Response, get
from litestar.params import FromPath

from contracts import problem
from services.serving.answers import AnyRequest, respond_problem
from services.tariffs.domain.quotas.balance import BalanceState
from services.tariffs.domain.quotas.drawing import Balances
from services.tariffs.domain.quotas.view import quota_view, streams_of_quota
from services.tariffs.doors.moments import OnDay
from services.tariffs.doors.rules import framed
from services.tariffs.doors.wiring import Reading, reading_of
from services.tariffs.following.streams import load_head


@get("/quotas/{order_number:str}", summary="A tariff quota on V, as known at K", tags=["rules"])
async def get_quota(request: AnyRequest, order_number: FromPath[str], moment: OnDay) -> Response[bytes]:
    """Each period with its volume, what is drawn and left, and who was cut off by its exhaustion."""
    reading = reading_of(request)
    streams = streams_of_quota(moment.rules, order_number, moment.position)
    balances = await balances_at(reading, streams, moment.position)
    view = quota_view(moment.rules, order_number, moment.day, moment.position, balances)
    if view is None:
        because = f"no period of quota {order_number} was recorded up to position {moment.position}"
        return respond_problem(problem.not_recorded(because))
    return framed(moment, quota=view)


async def balances_at(reading: Reading, streams: Iterable[str], position: int) -> Balances:
    """What was drawn of periods, as recorded up to K. Raises LedgerAway."""
    names = tuple(streams)
    heads = await asyncio.gather(*(load_head(reading.ledger, name, until=position) for name in names))
    states = {name: head.state for name, head in zip(names, heads, strict=True)}
    return {name: state for name, state in states.items() if isinstance(state, BalanceState)}
