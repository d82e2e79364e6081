"""Parts of the runtime that need no Spark. Run: python3 -m unittest discover -s src/engine/runtime/python"""

import datetime
import decimal
import contextlib
import io
import signal
import threading
import time
import unittest
from collections import namedtuple
from unittest import mock

from brickyard_runtime.dbutils import DBUtils, FileInfo, normal
from brickyard_runtime import cell, libraries, magics, processes, widgets
from brickyard_runtime.results import as_text, plain, spark_type, table_of


class Paths(unittest.TestCase):
    def test_one_file_of_the_root_storage_has_three_names(self):
        for name in ('dbfs:/tmp/a', 'dbfs:///tmp/a', '/dbfs/tmp/a', '/tmp/a'):
            self.assertEqual(normal(name), '/tmp/a')

    def test_other_schemes_stay_as_they_are(self):
        self.assertEqual(normal('abfs://c@a.dfs.core.windows.net/x'), 'abfs://c@a.dfs.core.windows.net/x')
        self.assertEqual(normal('file:/tmp/x'), 'file:/tmp/x')

    def test_a_folder_is_known_by_its_slash(self):
        self.assertTrue(FileInfo('dbfs:/a/', 'a/', 0, 0).isDir())
        self.assertTrue(FileInfo('dbfs:/a', 'a', 1, 0).isFile())


class Cells(unittest.TestCase):
    def test_what_json_would_bend_goes_as_text(self):
        self.assertEqual(plain(2**60), str(2**60))
        self.assertEqual([plain(float('nan')), plain(float('inf')), plain(float('-inf'))], ['NaN', 'Infinity', '-Infinity'])
        self.assertEqual(plain(decimal.Decimal('1.50')), '1.50')
        self.assertEqual(plain(b'hi'), 'aGk=')

    def test_times_are_iso_8601(self):
        self.assertEqual(plain(datetime.datetime(2026, 1, 2, 3, 4, 5, 678901)), '2026-01-02T03:04:05.678')
        self.assertEqual(plain(datetime.date(2026, 1, 2)), '2026-01-02')

    def test_nested_values_keep_their_shape(self):
        Pair = namedtuple('Pair', ['a', 'b'])
        self.assertEqual(plain({'x': [1, None, (2, 3)]}), {'x': [1, None, [2, 3]]})
        self.assertEqual(plain(Pair(1, 'z')), [1, 'z'])

    def test_a_table_is_also_text(self):
        table = {'schema': [{'name': 'id'}, {'name': 'who'}], 'data': [[1, 'Anna'], [22, None]]}
        self.assertEqual(as_text(table), 'id | who\n1  | Anna\n22 | null')


class Utilities(unittest.TestCase):
    def test_what_is_not_there_says_so_by_name(self):
        utilities = DBUtils.__new__(DBUtils)
        with self.assertRaisesRegex(NotImplementedError, 'dbutils.secrets is not implemented'):
            utilities.secrets.get('scope', 'key')


class Magics(unittest.TestCase):
    def test_a_shell_cell_is_one_script(self):
        self.assertEqual(magics.whole_cell(['\n', '%sh -e echo 1\n', 'echo 2']), ['get_ipython().run_cell_magic("brickyard_sh", \'-e\', \'echo 1\\necho 2\')\n'])

    def test_other_cells_stay_as_they_are(self):
        for lines in (['1\n', '%sh ls\n'], ['%shell\n'], ['%fs ls\n'], []):
            self.assertEqual(magics.whole_cell(list(lines)), lines)

    def test_options_before_a_script_are_the_shells(self):
        self.assertEqual([magics.options(text) for text in (' -e ls -l', ' ls -l', ' -e', '')], [('-e', 'ls -l'), ('', 'ls -l'), ('-e', ''), ('', '')])

    def test_fs_names_what_it_lacks(self):
        for line, words in (('chmod a', 'no chmod'), ('cp a', 'needs 2 arguments'), ('head', 'needs 1 argument: ')):
            with self.assertRaisesRegex(magics.UsageError, words):
                magics.fs(line, mock.Mock())

    def test_fs_gives_its_flags(self):
        utilities = mock.Mock()
        with contextlib.redirect_stdout(io.StringIO()):
            magics.fs('rm -r /tmp/a', utilities)
            magics.fs('put -f /tmp/a "two words"', utilities)
        utilities.fs.rm.assert_called_once_with('/tmp/a', recurse=True)
        utilities.fs.put.assert_called_once_with('/tmp/a', 'two words', overwrite=True)


