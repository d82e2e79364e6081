"""Who gets in, and how: OAuth of machines and people, directory tokens, and the workspace's own pages."""

import base64
import hashlib
import html
import json
import os
import re
import secrets
import subprocess
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import DatabricksError, PermissionDenied

from conftest import arm
from pages import Person, administrator

AZURE_DATABRICKS = "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d/.default"
REDIRECT = "http://localhost:8020"


def me(host: str, token: str, **headers: str) -> requests.Response:
    return requests.get(f"{host}/api/2.0/preview/scim/v2/Me", headers={"Authorization": f"Bearer {token}", **headers}, timeout=30)


@pytest.fixture(scope="module")
def host(access) -> str:
    return access["DATABRICKS_HOST"]


@pytest.fixture(scope="module")
def admin(host) -> Person:
    person = Person()
    person.sign_in(f"{host}/login", *administrator())
    assert person.heading().startswith("Welcome"), person.page.text
    return person


@pytest.fixture(scope="module")
def stranger(credential) -> dict[str, str]:
    """A directory account whose only role is on a resource group that has nothing to do with the workspace."""
    token = credential.get_token("https://management.azure.com/.default").token
    arm("PUT", f"/subscriptions/{os.environ['AZURE_SUBSCRIPTION_ID']}/resourcegroups/elsewhere", token, {"location": os.environ["BRICKYARD_TEST_LOCATION"]}).raise_for_status()
    upn = f"stranger-{secrets.token_hex(4)}@{os.environ['BRICKYARD_TEST_DOMAIN']}"
    command = [os.environ["BRICKYARD_TEST_COMMAND"], "account", "create", upn, "--resource-group", "elsewhere", "--json"]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def test_a_service_principal_signs_in_with_its_client_secret(host):
    w = WorkspaceClient(host=host, client_id=os.environ["AZURE_CLIENT_ID"], client_secret=os.environ["AZURE_CLIENT_SECRET"], auth_type="oauth-m2m")
    assert w.current_user.me().user_name == os.environ["AZURE_CLIENT_ID"]


def test_a_wrong_client_secret_is_refused_in_the_directorys_own_words(host):
    w = WorkspaceClient(host=host, client_id=os.environ["AZURE_CLIENT_ID"], client_secret="wrong", auth_type="oauth-m2m")
    with pytest.raises(ValueError, match="AADSTS7000215"):
        w.current_user.me()


def test_a_directory_token_for_azure_databricks_is_taken_as_azures_tools_send_it(host, credential, service):
    token = credential.get_token(AZURE_DATABRICKS).token
    management = credential.get_token("https://management.azure.com/.default").token
    headers = {"X-Databricks-Azure-Workspace-Resource-Id": service.id, "X-Databricks-Azure-SP-Management-Token": management}
    assert me(host, token, **headers).status_code == 200
    elsewhere = me(host, token, **{"X-Databricks-Azure-Workspace-Resource-Id": "/subscriptions/x/another"})
    assert (elsewhere.status_code, elsewhere.json()["error_code"]) == (403, "PERMISSION_DENIED")


def test_a_directory_token_for_another_resource_is_refused(host, credential):
    answer = me(host, credential.get_token("https://management.azure.com/.default").token)
    assert (answer.status_code, answer.json()["error_code"]) == (401, "UNAUTHENTICATED")


def test_a_person_signs_in_a_program_by_code_and_pkce_once(host, admin):
    verifier = secrets.token_urlsafe(32)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    server = requests.get(f"{host}/oidc/.well-known/oauth-authorization-server", timeout=10).json()
    asked = {"client_id": "databricks-cli", "redirect_uri": REDIRECT, "response_type": "code", "state": "s1", "scope": "all-apis offline_access", "code_challenge": challenge, "code_challenge_method": "S256"}
    answer = admin.session.get(server["authorization_endpoint"], params=asked, allow_redirects=False, timeout=10)
    back = urlsplit(answer.headers["Location"])
    assert f"{back.scheme}://{back.netloc}" == REDIRECT and parse_qs(back.query)["state"] == ["s1"]
    redeem = {"grant_type": "authorization_code", "client_id": "databricks-cli", "redirect_uri": REDIRECT, "code": parse_qs(back.query)["code"][0], "code_verifier": verifier}
    tokens = requests.post(server["token_endpoint"], data=redeem, timeout=10).json()
    assert me(host, tokens["access_token"]).json()["userName"] == administrator()[0]
    assert requests.post(server["token_endpoint"], data=redeem, timeout=10).json()["error"] == "invalid_grant"
    refresh = {"grant_type": "refresh_token", "client_id": "databricks-cli", "refresh_token": tokens["refresh_token"]}
    assert requests.post(server["token_endpoint"], data=refresh, timeout=10).status_code == 400, "the second use of the code ended what came of it"


