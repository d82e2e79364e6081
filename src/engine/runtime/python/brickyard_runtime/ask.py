"""Questions to the driver's agent, which answers them or hands them on to the workspace."""

from __future__ import annotations

import itertools
import json
import os
import socket
import threading

from . import cell

_line: socket.socket | None = None
_rest = b''
_turn = threading.Lock()
_ids = itertools.count(1)


class Refused(RuntimeError):
    """The answer was no; the message says why."""


def connect() -> None:
    """Opens the line. Its name is relative to the folder in which a kernel starts, because a socket's path must be short."""
    global _line
    path = os.environ.get('BRICKYARD_ASK')
    if path:
        _line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        _line.connect(path)


def ask(name: str, **body) -> str:
    """Waits for the answer; an interrupt leaves, and the late answer is thrown away."""
    if _line is None:
        raise Refused(f'{name} needs a cluster of a workspace')
    number = next(_ids)
    with _turn:
        _line.sendall((json.dumps({'id': number, 'command': cell.command, 'name': name, 'body': body}) + '\n').encode())
        while True:
            answer = _next()
            if answer.get('id') == number:
                break
    if not answer.get('ok'):
        raise Refused(answer.get('message') or f'{name} was refused')
    return answer.get('value') or ''


def _next() -> dict:
    global _rest
    while b'\n' not in _rest:
        part = _line.recv(65536)
        if not part:
            raise Refused('The agent of this cluster has gone')
        _rest += part
    line, _rest = _rest.split(b'\n', 1)
    return json.loads(line)
