"""The command that runs now: its id, and what the workspace gave it beside its code."""

from __future__ import annotations

command: str | None = None
parameters: dict = {}


def begins(message: dict) -> None:
    global command, parameters
    command = message.get('header', {}).get('msg_id')
    parameters = (message.get('metadata') or {}).get('brickyard') or {}


def rows() -> int:
    """Most rows of a shown table, unless a call says otherwise."""
    return int(parameters.get('rows') or 1000)


def widgets() -> dict[str, str]:
    """The values of widgets as the command was given them."""
    return parameters.setdefault('widgets', {})
