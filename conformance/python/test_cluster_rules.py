"""What the API promises of clusters besides running Spark. No test here waits for a machine."""

import os

import grpc
import pytest
import requests
from databricks.sdk.errors import DatabricksError, InvalidParameterValue, InvalidState, NotImplemented, ResourceDoesNotExist
from databricks.sdk.service.compute import ClusterSource, ListClustersFilterBy, ListClustersSortBy, ListClustersSortByField, State


@pytest.fixture(scope="module")
def pending(w, smallest):
    """A cluster that is being made, and is gone afterwards."""
    made = w.clusters.create(
        cluster_name="rules", num_workers=0, autotermination_minutes=45, custom_tags={"team": "sea"}, spark_conf={"spark.sql.shuffle.partitions": "3"},
        spark_env_vars={"GREETING": "hello"}, **smallest,
    )
    yield made.cluster_id
    w.clusters.permanent_delete(made.cluster_id)


def test_a_cluster_gives_back_what_it_was_told(w, pending, smallest):
    shown = w.clusters.get(pending)
    assert (shown.cluster_name, shown.num_workers, shown.autotermination_minutes, shown.spark_version) == ("rules", 0, 45, smallest["spark_version"])
    assert shown.custom_tags == {"team": "sea"} and shown.spark_conf == {"spark.sql.shuffle.partitions": "3"} and shown.spark_env_vars == {"GREETING": "hello"}
    assert shown.default_tags["ClusterId"] == pending and shown.cluster_source == ClusterSource.API
    assert shown.creator_user_name == w.current_user.me().user_name


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"spark_version": "1.6"}, "spark_version"),
        ({"node_type_id": "Standard_Huge"}, "node_type_id.*Standard_Huge"),
        ({"num_workers": -1}, "num_workers"),
        ({"autotermination_minutes": 5}, "autotermination_minutes"),
        ({"spark_conf": {"a": 1}}, "spark_conf"),
        ({"num_workers": None}, "num_workers"),
    ],
)
def test_a_wrong_description_is_refused_and_the_field_named(w, smallest, wrong, message):
    body = {"num_workers": 0, **smallest, **wrong}
    with pytest.raises(InvalidParameterValue, match=message):
        w.api_client.do("POST", "/api/2.1/clusters/create", body={key: value for key, value in body.items() if value is not None})


@pytest.mark.parametrize(
    "field", [{"docker_image": {"url": "x"}}, {"instance_pool_id": "p"}, {"policy_id": "p"}, {"cluster_log_conf": {"dbfs": {"destination": "dbfs:/logs"}}}, {"runtime_engine": "PHOTON"}]
)
def test_what_a_cluster_cannot_have_yet_is_refused_by_name(w, smallest, field):
    with pytest.raises(NotImplemented, match=next(iter(field))):
        w.api_client.do("POST", "/api/2.1/clusters/create", body={"num_workers": 0, **smallest, **field})


def test_an_idempotency_token_makes_one_cluster(w, smallest):
    body = {"num_workers": 0, "cluster_name": "once", "idempotency_token": "conformance-once", **smallest}
    first = w.api_client.do("POST", "/api/2.1/clusters/create", body=body)
    second = w.api_client.do("POST", "/api/2.1/clusters/create", body=body)
    assert first == second
    w.clusters.permanent_delete(first["cluster_id"])


@pytest.mark.parametrize("verb", ["start", "resize", "restart", "pause"])
def test_a_verb_in_the_wrong_state_is_refused_with_the_state(w, pending, verb):
    if w.clusters.get(pending).state != State.PENDING:
        pytest.skip("the cluster already runs")
    body = {"cluster_id": pending, **({"num_workers": 1} if verb == "resize" else {})}
    with pytest.raises(InvalidState, match="unexpected state Pending"):
        w.api_client.do("POST", f"/api/2.1/clusters/{verb}", body=body)


@pytest.mark.parametrize("verb", ["start", "restart", "delete", "permanent-delete", "pin", "pause", "events"])
def test_an_unknown_cluster_is_said_not_to_exist(w, verb):
    with pytest.raises(DatabricksError, match="Cluster 1234-nothing does not exist"):
        w.api_client.do("POST", f"/api/2.1/clusters/{verb}", body={"cluster_id": "1234-nothing"})


def test_an_unknown_cluster_is_the_sdks_own_error(w):
    with pytest.raises(ResourceDoesNotExist):
        w.clusters.get("1234-nothing")


