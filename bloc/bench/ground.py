"""The ground that benchmarks stand on: a whole bloc with the demo's members, catalogue, measures and floors."""

from bloc.demo.chapters import acts, catalogue, floors, measures, members, reserve
from bloc.demo.play import Stage, play
from bloc.demo.stage import introductions


async def prepare(stage: Stage) -> None:
    """Record everything that declarations and drawdowns rest on, through the public interfaces."""
    stocks = reserve.posts()[:3]  # capital, targets, commitments and lots; no drawdown yet
    chapters = (
        introductions(stage),
        members.chapter(),
        catalogue.chapter(),
        acts.chapter(),
        measures.chapter(),
        floors.chapter(),
        reserve.chapter_of(stocks),
    )
    for chapter in chapters:
        await play(stage, chapter, lambda _: None)
