"""Runs a program whose output a cell shows as it comes."""

from __future__ import annotations

import codecs
import os
import selectors
import signal
import subprocess
import sys
import time


def stream(command: list[str], env: dict[str, str] | None = None) -> int:
    """Answers the exit code. An interrupt ends the program and all that it started."""
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True, env=env)
    try:
        copy(child)
        return child.wait()
    except BaseException:
        end_group(child)
        raise
    finally:
        for pipe in (child.stdout, child.stderr):
            pipe.close()


def copy(child: subprocess.Popen) -> None:
    selector = selectors.DefaultSelector()
    for pipe, to in ((child.stdout, sys.stdout), (child.stderr, sys.stderr)):
        os.set_blocking(pipe.fileno(), False)
        selector.register(pipe, selectors.EVENT_READ, (to, codecs.getincrementaldecoder('utf-8')('replace')))
    while selector.get_map():
        ready = selector.select(0.1)
        for key, _events in ready:
            to, decoder = key.data
            data = os.read(key.fd, 65536)
            text = decoder.decode(data, final=not data)
            if text:
                to.write(text)
                to.flush()
            if not data:
                selector.unregister(key.fileobj)
        # What it left in the background may hold the pipes for ever.
        if not ready and child.poll() is not None:
            return


def end_group(child: subprocess.Popen) -> None:
    for wanted in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(child.pid, wanted)
        except ProcessLookupError:
            break
        until = time.monotonic() + 2
        while child.poll() is None and time.monotonic() < until:
            time.sleep(0.02)
    child.wait()
