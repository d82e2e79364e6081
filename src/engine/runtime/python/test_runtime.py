"""Parts of the runtime that need no Spark. Run: python3 -m unittest discover -s src/engine/runtime/python"""

import datetime
import decimal
import unittest
from collections import namedtuple

from brickyard_runtime.dbutils import DBUtils, FileInfo, normal
from brickyard_runtime.results import as_text, plain


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


if __name__ == '__main__':
    unittest.main()
