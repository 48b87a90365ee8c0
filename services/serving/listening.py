"""Who can reach a service. Nothing asks yet who is reading, so it listens on its own machine unless told otherwise."""

from ipaddress import ip_address


def fault_of_open_reads(variable: str, host: str, *, allowed: bool) -> str:
    """Why a service must not listen on `host`, which `variable` named, as a sentence that says what to do; or ""."""
    if allowed or is_loopback(host):
        return ""
    return (
        f"{variable} is {host}: everybody who reaches this address could read everything. "
        "Listen on 127.0.0.1, or set BLOC_ALLOW_OPEN_READS=1 if that is meant."
    )


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach `host`."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
