"""Exits with 1 if this process can reach anything but itself: makes sure that a test "without a network" is one."""

import socket
import sys


def interfaces() -> list[str]:
    """The names of the network interfaces, the loopback left out."""
    return [name for _, name in socket.if_nameindex() if name != "lo"]


if __name__ == "__main__":
    sys.exit(f"there is a network: {interfaces()}" if interfaces() else 0)
