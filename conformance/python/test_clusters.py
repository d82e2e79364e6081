"""The life of a cluster with real Spark, told by the official client. The tests run in this order on one cluster."""

import time

import pytest
from databricks.sdk.errors import DatabricksError
from databricks.sdk.service.compute import Language, State


def test_a_cluster_runs_with_a_driver_and_two_workers(w, cluster):
    running = w.clusters.get(cluster.cluster_id)
    assert running.state == State.RUNNING
    assert running.driver is not None and len(running.executors) == 2
    assert cluster.cluster_id in [each.cluster_id for each in w.clusters.list()]
    events = [event.type.value for event in w.clusters.events(cluster.cluster_id)]
    assert "CREATING" in events and "RUNNING" in events


def test_python_computes_on_the_workers(cluster, python):
    hosts = python("import socket; print(sorted(set(sc.parallelize(range(64), 64).map(lambda _: socket.gethostname()).collect())))")
    assert hosts.count("worker") >= 2 or hosts.count(",") >= 1
    assert python("print(spark.range(1000).selectExpr('sum(id)').first()[0])").strip() == "499500"


def test_variables_live_between_commands(python):
    python("answer = 42")
    assert python("print(answer)").strip() == "42"


def test_sql_answers_with_a_table(w, cluster):
    context = w.command_execution.create_and_wait(cluster_id=cluster.cluster_id, language=Language.SQL)
    answer = w.command_execution.execute_and_wait(cluster_id=cluster.cluster_id, context_id=context.id, language=Language.SQL, command="select 1 as one, 'two' as two")
    assert answer.results.result_type.value == "table"
    assert answer.results.data == [[1, "two"]]
    w.command_execution.destroy(cluster.cluster_id, context.id)


def test_an_error_of_the_command_is_its_result(w, cluster):
    context = w.command_execution.create_and_wait(cluster_id=cluster.cluster_id, language=Language.PYTHON)
    answer = w.command_execution.execute_and_wait(cluster_id=cluster.cluster_id, context_id=context.id, language=Language.PYTHON, command="1/0")
    assert answer.results.result_type.value == "error"
    assert "ZeroDivisionError" in (answer.results.summary or "") + (answer.results.cause or "")


def test_a_command_that_runs_is_cancelled_and_the_context_goes_on(w, cluster):
    context = w.command_execution.create_and_wait(cluster_id=cluster.cluster_id, language=Language.PYTHON)
    endless = w.command_execution.execute(cluster_id=cluster.cluster_id, context_id=context.id, language=Language.PYTHON, command="import time\nwhile True: time.sleep(0.1)")
    w.command_execution.cancel_and_wait(cluster_id=cluster.cluster_id, context_id=context.id, command_id=endless.command_id)
    answer = w.command_execution.execute_and_wait(cluster_id=cluster.cluster_id, context_id=context.id, language=Language.PYTHON, command="print('still here')")
    assert str(answer.results.data).strip() == "still here"


def test_a_delta_table_on_the_root_storage_is_written_and_read(python):
    python("spark.range(100).write.format('delta').mode('overwrite').saveAsTable('kept')")
    assert python("print(spark.table('kept').count())").strip() == "100"
    assert "://root@" in python("print(spark.sql('describe detail kept').first()['location'])")


def test_spark_connect_answers_the_open_source_client(access, cluster):
    from pyspark.sql.connect.session import SparkSession

    host = access["DATABRICKS_HOST"].removeprefix("https://")
    remote = f"sc://{host}/;use_ssl=true;token={access['DATABRICKS_TOKEN']};x-databricks-cluster-id={cluster.cluster_id}"
    spark = SparkSession.builder.remote(remote).create()
    try:
        assert spark.range(10).selectExpr("sum(id) as s").collect()[0].s == 45
    finally:
        spark.stop()


def test_resize_to_one_worker_and_back(w, cluster):
    w.clusters.resize_and_wait(cluster.cluster_id, num_workers=1)
    assert len(w.clusters.get(cluster.cluster_id).executors) == 1
    w.clusters.resize_and_wait(cluster.cluster_id, num_workers=2)
    assert len(w.clusters.get(cluster.cluster_id).executors) == 2


def test_pause_keeps_variables_and_start_resumes_them(w, cluster, python):
    python("before_the_pause = 'still here'")
    w.api_client.do("POST", "/api/2.1/clusters/pause", body={"cluster_id": cluster.cluster_id})
    w.clusters.wait_get_cluster_terminated(cluster.cluster_id)
    paused = w.api_client.do("GET", "/api/2.1/clusters/get", query={"cluster_id": cluster.cluster_id})
    assert paused["paused"] is True
    w.clusters.start_and_wait(cluster.cluster_id)
    assert python("print(before_the_pause)").strip() == "still here"


def test_terminate_keeps_the_cluster_and_the_data(w, cluster):
    w.clusters.delete_and_wait(cluster.cluster_id)
    gone = w.clusters.get(cluster.cluster_id)
    assert gone.state == State.TERMINATED
    assert gone.termination_reason.code.value == "USER_REQUEST"
    w.clusters.start_and_wait(cluster.cluster_id)
    context = w.command_execution.create_and_wait(cluster_id=cluster.cluster_id, language=Language.PYTHON)
    answer = w.command_execution.execute_and_wait(cluster_id=cluster.cluster_id, context_id=context.id, language=Language.PYTHON, command="print(spark.table('kept').count())")
    assert str(answer.results.data).strip() == "100"


def test_a_restart_gives_new_machines_and_the_same_tables(w, cluster):
    before = w.clusters.get(cluster.cluster_id).driver.node_id
    w.clusters.restart_and_wait(cluster.cluster_id)
    assert w.clusters.get(cluster.cluster_id).driver.node_id != before
    context = w.command_execution.create_and_wait(cluster_id=cluster.cluster_id, language=Language.PYTHON)
    answer = w.command_execution.execute_and_wait(cluster_id=cluster.cluster_id, context_id=context.id, language=Language.PYTHON, command="print(spark.table('kept').count())")
    assert str(answer.results.data).strip() == "100"


def test_permanent_deletion_removes_it_from_the_list(w, cluster):
    w.clusters.permanent_delete(cluster.cluster_id)
    until = time.monotonic() + 60
    while cluster.cluster_id in [each.cluster_id for each in w.clusters.list()]:
        assert time.monotonic() < until
        time.sleep(0.2)
    with pytest.raises(DatabricksError, match="does not exist"):
        w.clusters.get(cluster.cluster_id)
