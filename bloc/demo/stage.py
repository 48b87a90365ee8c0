"""Set the stage: keys for every party of the cast, and a `Stage` to play on. The demo and the benchmarks use it."""

from time import time

from bloc.client import Bloc
from bloc.demo import cast
from bloc.demo.memory import Memory
from bloc.demo.play import Stage
from bloc.demo.telling import Chapter
from bloc.keyfiles import load_key, new_key, parties_with_keys
from bloc.stack import Stack
from contracts.identity.possession import prove_possession


def set_stage(stack: Stack, bloc: Bloc) -> Stage:
    """Make the keys that are missing and gather all of them. The founding keys founded the bloc."""
    folder = stack.keys_folder
    there = set(parties_with_keys(folder))
    keys = {cast.SECRETARIAT: stack.keys.secretariat, cast.TARIFFS: stack.keys.services["tariffs"]}
    for partner in cast.PARTNERS:
        party = partner.party
        keys[party] = load_key(folder, party) if party in there else new_key(folder, party)
    return Stage(bloc=bloc, keys=keys, partner_nats_url=stack.nats_url("partner"), memory=Memory())


def introductions(stage: Stage) -> Chapter:
    """The chapter in which every party proves that it holds its key and gets its mandate."""
    issued_at = int(time())
    jwks = {p: {"kty": k.jwk.kty, "crv": k.jwk.crv, "x": k.jwk.x} for p, k in stage.keys.items()}
    proofs = {
        party: prove_possession(key, stage.bloc.origin, party, issued_at=issued_at)
        for party, key in stage.keys.items()
    }
    return cast.introductions(jwks, proofs)
