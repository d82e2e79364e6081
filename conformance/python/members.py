"""A second person: a directory account without any role, added to the workspace, signed in there, with a token of their own."""

import json
import os
import secrets
import subprocess
from dataclasses import dataclass

from databricks.sdk import WorkspaceClient

from conftest import arm
from pages import Person


@dataclass
class Member:
    id: str
    user_name: str
    client: WorkspaceClient
    person: Person


def new_member(w: WorkspaceClient, credential, name: str) -> Member:
    token = credential.get_token("https://management.azure.com/.default").token
    group = f"/subscriptions/{os.environ['AZURE_SUBSCRIPTION_ID']}/resourcegroups/elsewhere"
    arm("PUT", group, token, {"location": os.environ["BRICKYARD_TEST_LOCATION"]}).raise_for_status()
    upn = f"{name}-{secrets.token_hex(4)}@{os.environ['BRICKYARD_TEST_DOMAIN']}"
    command = [os.environ["BRICKYARD_TEST_COMMAND"], "account", "create", upn, "--resource-group", "elsewhere", "--json"]
    account = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    added = w.users.create(user_name=account["upn"], display_name=name.capitalize())
    person = Person()
    person.sign_in(f"{w.config.host}/login", account["upn"], account["password"])
    made = person.call("POST", w.config.host, "/api/2.0/token/create", {"comment": "conformance", "lifetime_seconds": 86_400})
    assert made.status_code == 200, made.text
    return Member(added.id, account["upn"], WorkspaceClient(host=w.config.host, token=made.json()["token_value"]), person)
