"""TCP ports of this machine's own address: is one free, and which one is."""

import errno
import socket

from bloc.trouble import Trouble

LOOPBACK = "127.0.0.1"


def free_port() -> int:
    """A port that was free a moment ago. Another program may take it before we do; then the start fails plainly."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    """Whether a server could listen on the port now."""
    with socket.socket() as probe:
        # As servers do: connections of an earlier server that are still closing do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            if error.errno in {errno.EADDRINUSE, errno.EACCES}:
                return False
            raise
    return True


def chosen_port(port: int, option: str) -> int:
    """The port asked for, checked; 0 asks for any. Raises Trouble naming the option when it is taken."""
    if port == 0:
        return free_port()
    if not is_free(port):
        raise Trouble(
            f"Port {port} is in use (or reserved).", f"Stop what uses it, or choose another with {option}."
        )
    return port
