"""`dbutils.widgets`: inputs above a notebook. Names and arguments as `dbutils.widgets.help()` of Databricks gives them."""

from __future__ import annotations

from . import cell

WIDGET = 'application/vnd.brickyard.widget+json'


class WidgetNotDefined(KeyError):
    def __str__(self) -> str:
        return self.args[0]


class Widgets:
    """The workspace keeps the values and gives them to each command; here is what the notebook has defined."""

    def __init__(self) -> None:
        self._defined: dict[str, dict] = {}

    def text(self, name: str, defaultValue: str, label: str | None = None) -> None:
        self._define('text', name, defaultValue, None, label)

    def dropdown(self, name: str, defaultValue: str, choices, label: str | None = None) -> None:
        self._define('dropdown', name, defaultValue, choices, label)

    def combobox(self, name: str, defaultValue: str, choices, label: str | None = None) -> None:
        self._define('combobox', name, defaultValue, choices, label)

    def multiselect(self, name: str, defaultValue: str, choices, label: str | None = None) -> None:
        self._define('multiselect', name, defaultValue, choices, label)

    def get(self, name: str) -> str:
        given = cell.widgets()
        if name in given:
            return given[name]
        if name in self._defined:
            return self._defined[name]['defaultValue']
        raise WidgetNotDefined(f'No widget is named {name}. Define it first, for example with dbutils.widgets.text("{name}", "").')

    def getArgument(self, name: str, optional: str | None = None) -> str:
        try:
            return self.get(name)
        except WidgetNotDefined:
            if optional is None:
                raise
            return optional

    def getAll(self) -> dict[str, str]:
        return {name: self.get(name) for name in {**self._defined, **cell.widgets()}}

    def remove(self, name: str) -> None:
        given = cell.widgets().pop(name, None)
        if self._defined.pop(name, None) is None and given is None:
            raise WidgetNotDefined(f'No widget is named {name}.')
        _publish({'action': 'remove', 'name': name})

    def removeAll(self) -> None:
        self._defined.clear()
        cell.widgets().clear()
        _publish({'action': 'removeAll'})

    def help(self, _name: str | None = None) -> None:
        print(HELP)

    def __repr__(self) -> str:
        return HELP

    def _define(self, kind: str, name: str, default: str, choices, label: str | None) -> None:
        default = str(default)
        widget = {'name': name, 'type': kind, 'label': label or name, 'defaultValue': default}
        if choices is not None:
            widget['choices'] = [str(choice) for choice in choices]
            if kind != 'combobox' and any(one not in widget['choices'] for one in (default.split(',') if kind == 'multiselect' else [default])):
                raise ValueError(f'The default value of {name} must be one of its choices: {", ".join(widget["choices"])}.')
        if not name or not isinstance(name, str):
            raise ValueError('A widget needs a name.')
        self._defined[name] = widget
        _publish({'action': 'set', 'widget': {**widget, 'value': self.get(name)}})


HELP = """dbutils.widgets: inputs above the notebook; values are texts
  text(name, defaultValue, label) dropdown(name, defaultValue, choices, label) combobox(…) multiselect(…)
  get(name) getArgument(name, optional) getAll() remove(name) removeAll()"""


def _publish(change: dict) -> None:
    from IPython.display import publish_display_data

    publish_display_data({WIDGET: change})
