"""Python loads this file by itself when it begins. From here on nothing but this machine can be reached."""

import socket

_connect = socket.socket.connect
_getaddrinfo = socket.getaddrinfo


def _is_here(host):
    name = host.decode() if isinstance(host, bytes) else host
    return name is None or name in ("", "localhost", "::1") or name.endswith(".localhost") or name.startswith("127.")


def _refuse(host):
    raise OSError(f"{host} is not on this machine, and nothing else may be reached from here")


def _guarded_connect(self, address):
    if isinstance(address, tuple) and not _is_here(address[0]):
        _refuse(address[0])
    return _connect(self, address)


def _guarded_getaddrinfo(host, *rest, **named):
    if not _is_here(host):
        _refuse(host)
    return _getaddrinfo(host, *rest, **named)


socket.socket.connect = _guarded_connect
socket.getaddrinfo = _guarded_getaddrinfo
