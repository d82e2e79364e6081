"""What the Compute pages stand on: sizes that follow the load, scripts before Spark, tags, Spark's own pages, progress, logs and cost."""

import base64
import os
import re
import time

import pytest
import requests
from databricks.sdk.errors import DatabricksError, InvalidParameterValue, NotImplemented, ResourceDoesNotExist
from databricks.sdk.service.compute import AutoScale, EventDetailsCause, EventType, InitScriptInfo, Language, State

INSIGHT = "/api/2.0/brickyard/clusters"


def until(what, seconds: float, pause: float = 0.5):
    """Waits, with a bound, until `what` gives something true, and gives that."""
    end = time.monotonic() + seconds
    while True:
        found = what()
        if found:
            return found
        assert time.monotonic() < end, f"not within {seconds} s"
        time.sleep(pause)


def put_file(w, path: str, text: str) -> str:
    """A file on the root storage, by the older API that every client knows."""
    w.api_client.do("POST", "/api/2.0/dbfs/put", body={"path": path, "contents": base64.b64encode(text.encode()).decode(), "overwrite": True})
    return f"dbfs:{path}"


@pytest.fixture(scope="module")
def scripts(w):
    """One script on DBFS, and one among the workspace's files where the owner of the cluster has it."""
    first = put_file(w, "/init/first.sh", 'echo "first on $DB_CLUSTER_ID driver=$DB_IS_DRIVER ip=$DB_CONTAINER_IP"\necho made > "$BRICKYARD_DISK/init-first"\n')
    home = f"/Users/{w.current_user.me().user_name}"
    w.api_client.do("POST", "/api/2.0/workspace/import", body={"path": f"{home}/second.sh", "format": "AUTO", "overwrite": True, "content": base64.b64encode(b'#!/bin/sh\necho "second after $(cat "$BRICKYARD_DISK/init-first")"\n').decode()})
    return [InitScriptInfo.from_dict({"dbfs": {"destination": first}}), InitScriptInfo.from_dict({"workspace": {"destination": f"{home}/second.sh"}})]


@pytest.fixture(scope="module")
def elastic(w, smallest, scripts):
    """A running cluster that may have one to three workers; gone afterwards."""
    made = w.clusters.create(
        cluster_name="elastic", autoscale=AutoScale(min_workers=1, max_workers=3), custom_tags={"team": "sea", "Vendor": "me"}, init_scripts=scripts,
        spark_conf={"spark.databricks.aggressiveWindowDownS": "15"}, spark_env_vars={"GREETING": "it's $HOME"}, autotermination_minutes=60, **smallest,
    ).response
    seen = []

    def running():
        progress = w.api_client.do("GET", f"{INSIGHT}/{made.cluster_id}/progress")
        seen.append(progress)
        assert progress["state"] not in ("TERMINATING", "TERMINATED"), progress["state_message"]
        return progress["state"] == "RUNNING"

    until(running, 150, 0.3)
    yield made.cluster_id, seen
    w.clusters.permanent_delete(made.cluster_id)


@pytest.fixture(scope="module")
def python(w, elastic):
    cluster_id, _ = elastic
    context = w.command_execution.create_and_wait(cluster_id=cluster_id, language=Language.PYTHON)

    def start(command: str):
        begun = w.command_execution.execute(cluster_id=cluster_id, context_id=context.id, language=Language.PYTHON, command=command)
        begun.context_id = context.id
        return begun

    def run(command: str) -> str:
        answer = w.command_execution.execute_and_wait(cluster_id=cluster_id, context_id=context.id, language=Language.PYTHON, command=command)
        assert answer.results.cause is None, answer.results.cause
        return str(answer.results.data).strip()

    run.start = start
    return run


def logs(w, cluster_id: str, **query) -> dict:
    return w.api_client.do("GET", f"{INSIGHT}/{cluster_id}/logs", query=query)


