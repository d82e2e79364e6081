"""`python -m brickyard_runtime.kernel -f <connection file>`: an IPython kernel whose namespace is attached to the cluster."""

from __future__ import annotations

import os
import sys


def prepare(shell) -> None:
    """Fills the namespace with what a notebook expects, and names every cell's Spark jobs after its message."""
    from . import results
    from .interrupt import Interrupts

    spark = attached(shell) if os.environ.get('PYSPARK_GATEWAY_PORT') else None
    shell.push({'display': results.display, 'displayHTML': results.display_html}, interactive=False)
    interrupts = Interrupts(shell, os.environ.get('BRICKYARD_INTERRUPT_FILE'))
    interrupts.install()

    def begin(_info) -> None:
        parent = shell.kernel.get_parent('shell') or {}
        message = parent.get('header', {}).get('msg_id')
        if not message:
            return
        interrupts.begins(message)
        if spark is not None:
            # Cancelling a command ends the jobs of its group and nobody else's: the group is the id of the request.
            spark.sparkContext.setLocalProperty('spark.scheduler.pool', os.environ.get('BRICKYARD_CONTEXT', 'default'))
            spark.sparkContext.setJobGroup(message, os.environ.get('BRICKYARD_CONTEXT', ''), True)

    shell.events.register('pre_run_cell', begin)
    shell.events.register('post_run_cell', lambda _result: interrupts.ends())


def attached(shell):
    """Names that need Spark: the context's session and what hangs on it."""
    import warnings

    from pyspark.sql import SQLContext

    from . import results
    from .dbutils import DBUtils
    from .spark import attach

    spark = attach(os.environ.get('BRICKYARD_CONTEXT'))
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')
        sql_context = SQLContext(spark.sparkContext, spark)
    shell.push({
        'spark': spark, 'sc': spark.sparkContext, 'sqlContext': sql_context, 'sql': spark.sql, 'table': spark.table, 'dbutils': DBUtils(spark),
    }, interactive=False)
    results.use(spark)
    return spark


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
