"""What every test here gets: a workspace that Azure's SDK made, and the official Databricks client signed in to it.

The suite knows addresses and credentials from its environment and imports nothing of the product.
"""

import json
import os
import subprocess

import pytest
import requests
from azure.identity import ClientSecretCredential
from azure.mgmt.databricks import AzureDatabricksManagementClient
from databricks.sdk import WorkspaceClient
from databricks.sdk.service.compute import ClusterDetails, CommandStatus, Language

GROUP = "conformance-python"
# What may differ between one kind of machines and another.
ABOUT_MACHINES = {"test_clusters.py", "test_kernels.py", "test_cluster_rules.py"}
pytest_plugins = ["witnesses"]


def arm(method: str, path: str, token: str, body: dict | None = None) -> requests.Response:
    url = f"{os.environ['ARM_ENDPOINT']}{path}?api-version=2024-03-01"
    return requests.request(method, url, headers={"Authorization": f"Bearer {token}"}, json=body, timeout=60)


@pytest.fixture(scope="session")
def credential() -> ClientSecretCredential:
    return ClientSecretCredential(
        os.environ["AZURE_TENANT_ID"],
        os.environ["AZURE_CLIENT_ID"],
        os.environ["AZURE_CLIENT_SECRET"],
        authority=os.environ["AZURE_AUTHORITY_HOST"],
        disable_instance_discovery=True,
    )


@pytest.fixture(scope="session")
def service(credential):
    """An Azure Databricks service in a resource group of its own; both are gone afterwards."""
    location = os.environ["BRICKYARD_TEST_LOCATION"]
    subscription = os.environ["AZURE_SUBSCRIPTION_ID"]
    endpoint = os.environ["ARM_ENDPOINT"]
    scope = "https://management.azure.com/.default"
    path = f"/subscriptions/{subscription}/resourcegroups/{GROUP}"
    arm("PUT", path, credential.get_token(scope).token, {"location": location}).raise_for_status()
    services = AzureDatabricksManagementClient(credential, subscription, base_url=endpoint, credential_scopes=[scope], polling_interval=1)
    made = services.workspaces.begin_create_or_update(
        GROUP,
        "python",
        {
            "location": location,
            "sku": {"name": "premium"},
            "properties": {"computeMode": "Hybrid", "managedResourceGroupId": f"/subscriptions/{subscription}/resourceGroups/{GROUP}-managed"},
        },
    ).result(timeout=120)
    yield made
    services.workspaces.begin_delete(GROUP, "python").result(timeout=180)
    gone = arm("GET", f"/subscriptions/{subscription}/resourcegroups/{GROUP}-managed", credential.get_token(scope).token)
    assert gone.status_code == 404
    arm("DELETE", path, credential.get_token(scope).token).raise_for_status()


@pytest.fixture(scope="session")
def access(service) -> dict[str, str]:
    """Host and personal access token, as the command prints them for its owner."""
    printed = subprocess.run([os.environ["BRICKYARD_TEST_COMMAND"], "env", "--json", "--workspace", "python"], check=True, capture_output=True, text=True).stdout
    return json.loads(printed)


@pytest.fixture(scope="session")
def w(access) -> WorkspaceClient:
    client = WorkspaceClient(host=access["DATABRICKS_HOST"], token=access["DATABRICKS_TOKEN"])
    import witnesses  # a plugin: pytest must be the first to load it

    witnesses.watch(client)
    return client


@pytest.fixture(scope="session")
def smallest(w) -> dict[str, str]:
    """The first Spark version and the node type with the least memory."""
    types = w.clusters.list_node_types().node_types
    return {"spark_version": w.clusters.spark_versions().versions[0].key, "node_type_id": min(types, key=lambda each: each.memory_mb).node_type_id}


@pytest.fixture(scope="session")
def cluster(w, smallest) -> ClusterDetails:
    """A running cluster of one driver and two workers with real Spark."""
    return w.clusters.create_and_wait(cluster_name="conformance", num_workers=2, **smallest)


@pytest.fixture(scope="module")
def python(w, cluster):
    """Runs Python on the cluster, in a context of the module's own, and gives what it printed."""
    context = w.command_execution.create_and_wait(cluster_id=cluster.cluster_id, language=Language.PYTHON)

    def run(command: str) -> str:
        answer = w.command_execution.execute_and_wait(cluster_id=cluster.cluster_id, context_id=context.id, language=Language.PYTHON, command=command)
        assert answer.status == CommandStatus.FINISHED
        assert answer.results.cause is None, answer.results.cause
        return str(answer.results.data)

    return run


def pytest_collection_modifyitems(config, items):
    """The story of a cluster ends with its deletion, so it comes after everything else that uses the same one."""
    if os.environ.get("BRICKYARD_TEST_ABOUT") == "machines":
        others = [item for item in items if item.path.name not in ABOUT_MACHINES]
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if item.path.name in ABOUT_MACHINES]
    items.sort(key=lambda item: item.path.name == "test_clusters.py")