def test_a_start_says_what_it_is_doing_and_how_long_each_step_took(w, elastic):
    cluster_id, seen = elastic
    assert len({step["name"] for progress in seen for step in progress["steps"] if step["state"] == "active"}) >= 3
    ended = w.api_client.do("GET", f"{INSIGHT}/{cluster_id}/progress")
    assert ended["kind"] == "none" and [step["state"] for step in ended["steps"]] == ["done"] * 8
    assert [step["name"] for step in ended["steps"]] == ["machines", "boot", "init_scripts", "driver", "jvm", "session", "connect", "executors"]
    assert ended["seconds"] == pytest.approx(sum(step["seconds"] for step in ended["steps"]), abs=0.1) and ended["seconds"] > 1


def test_init_scripts_ran_on_all_machines_in_order_before_spark(w, elastic):
    cluster_id, _ = elastic
    for machine, is_driver in (("driver", "TRUE"), ("0", "FALSE")):
        console = logs(w, cluster_id, machine=machine)["text"]
        assert re.search(rf"first on {cluster_id} driver={is_driver} ip=\d+\.\d+\.\d+\.\d+", console), console
        assert console.index("first on") < console.index("second after made") < console.index("driver at" if machine == "driver" else "worker at")
    events = {event.type: event.details for event in w.clusters.events(cluster_id)}
    assert EventType.INIT_SCRIPTS_STARTED in events
    finished = events[EventType.INIT_SCRIPTS_FINISHED].init_scripts
    assert [one.status.value for one in finished.cluster] == ["SUCCEEDED", "SUCCEEDED"]


def test_environment_variables_reach_driver_executors_and_kernels(python):
    assert python("import os; print(os.environ['GREETING'])") == "it's $HOME"
    assert python("print(spark.sparkContext._jvm.System.getenv('GREETING'))") == "it's $HOME"
    assert python("print(set(sc.parallelize(range(4), 4).map(lambda _: __import__('os').environ['GREETING']).collect()))") == str({"it's $HOME"})


def test_tags_are_on_the_machines_and_never_hide_ours(service, credential, elastic):
    cluster_id, _ = elastic
    token = credential.get_token("https://management.azure.com/.default").token
    machine = f"{os.environ['ARM_ENDPOINT']}{service.managed_resource_group_id}/providers/Microsoft.Compute/virtualMachines/{cluster_id}-driver"
    tags = requests.get(machine, params={"api-version": "2024-03-01"}, headers={"Authorization": f"Bearer {token}"}, timeout=30).json()["tags"]
    assert tags["team"] == "sea" and tags["Vendor"] == "Databricks" and tags["x_Vendor"] == "me" and tags["ClusterId"] == cluster_id


def test_the_size_follows_sparks_load_up_and_down(w, elastic, python):
    cluster_id, _ = elastic
    assert len(w.clusters.get(cluster_id).executors) == 1
    task = python.start("import time\nprint(sc.parallelize(range(40), 40).map(lambda _: time.sleep(1) or 1).sum())")
    until(lambda: len(w.clusters.get(cluster_id).executors) >= 2, 60)
    shown = w.api_client.do("GET", "/api/2.1/clusters/get", query={"cluster_id": cluster_id})
    assert shown["autoscale"]["min_workers"] == 1 and 2 <= shown["autoscale"]["target_workers"] <= 3
    until(lambda: len(w.clusters.get(cluster_id).executors) == 1 and w.clusters.get(cluster_id).state == State.RUNNING, 150)
    events = [(event.type, event.details.cause) for event in w.clusters.events(cluster_id)]
    assert EventType.UPSIZE_COMPLETED in [kind for kind, _ in events]
    assert 2 <= [cause for kind, cause in events if kind == EventType.RESIZING].count(EventDetailsCause.AUTOSCALE) <= 4
    # What was running when workers came and went is whole.
    answer = w.command_execution.command_status(cluster_id=cluster_id, context_id=task.context_id, command_id=task.command_id)
    assert str(answer.results.data).strip() == "40"


