"""The page of an evidence pack: one HTML file without scripts, pictures or addresses, to be opened by a double click.

It says what was recorded and why it matters, and beside each statement stands the position, linked to the file of the
entry. What strangers wrote is escaped; nothing on the page loads anything.
"""

from collections.abc import Iterable, Sequence
from html import escape

import msgspec
from msgspec import UNSET

from bloc.evidence.index import Index, Told
from services.tariffs.domain.governance.authority import Authority, Signed
from services.tariffs.domain.lifecycle.view import ItemView

_STYLE = """
body { font: 16px/1.5 Georgia, serif; max-width: 60em; margin: 2em auto; padding: 0 1em; color: #111; }
h1, h2, h3 { line-height: 1.2; } h2 { border-bottom: 1px solid #999; margin-top: 2em; }
table { border-collapse: collapse; margin: 1em 0; width: 100%; }
th, td { border-bottom: 1px solid #ccc; padding: .25em .6em .25em 0; text-align: left; vertical-align: top; }
td { overflow-wrap: anywhere; } code, .number { font-family: monospace; } .number { text-align: right; }
"""
_LIMITS = (
    (
        "That the page and the choice of entries are right: they are the word of whoever signed SHA256SUMS. The "
        "entries prove themselves; read them where it matters."
    ),
    "Any other entry, and what was recorded after the checkpoint.",
    (
        "That the rules were followed: <code>bloc audit</code> decides everything again from the whole record, and "
        "<code>bloc replay</code> comes to the hash of the state that is named here."
    ),
)


def page_of(index: Index) -> bytes:
    """The page, as UTF-8."""
    parts = [
        f"<h1>Evidence: {escape(index.subject)}</h1>",
        _ground(index),
        "<h2>What was recorded on it</h2>",
        _table(
            ("position", "recorded", "by", "what", "said"),
            (
                (_at(step.position), step.recorded_at, step.party, step.type, _data(step.data))
                for step in index.steps
            ),
        ),
        *_authority(index),
        *(_declaration(told) for told in index.declarations),
        f"<h2>All {len(index.entries)} entries of this pack</h2>",
        _table(
            ("position", "recorded", "stream", "type", "by", "why it is here"),
            (
                (
                    _at(one.position),
                    one.recorded_at,
                    f"{one.stream}, version {one.version}",
                    one.type,
                    one.party,
                    one.because,
                )
                for one in index.entries
            ),
        ),
        "<h2>What this cannot show</h2><ul>",
        *(f"<li>{limit}</li>" for limit in _LIMITS),
        "</ul>",
    ]
    head = f'<meta charset="utf-8"><title>{escape(index.subject)}</title><style>{_STYLE}</style>'
    body = "\n".join(parts)
    return f'<!DOCTYPE html>\n<html lang="en"><head>{head}</head><body>\n{body}\n</body></html>\n'.encode()


class _Html(str):
    """Text that is markup already."""

    __slots__ = ()


def _at(position: int) -> _Html:
    return _Html(f'<a href="entries/{position}">{position}</a>')


def _cell(value: str | int) -> str:
    return value if isinstance(value, _Html) else escape(str(value))


def _table(heads: Sequence[str], rows: Iterable[Sequence[str | int]]) -> _Html:
    head = "".join(f"<th>{escape(name)}</th>" for name in heads)
    lines = ["".join(f"<td>{_cell(value)}</td>" for value in row) for row in rows]
    if not lines:
        return _Html("<p>Nothing.</p>")
    return _Html(f"<table><tr>{head}</tr>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>")


def _data(data: object) -> _Html:
    return _Html(f"<code>{escape(msgspec.json.encode(data).decode())}</code>")


def _ground(index: Index) -> str:
    found = index.state_hash
    books = ", ".join(
        f"{book.ruleset} from {book.effective_from} on ({_at(book.position)})" for book in index.rulesets
    )
    published = "none was published up to here"
    if index.published is not UNSET:
        verdict = {True: "agrees", False: "DIFFERS", None: "is of a format that was not compared"}
        said = index.published
        published = f"that of position {said.known_position}, published at {_at(said.position)}, {verdict[said.agrees]}"
    rows: list[tuple[str, str]] = [
        ("as known at", f"position {index.known_position}, recorded {index.recorded_at}"),
        ("checkpoint", f"{index.origin}, {index.size} entries, root {index.root}"),
        ("witnesses", ", ".join(index.witnesses) or "none; the policy asks for none"),
        ("rule book", _Html(f"{escape(index.ruleset)}; put in force: {books}")),
        ("state hash", f"{found.root} ({found.format}, {found.things} things, by the maker's own replay)"),
        ("published hash", _Html(published)),
    ]
    return _table(("", ""), rows)


def _authority(index: Index) -> Iterable[str]:
    for stream, acts in index.authority.items():
        yield f"<h2>Who issued and approved: {escape(stream)}</h2>"
        heads = ("position", "recorded", "what", "issued by", "approved by", "four eyes", "rule book")
        yield _table(heads, (_act(act) for act in acts))


def _act(act: Authority) -> tuple[str | int, ...]:
    issued, approved = act.issued, act.approved
    return (
        _at(issued.position),
        issued.recorded_at,
        act.type,
        _signed(issued),
        "" if approved is UNSET else _Html(f"{escape(_signed(approved))} at {_at(approved.position)}"),
        act.four_eyes.replace("_", " "),
        act.ruleset,
    )


def _signed(signed: Signed) -> str:
    return f"{signed.party} ({', '.join(signed.mandates) or 'no mandate'})"


def _declaration(told: Told) -> str:
    view = told.view
    account = view.account
    rows = [
        ("accepted", view.accepted_at),
        ("importer", f"{view.importer.scheme} {view.importer.id}"),
        ("status", view.status.replace("_", " ")),
        ("charged", f"{account.charged} {account.currency}"),
        ("to pay", f"{account.to_pay} {account.currency}"),
        ("to refund", f"{account.to_refund} {account.currency}"),
    ]
    steps = _table(
        ("position", "recorded", "what"),
        ((_at(act.position), act.recorded_at, act.type) for act in view.history),
    )
    name = escape(f"declaration/{view.member}/{view.reference}")
    items = "\n".join(_item(item, told.sentences[item.item.item_no]) for item in view.items)
    return f"<h2>{name}</h2>{_table(('', ''), rows)}{items}<h3>History</h3>{steps}"


def _item(item: ItemView, sentences: Sequence[str]) -> str:
    goods = item.item
    head = f"<h3>Item {goods.item_no}: {escape(goods.commodity_code)} from {escape(goods.origin)}</h3>"
    if item.assessment is UNSET:
        return f"{head}<p>No assessment stands.</p>"
    duty = item.assessment.duty
    lines = _table(
        ("duty", "exact", "amount", "rests on", "position"),
        (
            (
                line.kind.replace("_", " "),
                line.exact,
                f"{line.amount} {duty.currency}",
                f"{line.cites.legal_basis.act}, {line.cites.legal_basis.article}",
                _at(line.cites.position),
            )
            for line in duty.lines
        ),
    )
    said = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
    total = (
        f"<p>Assessed at {_at(item.assessment.position)} under rule book {escape(duty.ruleset)}, as known at position "
        f"{duty.known_position}: <b>{escape(duty.total)} {escape(duty.currency)}</b> ({duty.status}).</p>"
    )
    return f"{head}{total}{lines}<ol>{said}</ol>"
