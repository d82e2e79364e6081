"""`python -m brickyard_runtime.kernel -f <connection file>`: an IPython kernel whose namespace is attached to the cluster."""

from __future__ import annotations

import os
import sys


def prepare(shell) -> None:
    """Fills the namespace with what a notebook expects, and names every cell's Spark jobs after its message."""
    from pyspark.sql import SQLContext

    from . import results
    from .dbutils import DBUtils
    from .spark import attach

    spark = attach(os.environ.get('BRICKYARD_CONTEXT'))
    context = spark.sparkContext
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter('ignore')
        sql_context = SQLContext(context, spark)
    shell.push({
        'spark': spark, 'sc': context, 'sqlContext': sql_context, 'sql': spark.sql, 'table': spark.table,
        'dbutils': DBUtils(spark), 'display': results.display, 'displayHTML': results.display_html,
    }, interactive=False)
    results.use(spark)
    context.setLocalProperty('spark.scheduler.pool', os.environ.get('BRICKYARD_CONTEXT', 'default'))

    def name_jobs(_info) -> None:
        # Cancelling a command ends the jobs of its group and nobody else's: the group is the id of the request.
        parent = shell.kernel.get_parent('shell') or {}
        message = parent.get('header', {}).get('msg_id')
        if message:
            context.setJobGroup(message, os.environ.get('BRICKYARD_CONTEXT', ''), True)

    shell.events.register('pre_run_cell', name_jobs)


def main() -> None:
    from ipykernel.kernelapp import IPKernelApp

    app = IPKernelApp.instance()
    app.initialize([*sys.argv[1:], '--HistoryManager.hist_file=:memory:'])
    work = os.environ.get('BRICKYARD_NOTEBOOK_DIR')
    if work:
        os.makedirs(work, exist_ok=True)
        os.chdir(work)
    if work and work not in sys.path:
        sys.path.insert(0, work)
    prepare(app.shell)
    app.start()


if __name__ == '__main__':
    main()