def test_logs_are_followed_live(w, elastic, python):
    cluster_id, _ = elastic
    before = logs(w, cluster_id)
    assert "Spark Connect" in before["text"] and not before["ended"]
    python("sc._jvm.org.slf4j.LoggerFactory.getLogger('Witness').warn('a word of warning')")
    more = logs(w, cluster_id, **{"from": before["next"], "wait": 10})
    assert "a word of warning" in more["text"] and not more["reset"] and "Spark Connect" not in more["text"]
    spark = logs(w, cluster_id, kind="spark")["text"]
    assert "a word of warning" in spark and "brickyard: session" not in spark
    with pytest.raises(ResourceDoesNotExist, match="no worker 7"):
        logs(w, cluster_id, machine="7")


def test_metrics_are_those_of_the_cloud(w, elastic):
    cluster_id, _ = elastic

    def measured():
        machines = w.api_client.do("GET", f"{INSIGHT}/{cluster_id}/metrics", query={"minutes": 10})["machines"]
        return machines if all(each["cpu_percent"] is not None and each["memory_used_mb"] is not None for each in machines) else None

    machines = until(measured, 40, 2)
    driver = next(each for each in machines if each["machine"] == "driver")
    assert 100 < driver["memory_used_mb"] < driver["memory_mb"] and 0 <= driver["cpu_percent"] <= 100
    assert len(driver["cpu"]) >= 10


def test_the_cost_is_that_of_cores_memory_and_disk(w, elastic):
    cluster_id, _ = elastic
    cost = w.api_client.do("GET", f"{INSIGHT}/{cluster_id}/cost")
    assert cost["now"]["machines"] == 2 and cost["now"] == cost["running"] == cost["running_least"]
    assert cost["running_most"]["machines"] == 4 and cost["running"]["units_per_hour"] > cost["paused"]["units_per_hour"] > 0
    assert cost["paused"]["cores"] == 0 and cost["paused"]["memory_mb"] == cost["running"]["memory_mb"] and cost["terminated"]["units_per_hour"] == 0


def test_sparks_own_pages_are_behind_the_sign_in(access, elastic):
    cluster_id, _ = elastic
    url, token = access["DATABRICKS_HOST"], {"Authorization": f"Bearer {access['DATABRICKS_TOKEN']}"}
    page = requests.get(f"{url}/sparkui/{cluster_id}/jobs/", headers=token, timeout=30)
    assert page.status_code == 200 and "Spark Jobs" in page.text
    assert f'href="/sparkui/{cluster_id}/stages/"' in page.text and page.headers["content-security-policy"].startswith("sandbox allow-scripts")
    assert "allow-same-origin" not in page.headers["content-security-policy"]
    assert requests.get(f"{url}/sparkui/{cluster_id}/", headers=token, timeout=30).url.endswith(f"/sparkui/{cluster_id}/jobs/")
    assert requests.get(f"{url}/sparkui/{cluster_id}/api/v1/applications", headers=token, timeout=30).json()[0]["name"] == "elastic"
    assert requests.post(f"{url}/sparkui/{cluster_id}/jobs/job/kill/?id=0", headers=token, timeout=30).status_code == 403
    assert requests.get(f"{url}/sparkui/{cluster_id}/jobs/job/kill/?id=0", headers=token, timeout=30).status_code == 403
    assert requests.get(f"{url}/sparkui/{cluster_id}/jobs/", headers={"Authorization": "Bearer dapi0"}, timeout=30).status_code in (401, 403)
    nobody = requests.get(f"{url}/sparkui/{cluster_id}/jobs/", timeout=30, allow_redirects=False)
    assert nobody.status_code == 302 and nobody.headers["location"].startswith("/login?next=")


def test_the_logs_of_a_terminated_cluster_stay_and_its_spark_pages_say_why_not(w, access, elastic):
    cluster_id, _ = elastic
    w.clusters.delete_and_wait(cluster_id)
    kept = logs(w, cluster_id)
    assert kept["ended"] and "Spark Connect" in kept["text"]
    page = requests.get(f"{access['DATABRICKS_HOST']}/sparkui/{cluster_id}/jobs/", headers={"Authorization": f"Bearer {access['DATABRICKS_TOKEN']}"}, timeout=30)
    assert page.status_code == 503 and "is terminated" in page.text
    cost = w.api_client.do("GET", f"{INSIGHT}/{cluster_id}/cost")
    assert cost["now"]["machines"] == 0 and cost["now"]["units_per_hour"] == 0


