"""The published language of the bloc: what partners sign, what travels, what is stored and served.

Both services, the command `bloc` and any other implementation read the same definitions here and share
nothing else. This package imports only the standard library, msgspec and immutables (and, for identity,
cryptography), so that a partner can take it without taking a service.
"""
