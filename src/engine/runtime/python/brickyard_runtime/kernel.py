"""`python -m brickyard_runtime.kernel -f <connection file>`: an IPython kernel whose namespace is attached to the cluster."""

from __future__ import annotations

import os
import sys


def prepare(shell) -> None:
    """Fills the namespace with what a notebook expects, and names every cell's Spark jobs after its message."""
    from . import cell, libraries, magics, notebooks, results
    from .dbutils import DBUtils
    from .interrupt import Interrupts

    libraries.use(libraries.folder())
    # Without a gateway (port 0) it is a plain IPython with our magics.
    spark = attached(shell) if os.environ.get('PYSPARK_GATEWAY_PORT', '0') != '0' else None
    dbutils = DBUtils(spark)
    shell.push({'display': results.display, 'displayHTML': results.display_html, 'dbutils': dbutils, 'getArgument': dbutils.widgets.getArgument}, interactive=False)
    magics.install(shell, dbutils if spark is not None else None, spark)
    notebooks.install(shell)
    refuse_input(shell.kernel)
    for stream in (sys.stdout, sys.stderr):
        stream.flush_interval = 0.05
    interrupts = Interrupts(shell, os.environ.get('BRICKYARD_INTERRUPT_FILE'))
    interrupts.install()

    def begin(_info) -> None:
        message = shell.kernel.get_parent('shell') or {}
        cell.begins(message)
        if cell.command is None:
            return
        interrupts.begins(cell.command)
        if spark is not None:
            # Cancelling a command ends the jobs of its group and nobody else's: the group is the id of the request.
            spark.sparkContext.setLocalProperty('spark.scheduler.pool', os.environ.get('BRICKYARD_CONTEXT', 'default'))
            spark.sparkContext.setJobGroup(cell.command, os.environ.get('BRICKYARD_CONTEXT', ''), True)

    shell.events.register('pre_run_cell', begin)
    shell.events.register('post_run_cell', lambda _result: interrupts.ends())


def attached(shell):
    """Names that need Spark: the context's session and what hangs on it."""
    import warnings

    from pyspark.sql import SQLContext

    from . import results
    from .spark import attach

    spark = attach(os.environ.get('BRICKYARD_CONTEXT'))
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')
        sql_context = SQLContext(spark.sparkContext, spark)
    shell.push({'spark': spark, 'sc': spark.sparkContext, 'sqlContext': sql_context, 'sql': spark.sql, 'table': spark.table}, interactive=False)
    results.use(spark)
    return spark


def refuse_input(kernel) -> None:
    """Nobody sits at a terminal, and a cell that waits for ever helps no one."""

    def refuse(*_arguments, **_options):
        raise NotImplementedError('input() cannot be used in a notebook: nobody can type here. Use dbutils.widgets.text("name", "") and dbutils.widgets.get("name").')

    kernel.raw_input = kernel.getpass = refuse


def main() -> None:
    from ipykernel.kernelapp import IPKernelApp

    from . import ask

    ask.connect()
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
