"""What runs in a context on real Spark: languages, magics, cancel at any moment, a kernel that dies. Told by the official client."""

import base64
import io
import random
import time
import zipfile

import pytest
from databricks.sdk.errors import DatabricksError
from databricks.sdk.service.compute import CommandStatus, Language


@pytest.fixture(scope="module")
def cluster(w, smallest):
    made = w.clusters.create_and_wait(cluster_name="kernels", num_workers=1, **smallest)
    yield made
    w.clusters.permanent_delete(made.cluster_id)


class Context:
    def __init__(self, w, cluster, language: Language):
        self.w, self.cluster_id, self.language = w, cluster.cluster_id, language
        self.id = w.command_execution.create_and_wait(cluster_id=cluster.cluster_id, language=language).id

    def start(self, command: str, language: Language | None = None) -> str:
        return self.w.command_execution.execute(cluster_id=self.cluster_id, context_id=self.id, language=language or self.language, command=command).command_id

    def cancel(self, command_id: str) -> None:
        self.w.command_execution.cancel(cluster_id=self.cluster_id, context_id=self.id, command_id=command_id)

    def end(self, command_id: str, seconds: float = 90):
        until = time.monotonic() + seconds
        while True:
            answer = self.w.command_execution.command_status(self.cluster_id, self.id, command_id)
            if answer.status in (CommandStatus.FINISHED, CommandStatus.CANCELLED, CommandStatus.ERROR):
                return answer
            assert time.monotonic() < until, f"{command_id} is still {answer.status}"
            time.sleep(0.05)

    def run(self, command: str, language: Language | None = None):
        return self.end(self.start(command, language))

    def text(self, command: str, language: Language | None = None) -> str:
        answer = self.run(command, language)
        assert answer.status == CommandStatus.FINISHED and answer.results.cause is None, answer
        return str(answer.results.data).strip()


@pytest.fixture(scope="module")
def python(w, cluster) -> Context:
    return Context(w, cluster, Language.PYTHON)


@pytest.fixture(scope="module")
def scala(w, cluster) -> Context:
    return Context(w, cluster, Language.SCALA)


def test_fifty_commands_are_cancelled_at_any_moment_and_each_next_one_answers(python):
    for attempt in range(50):
        endless = python.start("import time\nwhile True: time.sleep(0.05)")
        time.sleep(random.uniform(0, 0.05))
        python.cancel(endless)
        assert python.end(endless, 20).status == CommandStatus.CANCELLED
        assert python.text(f"print({attempt})") == str(attempt)


def test_a_cancelled_spark_job_leaves_no_answer_for_the_next_one(python):
    for seconds in (0.3, 1.0):
        endless = python.start("import time\nprint(sc.parallelize(range(4), 4).map(lambda x: time.sleep(60)).count())")
        time.sleep(seconds)
        python.cancel(endless)
        assert python.end(endless, 20).status == CommandStatus.CANCELLED
        assert python.text("print(spark.range(7).count())") == "7"


def test_a_kernel_that_dies_says_so_and_the_next_command_has_a_new_one(python):
    python.run("kept = 1")
    dead = python.run("import os; os.kill(os.getpid(), 9)")
    assert dead.results.result_type.value == "error" and "ended" in dead.results.summary
    assert "variables of earlier commands are gone" in python.text("print('kept' in globals())")
    assert python.text("print('kept' in globals())") == "False"


def test_input_is_refused_at_once(python):
    answer = python.run("input('name?')")
    assert "dbutils.widgets" in answer.results.summary


def test_sh_prints_and_tells_its_exit_code(python):
    assert python.text("%sh\necho out\necho err >&2\nexit 3").splitlines() == ["out", "err", "exit code 3"]
    assert "exit code 4" in python.run("%sh -e\nexit 4").results.summary


def test_a_cancelled_sh_leaves_no_process(python):
    running = python.start("%sh\nsleep 300 &\necho $! > sleeping\nwait")
    time.sleep(1)
    python.cancel(running)
    assert python.end(running, 20).status == CommandStatus.CANCELLED
    # Gone, or dead and waiting for whoever adopted it.
    look = "import subprocess; print(subprocess.run(['ps', '-o', 'state=', '-p', open('sleeping').read().strip()], capture_output=True, text=True).stdout.strip() in ('', 'Z'))"
    assert python.text(look) == "True"


def test_fs_lists_what_it_wrote(python):
    python.run('%fs put -f /tmp/kernels/a.txt "hello"')
    assert python.text("%fs head /tmp/kernels/a.txt") == "hello"
    listed = python.run("%fs ls /tmp/kernels").results
    assert listed.result_type.value == "table"
    assert [row[:3] for row in listed.data] == [["dbfs:/tmp/kernels/a.txt", "a.txt", 5]]
    assert python.text("%fs rm -r /tmp/kernels") == "True"


