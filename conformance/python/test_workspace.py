"""A workspace as the official client meets it before any cluster runs."""

import pytest
import requests
from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import DatabricksError, InvalidParameterValue, NotFound, NotImplemented, Unauthenticated


def test_the_caller_is_known_and_the_answer_names_the_workspace(w, access, service):
    me = w.current_user.me()
    assert "@" in me.user_name
    answer = requests.get(f"{access['DATABRICKS_HOST']}/api/2.0/preview/scim/v2/Me", headers={"Authorization": f"Bearer {access['DATABRICKS_TOKEN']}"}, timeout=10)
    assert answer.headers["X-Databricks-Org-Id"] == service.properties.workspace_id
    assert w.get_workspace_id() == int(service.properties.workspace_id)


def test_the_configuration_is_public_and_names_the_oidc_endpoint(access):
    config = requests.get(f"{access['DATABRICKS_HOST']}/.well-known/databricks-config", timeout=10).json()
    assert config["oidc_endpoint"].startswith(access["DATABRICKS_HOST"])


def test_a_token_is_made_listed_and_dies_the_moment_it_is_revoked(w, access):
    made = w.tokens.create(comment="for a moment", lifetime_seconds=600)
    other = WorkspaceClient(host=access["DATABRICKS_HOST"], token=made.token_value)
    assert other.current_user.me().user_name == w.current_user.me().user_name
    assert made.token_info.token_id in [each.token_id for each in w.tokens.list()]
    w.tokens.delete(made.token_info.token_id)
    with pytest.raises(DatabricksError):
        other.current_user.me()
    assert made.token_info.token_id not in [each.token_id for each in w.tokens.list()]


def test_a_wrong_token_is_refused(access):
    with pytest.raises((Unauthenticated, DatabricksError)):
        WorkspaceClient(host=access["DATABRICKS_HOST"], token="dapi00000000000000000000000000000000").current_user.me()


def test_versions_zones_and_a_limited_list_of_machine_types_are_offered(w):
    versions = w.clusters.spark_versions().versions
    types = w.clusters.list_node_types().node_types
    zones = w.clusters.list_zones()
    assert any("4.2" in version.name or "4.2" in version.key for version in versions)
    assert all(each.num_cores > 0 and each.memory_mb > 0 for each in types) and 2 < len(types) < 60
    assert zones.zones is not None


def test_what_is_not_built_yet_says_so_by_name(w):
    with pytest.raises(NotImplemented, match="(?i)jobs.*create"):
        w.jobs.create(name="later")


def test_an_unknown_path_is_not_found(access):
    answer = requests.get(f"{access['DATABRICKS_HOST']}/api/2.0/no/such/thing", headers={"Authorization": f"Bearer {access['DATABRICKS_TOKEN']}"}, timeout=10)
    assert (answer.status_code, answer.json()["error_code"]) == (404, "ENDPOINT_NOT_FOUND")


def test_a_wrong_body_is_refused_with_the_name_of_the_field(w):
    with pytest.raises(InvalidParameterValue, match="spark_version"):
        w.api_client.do("POST", "/api/2.1/clusters/create", body={"num_workers": 1})


def test_a_cluster_that_does_not_exist_is_not_found(w):
    with pytest.raises((NotFound, InvalidParameterValue), match="does not exist"):
        w.clusters.get("0000-000000-nothing1")


def test_users_and_service_principals_can_be_listed(w):
    assert w.current_user.me().user_name in [user.user_name for user in w.users.list()]
    list(w.service_principals.list())
