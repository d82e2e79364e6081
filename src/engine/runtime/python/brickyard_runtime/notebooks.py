"""`dbutils.notebook` and `dbutils.library`."""

from __future__ import annotations

from . import ask

EXIT = 'application/vnd.brickyard.exit+json'


class NotebookExit(BaseException):
    """Ends the cell, and with it the run of the notebook. Not an Exception, so that a cell's own `except` does not stop it."""


class Notebooks:
    def run(self, path: str, timeout_seconds: int = 0, arguments: dict | None = None) -> str:
        """Runs another notebook in a context of its own; answers what it gave to `exit`."""
        given = {str(name): str(value) for name, value in (arguments or {}).items()}
        return ask.ask('notebook.run', path=str(path), timeoutSeconds=int(timeout_seconds), arguments=given)

    def exit(self, value='') -> None:
        raise NotebookExit(str(value))

    def help(self, _name: str | None = None) -> None:
        print(HELP)

    def __repr__(self) -> str:
        return HELP


class Library:
    def restartPython(self) -> None:
        """A new Python for this notebook. Does not come back: the cell ends here."""
        ask.ask('restartPython')
        import time

        time.sleep(60)

    def help(self, _name: str | None = None) -> None:
        print(HELP)

    def __repr__(self) -> str:
        return HELP


HELP = """dbutils.notebook: run(path, timeout_seconds=0, arguments={}) -> str   exit(value)
dbutils.library: restartPython()"""


def install(shell) -> None:
    """`exit` is no error: the value is told, and the cell ends quietly."""

    def told(_shell, _type, value, _trace, tb_offset=None):
        from IPython.display import publish_display_data

        publish_display_data({EXIT: {'value': str(value)}})
        print(f'Notebook exited: {value}')

    shell.set_custom_exc((NotebookExit,), told)