def test_a_failing_init_script_ends_the_cluster_with_its_last_lines(w, smallest):
    bad = put_file(w, "/init/bad.sh", "echo before the end\necho 'no such package' >&2\nexit 3\n")
    made = w.clusters.create(cluster_name="badly prepared", num_workers=0, init_scripts=[InitScriptInfo.from_dict({"dbfs": {"destination": bad}})], **smallest).response
    ended = w.clusters.wait_get_cluster_terminated(made.cluster_id)
    assert ended.termination_reason.code.value == "INIT_SCRIPT_FAILURE" and ended.termination_reason.type.value == "CLIENT_ERROR"
    assert "dbfs:/init/bad.sh" in ended.state_message and "no such package" in ended.state_message
    finished = next(event for event in w.clusters.events(made.cluster_id) if event.type == EventType.INIT_SCRIPTS_FINISHED)
    assert finished.details.init_scripts.cluster[0].status.value == "FAILED_EXECUTION"
    w.clusters.permanent_delete(made.cluster_id)


def test_a_missing_init_script_is_said_to_be_missing(w, smallest):
    made = w.clusters.create(cluster_name="forgotten", num_workers=0, init_scripts=[InitScriptInfo.from_dict({"dbfs": {"destination": "dbfs:/init/none.sh"}})], **smallest).response
    ended = w.clusters.wait_get_cluster_terminated(made.cluster_id)
    assert ended.termination_reason.code.value == "INIT_SCRIPT_FAILURE" and "no such file" in ended.state_message
    w.clusters.permanent_delete(made.cluster_id)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"autoscale": {"min_workers": 2, "max_workers": 2}}, "autoscale.max_workers.*strictly greater"),
        ({"autoscale": {"min_workers": 0, "max_workers": 2}}, "autoscale.min_workers"),
        ({"autoscale": {"max_workers": 2}}, "autoscale.min_workers"),
        ({"autoscale": {"min_workers": 1, "max_workers": 2}, "num_workers": 5}, "num_workers.*from 1 to 2"),
        ({"init_scripts": [{"dbfs": {"destination": "/no/scheme.sh"}}]}, "init_scripts.0.dbfs.destination"),
        ({"init_scripts": [{"workspace": {"destination": "relative.sh"}}]}, "init_scripts.0.workspace.destination"),
        ({"init_scripts": [{"abfss": {"destination": "abfss://other@elsewhere.dfs.core.windows.net/a.sh"}}]}, "init_scripts.0.abfss.destination.*root storage"),
        ({"init_scripts": [{}]}, "init_scripts.0.*exactly one"),
        ({"custom_tags": {"a<b": "c"}}, "custom_tags"),
    ],
)
def test_wrong_sizes_and_scripts_are_refused_and_the_field_named(w, smallest, wrong, message):
    with pytest.raises(InvalidParameterValue, match=message):
        w.api_client.do("POST", "/api/2.1/clusters/create", body={**({} if "autoscale" in wrong else {"num_workers": 0}), **smallest, **wrong})


def test_scripts_on_what_is_not_there_yet_are_refused_by_name(w, smallest):
    with pytest.raises(NotImplemented, match="init_scripts.0.s3"):
        w.api_client.do("POST", "/api/2.1/clusters/create", body={"num_workers": 0, "init_scripts": [{"s3": {"destination": "s3://a/b.sh", "region": "x"}}], **smallest})


def test_compute_pages_of_an_unknown_cluster_say_that_it_does_not_exist(w, access):
    for what in ("progress", "logs", "metrics", "cost"):
        with pytest.raises(DatabricksError, match="Cluster 1234-nothing does not exist"):
            w.api_client.do("GET", f"{INSIGHT}/1234-nothing/{what}")
