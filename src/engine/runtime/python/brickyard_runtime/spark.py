"""Attaches this Python process to the driver JVM that already runs on this machine."""

from __future__ import annotations


def attach(context_id: str | None = None):
    """The cluster's SparkSession over py4j; with a context's id that context's own, whose temporary views and settings are not shared."""
    from py4j.java_gateway import java_import
    from pyspark.conf import SparkConf
    from pyspark.core.context import SparkContext
    from pyspark.java_gateway import launch_gateway
    from pyspark.sql import SparkSession

    gateway = launch_gateway()  # PYSPARK_GATEWAY_PORT and _SECRET say where
    jvm = gateway.jvm
    java_import(jvm, 'org.apache.spark.api.java.*')
    jsc = jvm.JavaSparkContext.fromSparkContext(jvm.org.apache.spark.SparkContext.getOrCreate())
    context = SparkContext(jsc=jsc, gateway=gateway, conf=SparkConf(_jconf=jsc.getConf()))
    if context_id:
        session = jvm.brickyard.Statements.session(context_id)
    else:
        session = jvm.org.apache.spark.sql.classic.SparkSession.builder().getOrCreate()
    keep_cluster_alive()
    # PySpark also prints each error of a query as JSON, beside the error itself.
    import logging

    logging.getLogger('SQLQueryContextLogger').setLevel(logging.CRITICAL + 1)
    return SparkSession(context, session)


def keep_cluster_alive() -> None:
    """Everybody on the cluster shares one application: a notebook's `stop()` must not end it for the others."""
    from pyspark.core.context import SparkContext
    from pyspark.sql import SparkSession

    def stop(self, *_args) -> None:
        print('The cluster keeps running: its Spark application is shared. Detach the notebook, or terminate the cluster in the workspace.')

    SparkContext.stop = stop
    SparkSession.stop = stop
