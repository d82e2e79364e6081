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
    assert person.page.url.startswith(f"{host}/") and person.here(host)["admin"], person.page.text
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


def test_a_session_makes_a_token_that_works_until_revoked(host, admin):
    assert admin.here(host)["user_name"] == administrator()[0]
    made = admin.call("POST", host, "/api/2.0/token/create", {"comment": "from the page", "lifetime_seconds": 86_400}).json()
    assert me(host, made["token_value"]).status_code == 200
    listed = admin.call("GET", host, "/api/2.0/token/list")
    assert made["token_value"] not in listed.text and "from the page" in listed.text
    assert admin.call("POST", host, "/api/2.0/token/delete", {"token_id": made["token_info"]["token_id"]}).status_code == 200
    assert me(host, made["token_value"]).status_code == 401


@pytest.mark.parametrize("wrong", [{"x-brickyard-browser": "0"}, {"Origin": "https://localhost:1"}, {"Sec-Fetch-Site": "same-site"}])
def test_a_session_without_the_proof_of_our_own_page_changes_nothing(host, admin, wrong):
    answer = admin.call("POST", host, "/api/2.0/token/create", {"comment": "forged"}, **wrong)
    assert (answer.status_code, answer.json()["error_code"]) == (403, "PERMISSION_DENIED")
    assert admin.call("POST", host, "/logout", None, **wrong).status_code == 403
    assert "forged" not in admin.call("GET", host, "/api/2.0/token/list").text


def test_every_address_is_the_applications_page_and_leads_back_after_the_sign_in(host, admin):
    page = admin.go(f"{host}/compute/new?from=here")
    assert page.status_code == 200 and page.headers["Content-Type"].startswith("text/html")
    assert "script-src 'self'" in page.headers["Content-Security-Policy"] and "unsafe-inline" not in page.headers["Content-Security-Policy"]
    sent = requests.get(f"{host}/compute/new?from=here", allow_redirects=False, timeout=10)
    assert sent.headers["Location"] == "/login?next=%2Fcompute%2Fnew%3Ffrom%3Dhere"
    assert admin.call("GET", host, "/api/2.0/no/such/thing").status_code == 404
    assert admin.session.get(f"{host}/compute", headers={"Accept": "application/json"}, timeout=10).status_code == 404


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
        assert person.here(host)["display_name"] == "Sam Stranger", person.page.text
        token = person.call("POST", host, "/api/2.0/token/create", {"lifetime_seconds": 86_400}).json()["token_value"]
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
    assert admin.call("POST", host, "/logout").status_code == 204
    admin.go(f"{host}/signed-out")
    assert admin.heading() == "You are signed out"
    assert "/login" in requests.get(host, cookies=copied, allow_redirects=False, timeout=10).headers["Location"]
