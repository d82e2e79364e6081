"""Writes down which operations the official client really called during a test that passed.

Only a request that succeeded counts: a refusal, even one that the test asked for, proves little. The list is what COMPATIBILITY.md names its witnesses from.
"""

import json
import os
from urllib.parse import urlsplit

import pytest

_seen: list[tuple[str, str]] = []
_passed: dict[str, list[tuple[str, str]]] = {}


def watch(client) -> None:
    """Listens to the HTTP session of a WorkspaceClient."""

    def note(response, *_args, **_kwargs):
        if response.status_code < 400:
            _seen.append((response.request.method, urlsplit(response.request.url).path))

    client.api_client._api_client._session.hooks["response"].append(note)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    if report.when == "setup":
        return  # what a fixture called is proof for the test that needs it
    if report.when == "call":
        if report.passed:
            _passed[item.nodeid] = list(_seen)
        _seen.clear()


def pytest_sessionfinish():
    target = os.environ.get("BRICKYARD_TEST_WITNESSES")
    if not target:
        return
    with open(target, "a", encoding="utf-8") as file:
        for test, calls in _passed.items():
            for verb, path in dict.fromkeys(calls):
                file.write(json.dumps({"test": test, "verb": verb, "path": path}) + "\n")