def test_the_older_paths_answer_too(w, access, pending):
    headers = {"Authorization": f"Bearer {access['DATABRICKS_TOKEN']}"}
    shown = requests.get(f"{access['DATABRICKS_HOST']}/api/2.0/clusters/get", params={"cluster_id": pending}, headers=headers, timeout=10).json()
    assert shown["cluster_id"] == pending
    assert pending in [each["cluster_id"] for each in requests.get(f"{access['DATABRICKS_HOST']}//api/2.0/clusters/list/", headers=headers, timeout=10).json()["clusters"]]


def test_lists_are_filtered_sorted_and_paged(w, pending):
    assert pending in [each.cluster_id for each in w.clusters.list(filter_by=ListClustersFilterBy(cluster_sources=[ClusterSource.API]), page_size=1)]
    assert pending not in [each.cluster_id for each in w.clusters.list(filter_by=ListClustersFilterBy(cluster_states=[State.RESIZING]))]
    names = [each.cluster_name for each in w.clusters.list(sort_by=ListClustersSortBy(field=ListClustersSortByField.CLUSTER_NAME))]
    assert names == sorted(names)


def test_a_pinned_cluster_comes_first(w, pending):
    w.clusters.pin(pending)
    assert next(iter(w.clusters.list())).cluster_id == pending
    assert [each.cluster_id for each in w.clusters.list(filter_by=ListClustersFilterBy(is_pinned=True))] == [pending]
    w.clusters.unpin(pending)
    assert list(w.clusters.list(filter_by=ListClustersFilterBy(is_pinned=True))) == []


def test_events_tell_the_story_in_both_orders(w, pending):
    newest = [event.type.value for event in w.clusters.events(pending)]
    oldest = w.api_client.do("POST", "/api/2.1/clusters/events", body={"cluster_id": pending, "order": "ASC", "page_size": 1})
    assert oldest["events"][0]["type"] == "CREATING" == newest[-1]
    assert oldest["total_count"] >= len(oldest["events"]) and oldest["next_page_token"] != ""


def test_commands_need_a_running_cluster_and_say_so(w, pending):
    if w.clusters.get(pending).state != State.PENDING:
        pytest.skip("the cluster already runs")
    with pytest.raises(InvalidState, match="unexpected state Pending"):
        w.api_client.do("POST", "/api/1.2/contexts/create", body={"clusterId": pending, "language": "python"})


def test_a_command_in_a_language_that_is_not_there_is_refused_by_name(w, pending):
    with pytest.raises(NotImplemented, match="R"):
        w.api_client.do("POST", "/api/1.2/contexts/create", body={"clusterId": pending, "language": "r"})


@pytest.mark.parametrize(
    ("token", "cluster", "status"),
    [
        ("dapi00000000000000000000000000000000", "pending", grpc.StatusCode.UNAUTHENTICATED),
        (None, "1234-nothing", grpc.StatusCode.NOT_FOUND),
        (None, "pending", grpc.StatusCode.FAILED_PRECONDITION),
        (None, None, grpc.StatusCode.INVALID_ARGUMENT),
    ],
)
def test_spark_connect_refuses_with_the_status_that_fits(w, access, pending, token, cluster, status):
    if status == grpc.StatusCode.FAILED_PRECONDITION and w.clusters.get(pending).state != State.PENDING:
        pytest.skip("the cluster already runs")
    metadata = [("authorization", f"Bearer {token or access['DATABRICKS_TOKEN']}")]
    if cluster:
        metadata.append(("x-databricks-cluster-id", pending if cluster == "pending" else cluster))
    with open(os.environ["GRPC_DEFAULT_SSL_ROOTS_FILE_PATH"], "rb") as authorities:
        credentials = grpc.ssl_channel_credentials(authorities.read())
    with grpc.secure_channel(access["DATABRICKS_HOST"].removeprefix("https://"), credentials) as channel:
        with pytest.raises(grpc.RpcError) as refused:
            channel.unary_unary("/spark.connect.SparkConnectService/Config")(b"", metadata=metadata, timeout=20)
    assert refused.value.code() == status, refused.value.details()


def test_machines_that_do_not_fit_are_refused_with_the_clouds_numbers(w):
    largest = max(w.clusters.list_node_types().node_types, key=lambda each: each.num_cores)
    made = w.clusters.create(cluster_name="too big", num_workers=200, spark_version=w.clusters.spark_versions().versions[0].key, node_type_id=largest.node_type_id)
    ended = w.clusters.wait_get_cluster_terminated(made.cluster_id)
    assert ended.termination_reason.code.value == "AZURE_QUOTA_EXCEEDED_EXCEPTION" and ended.termination_reason.type.value == "CLIENT_ERROR"
    assert any(letter.isdigit() for letter in ended.state_message)
    assert [event.type.value for event in w.clusters.events(made.cluster_id)][0] == "TERMINATING"
    w.clusters.permanent_delete(made.cluster_id)