class Processes(unittest.TestCase):
    def test_what_a_program_prints_is_shown_and_its_exit_code_answered(self):
        with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
            self.assertEqual(processes.stream(['/bin/sh', '-c', 'echo out; echo err >&2; exit 3']), 3)
        self.assertEqual((out.getvalue(), err.getvalue()), ('out\n', 'err\n'))

    def test_one_that_leaves_work_in_the_background_is_not_waited_for(self):
        began = time.monotonic()
        with contextlib.redirect_stdout(io.StringIO()):
            self.assertEqual(processes.stream(['/bin/sh', '-c', 'sleep 5 & exit 0']), 0)
        self.assertLess(time.monotonic() - began, 3)

    def test_an_interrupt_ends_it(self):
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        threading.Timer(0.3, lambda: signal.raise_signal(signal.SIGINT)).start()
        began = time.monotonic()
        try:
            with self.assertRaises(KeyboardInterrupt):
                processes.stream(['/bin/sh', '-c', 'sleep 30'])
        finally:
            signal.signal(signal.SIGINT, before)
        self.assertLess(time.monotonic() - began, 10)


class Inputs(unittest.TestCase):
    def setUp(self):
        self.told = []
        patch = mock.patch.object(widgets, '_publish', self.told.append)
        patch.start()
        self.addCleanup(patch.stop)
        self.addCleanup(cell.parameters.clear)

    def test_a_widget_has_its_default_until_a_value_is_given(self):
        ours = widgets.Widgets()
        ours.dropdown('day', 'monday', ['monday', 'friday'], 'Day')
        self.assertEqual(ours.get('day'), 'monday')
        cell.begins({'header': {'msg_id': '1'}, 'metadata': {'brickyard': {'widgets': {'day': 'friday'}}}})
        self.assertEqual((ours.get('day'), ours.getAll()), ('friday', {'day': 'friday'}))
        self.assertEqual(self.told, [{'action': 'set', 'widget': {'name': 'day', 'type': 'dropdown', 'label': 'Day', 'defaultValue': 'monday', 'choices': ['monday', 'friday'], 'value': 'monday'}}])

    def test_what_is_not_defined_is_named(self):
        ours = widgets.Widgets()
        with self.assertRaisesRegex(widgets.WidgetNotDefined, 'No widget is named x'):
            ours.get('x')
        self.assertEqual(ours.getArgument('x', 'y'), 'y')
        with self.assertRaisesRegex(ValueError, 'must be one of its choices'):
            ours.multiselect('m', 'a,c', ['a', 'b'])

    def test_removed_widgets_are_told(self):
        ours = widgets.Widgets()
        ours.text('a', '')
        cell.begins({'metadata': {'brickyard': {'widgets': {'a': '1', 'b': '2'}}}})
        ours.remove('a')
        self.assertEqual(ours.getAll(), {'b': '2'})
        ours.removeAll()
        self.assertEqual(ours.getAll(), {})
        self.assertEqual(self.told[1:], [{'action': 'remove', 'name': 'a'}, {'action': 'removeAll'}])


class Tables(unittest.TestCase):
    def test_a_table_ends_at_its_rows_or_when_it_is_too_large(self):
        columns = [{'name': 'a', 'type': '"string"'}]
        self.assertEqual(table_of(columns, [('x',), ('y',), ('z',)], 2), {'schema': columns, 'data': [['x'], ['y']], 'truncated': True})
        self.assertFalse(table_of(columns, [('x',)], 1)['truncated'])
        wide = table_of(columns, (('x' * 9_000_000,) for _ in range(10)), 100)
        self.assertEqual((len(wide['data']), wide['truncated']), (2, True))

    def test_pandas_types_have_their_names_in_spark(self):
        self.assertEqual([spark_type(name) for name in ('int64', 'datetime64[ns, UTC]', 'object', 'float32')], ['long', 'timestamp', 'string', 'float'])


class Libraries(unittest.TestCase):
    def test_what_is_compiled_stays_on_the_driver(self):
        import os
        import tempfile

        with tempfile.TemporaryDirectory() as home:
            for path in ('pure/__init__.py', 'native/core.so'):
                os.makedirs(os.path.join(home, os.path.dirname(path)), exist_ok=True)
                open(os.path.join(home, path), 'w').close()
            self.assertEqual([libraries.is_compiled(os.path.join(home, name)) for name in ('pure', 'native')], [False, True])


if __name__ == '__main__':
    unittest.main()
