"""The transparency log: the Merkle tree of RFC 6962 and the C2SP formats around it, to make and to check.

Everything here is pure: bytes in, values out. A verifier needs this package, `identity` and nothing that runs.
"""