def wheel() -> str:
    """A package of one module, made here: nothing is fetched."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("small_package/__init__.py", "def double(x):\n    return x * 2\n")
        archive.writestr("small_package-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: small-package\nVersion: 1.0\n")
        archive.writestr("small_package-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr("small_package-1.0.dist-info/RECORD", "small_package/__init__.py,,\nsmall_package-1.0.dist-info/METADATA,,\nsmall_package-1.0.dist-info/WHEEL,,\nsmall_package-1.0.dist-info/RECORD,,\n")
    return base64.b64encode(data.getvalue()).decode()


def test_pip_installs_for_this_context_on_the_driver_and_its_workers(w, cluster, python):
    python.run(f"import base64\nopen('small_package-1.0-py3-none-any.whl', 'wb').write(base64.b64decode('{wheel()}'))")
    assert "Successfully installed small-package" in python.text("%pip install --no-index ./small_package-1.0-py3-none-any.whl")
    assert python.text("import small_package; print(small_package.double(21))") == "42"
    assert python.text("print(sc.parallelize([1, 2], 2).map(lambda x: __import__('small_package').double(x)).sum())") == "6"
    python.run("dbutils.library.restartPython()")
    assert python.text("import small_package; print(small_package.double(4))") == "8"
    other = Context(w, cluster, Language.PYTHON)
    assert "ModuleNotFoundError" in other.run("import small_package").results.summary


def test_widgets_have_their_defaults(python):
    assert python.text("dbutils.widgets.text('day', 'monday', 'Day')\nprint(dbutils.widgets.get('day'))") == "monday"
    assert "No widget is named none" in python.run("dbutils.widgets.get('none')").results.summary


def test_another_notebook_cannot_be_run_from_here_and_that_is_said_soon(python):
    began = time.monotonic()
    answer = python.run("dbutils.notebook.run('./other', 60)")
    assert "notebook" in answer.results.summary and time.monotonic() - began < 10


def test_a_command_of_another_language_is_run_in_the_same_session(python):
    assert python.run("%sql\ncreate or replace temp view three as select * from range(3); select count(*) as n from three").results.data == [[3]]
    assert python.text('%scala\nprintln(spark.table("three").count())').splitlines()[0] == "3"
    assert python.text("print(spark.table('three').count())") == "3"


def test_sql_takes_parameters(python):
    assert python.text("print(spark.sql('select :n + 1 as n', args={'n': 41}).first().n, spark.sql('select ? as n', args=[7]).first().n)") == "42 7"


def test_a_picture_is_an_image(python):
    assert python.run("import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()").results.result_type.value == "image"


def test_scala_keeps_values_and_runs_closures_on_workers(scala):
    assert "3" in scala.text("case class Point(x: Int, y: Int)\nval points = Seq(Point(1, 2), Point(3, 4))\nprintln(points.map(_.x).max)")
    assert "List(Point(6,8))" in scala.text("sc.parallelize(points, 2).map(p => Point(p.x * 2, p.y * 2)).filter(_.x > 2).collect().toList")
    assert "4" in scala.text("points.toDS.filter(_.x > 1).map(_.y).first")


def test_scala_shows_tables_and_errors(scala):
    table = scala.run('display(spark.range(2).selectExpr("id", "cast(id as string) as text"))').results
    assert table.result_type.value == "table" and table.data == [[0, "0"], [1, "1"]]
    assert "ArithmeticException" in scala.run("1 / 0").results.summary
    assert "not found: value nothing" in scala.run("nothing + 1").results.cause
    assert "15" in scala.text("val after = 15")


def test_two_scala_contexts_do_not_mix(w, cluster, scala):
    other = Context(w, cluster, Language.SCALA)
    other.run("case class Point(name: String)")
    assert "List(Point(a))" in other.text('sc.parallelize(Seq("a"), 1).map(Point(_)).collect().toList')
    assert "List(Point(1,1))" in scala.text("sc.parallelize(Seq(1), 1).map(n => Point(n, n)).collect().toList")


def test_scala_is_cancelled_in_a_job_and_in_its_own_code(scala):
    for endless in ("sc.parallelize(1 to 4, 4).map { n => Thread.sleep(60000); n }.count", "while (true) Thread.sleep(50)"):
        running = scala.start(endless)
        time.sleep(1.5)
        scala.cancel(running)
        assert scala.end(running, 20).status == CommandStatus.CANCELLED
    assert "2" in scala.text("1 + 1")


def test_r_is_refused_by_name(w, cluster):
    with pytest.raises(DatabricksError, match="R are not implemented"):
        w.command_execution.create(cluster_id=cluster.cluster_id, language=Language.R)