def test_a_code_goes_to_nobody_but_a_program_on_this_machine(host, admin):
    asked = {"client_id": "databricks-cli", "redirect_uri": "https://evil.example/", "response_type": "code", "code_challenge": "x", "code_challenge_method": "S256"}
    answer = admin.session.get(f"{host}/oidc/v1/authorize", params=asked, allow_redirects=False, timeout=10)
    assert answer.status_code == 400 and "Location" not in answer.headers


def test_the_home_page_shows_who_i_am_and_makes_a_token_that_works_until_revoked(host, admin):
    assert administrator()[0] in admin.go(host).text
    admin.submit("/tokens/create", comment="from the page", days="1")
    token = re.search(r"dapi[0-9a-f]{32}", admin.page.text).group()
    assert me(host, token).status_code == 200
    assert token not in admin.go(host).text
    row = re.search(r"from the page.*?name=\"token_id\" value=\"(\w+)\"", admin.page.text, re.S)
    admin.submit("/tokens/revoke", token_id=row.group(1))
    assert me(host, token).status_code == 401


def test_a_form_without_the_pages_own_proof_changes_nothing(host, admin):
    assert admin.session.post(f"{host}/tokens/create", data={"comment": "forged", "days": "1"}, timeout=10).status_code == 403
    assert "forged" not in admin.go(host).text


def test_declining_consent_leads_back_with_what_to_do(host, stranger):
    person = Person()
    person.sign_in(f"{host}/login", stranger["upn"], stranger["password"], consent="decline")
    person.go(html.unescape(re.search(r'href="([^"]*)"[^>]*>Back to', person.page.text).group(1)))
    assert person.page.url.startswith(host)
    assert "did not give your consent" in person.page.text and person.page.status_code == 403
    assert "/login" in person.go(host).history[0].headers["Location"]


def test_an_account_without_a_role_is_refused_by_name_until_an_administrator_adds_it(host, w, stranger):
    person = Person()
    person.sign_in(f"{host}/login", stranger["upn"], stranger["password"])
    assert person.page.status_code == 403
    assert f"{stranger['upn']} has no access to workspace" in person.page.text
    added = w.users.create(user_name=stranger["upn"], display_name="Sam Stranger")
    try:
        person.go(f"{host}/login")  # the directory still knows the person
        assert person.heading() == "Welcome, Sam Stranger", person.page.text
        person.submit("/tokens/create", comment="", days="1")
        token = re.search(r"dapi[0-9a-f]{32}", person.page.text).group()
        member = WorkspaceClient(host=host, token=token)
        assert "admins" not in [group.display for group in member.current_user.me().groups]
        with pytest.raises(PermissionDenied, match="allow-cluster-create"):
            member.clusters.create(spark_version=w.clusters.spark_versions().versions[0].key, node_type_id=w.clusters.list_node_types().node_types[0].node_type_id, num_workers=0)
        with pytest.raises(PermissionDenied, match="administrators"):
            list(member.token_management.list())
        assert list(member.clusters.list()) == []
    finally:
        w.users.delete(added.id)
    with pytest.raises(DatabricksError):
        member.current_user.me()
    assert "/login" in person.session.get(host, allow_redirects=False, timeout=10).headers["Location"]


def test_signing_out_ends_the_session_also_for_a_copied_cookie(host, admin):
    copied = admin.session.cookies.copy()
    admin.go(host)
    admin.submit("/logout")
    assert admin.heading() == "You are signed out"
    assert "/login" in requests.get(host, cookies=copied, allow_redirects=False, timeout=10).headers["Location"]
