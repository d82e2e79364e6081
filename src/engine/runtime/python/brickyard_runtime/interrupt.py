"""Interrupts that name their command, so that one that comes too early or too late is not lost and strikes no other."""

from __future__ import annotations

import signal
from contextlib import contextmanager


class Interrupts:
    """
    The agent writes `<command> <n>` to a file and sends SIGINT, again and again until the command has ended. KeyboardInterrupt is
    raised once for each such pair, and only while code of exactly that command runs; in all other moments a signal does nothing.
    """

    def __init__(self, shell, path: str | None):
        self._shell = shell
        self._path = path
        self._command: str | None = None
        self._done: str | None = None
        self._waiting = None

    def install(self) -> None:
        """Takes SIGINT for good: PySpark's own handler would end everybody's jobs, ipykernel's a kernel that is idle."""
        kernel = self._shell.kernel
        kernel.pre_handler_hook = kernel.post_handler_hook = lambda: None
        kernel._cancel_on_sigint = self._awaited
        signal.signal(signal.SIGINT, self._handle)

    def begins(self, command: str) -> None:
        self._command = command
        # A library may have taken it in the meantime.
        signal.signal(signal.SIGINT, self._handle)

    def ends(self) -> None:
        self._command = None

    def _handle(self, _number, frame) -> None:
        wanted = self._wanted()
        if wanted is None or wanted == self._done or wanted.partition(' ')[0] != self._command:
            return
        if self._is_user_code(frame):
            self._done = wanted
            abandon_java_call(frame)
            raise KeyboardInterrupt
        future = self._waiting
        if future is not None and not future.done():
            self._done = wanted
            future.get_loop().call_soon_threadsafe(future.cancel)

    def _wanted(self) -> str | None:
        if self._path is None:
            return None
        try:
            with open(self._path, encoding='utf-8') as file:
                return file.read().strip() or None
        except OSError:
            return None

    def _is_user_code(self, frame) -> bool:
        """Is a cell's own code on the stack? IPython catches what is raised there, and nowhere else."""
        runner, names = type(self._shell).run_code.__code__, self._shell.user_global_ns
        while frame is not None and frame.f_back is not None:
            if frame.f_back.f_code is runner and frame.f_globals is names:
                return True
            frame = frame.f_back
        return False

    @contextmanager
    def _awaited(self, future):
        """A cell that awaits has no frame on the stack: its task is cancelled instead."""
        self._waiting = future
        try:
            yield
        finally:
            self._waiting = None


def abandon_java_call(frame) -> None:
    """A call to the JVM that is left half-way would give its answer to the next one: that one shall open a new connection."""
    while frame is not None:
        if frame.f_code.co_name == 'send_command' and frame.f_code.co_filename.endswith('clientserver.py'):
            connection = frame.f_locals.get('self')
            threads = getattr(getattr(connection, 'java_client', None), 'thread_connection', None)
            if threads is not None:
                threads.connection = None
        frame = frame.f_back
