"""A person at the real sign-in pages: reads forms, fills them in, presses a button. No scripts are needed there."""

import os
import re
from html.parser import HTMLParser
from urllib.parse import urljoin

import requests


class _Forms(HTMLParser):
    def __init__(self):
        super().__init__()
        self.forms: list[dict] = []

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "form":
            self.forms.append({"action": given.get("action", ""), "fields": {}, "buttons": []})
        elif self.forms and tag == "input" and given.get("name") and given.get("type") != "checkbox":
            self.forms[-1]["fields"][given["name"]] = given.get("value") or ""
        elif self.forms and tag == "button":
            self.forms[-1]["buttons"].append((given.get("name"), given.get("value")))


class Person:
    """One browser window."""

    def __init__(self):
        self.session = requests.Session()
        self.page: requests.Response | None = None

    def go(self, url: str, **options) -> requests.Response:
        self.page = self.session.get(url, timeout=30, **options)
        return self.page

    def heading(self) -> str:
        return next(iter(re.findall(r"<h1[^>]*>(.*?)</h1>", self.page.text)), "")

    def submit(self, action: str = "", press: str | None = None, **fields: str) -> requests.Response:
        """Sends the first form whose address contains `action`; `press` is the value of the button."""
        parser = _Forms()
        parser.feed(self.page.text)
        form = next(each for each in parser.forms if action in each["action"])
        button = next(((name, value) for name, value in form["buttons"] if press is None or value == press), (None, None))
        data = {**form["fields"], **fields, **({button[0]: button[1]} if button[0] else {})}
        self.page = self.session.post(urljoin(self.page.url, form["action"]), data=data, timeout=30)
        return self.page

    def call(self, method: str, host: str, path: str, body: dict | None = None, **headers: str) -> requests.Response:
        """What a page of the workspace asks for with the person's session."""
        own = {"x-brickyard-browser": "1", "Origin": host, "Sec-Fetch-Site": "same-origin"}
        return self.session.request(method, f"{host}{path}", json=body, headers={**own, **headers}, timeout=30)

    def here(self, host: str) -> dict:
        """Who the workspace says one is."""
        return self.call("GET", host, "/api/2.0/brickyard/here").json()["me"]

    def sign_in(self, start: str, user_name: str, password: str, consent: str = "accept") -> requests.Response:
        """From any page that leads to the directory's sign-in, through it, to where it leads back to."""
        self.go(start)
        self.submit(username=user_name)
        self.submit(password=password)
        if "Permissions requested" in self.page.text:
            self.submit(press=consent)
        return self.page


def administrator() -> tuple[str, str]:
    return os.environ["BRICKYARD_ADMIN_UPN"], os.environ["BRICKYARD_ADMIN_PASSWORD"]
