"""`dbutils`: the file system on the cluster's storage. What is not there yet says so by name."""

from __future__ import annotations

from collections import namedtuple

from . import notebooks, widgets
from .notebooks import Library, Notebooks
from .widgets import Widgets

FileInfo = namedtuple('FileInfo', ['path', 'name', 'size', 'modificationTime'])
FileInfo.isDir = lambda self: self.name.endswith('/')
FileInfo.isFile = lambda self: not self.name.endswith('/')

HELP = """dbutils.fs: files on the root storage (dbfs:/ or /), attached accounts (abfs://…) and this machine (file:/)
  ls(dir) head(file, max_bytes=65536) put(file, contents, overwrite=False) mkdirs(dir)
  cp(from, to, recurse=False) mv(from, to, recurse=False) rm(path, recurse=False)
"""
MISSING = 'Not implemented yet: dbutils.secrets, dbutils.jobs, dbutils.data, dbutils.credentials, fs.mount'


class DBUtils:
    """Source of names and arguments: `dbutils` of databricks-sdk-py (`databricks.sdk.dbutils`)."""

    def __init__(self, spark):
        if spark is not None:
            self.fs = FileSystem(spark)
        self.widgets = Widgets()
        self.notebook = Notebooks()
        self.library = Library()

    def help(self, _name: str | None = None) -> None:
        print(repr(self))

    def __getattr__(self, name: str):
        if name.startswith('_'):
            raise AttributeError(name)
        raise NotImplementedError(f'dbutils.{name} is not implemented yet on this cluster. See dbutils.help().')

    def __repr__(self) -> str:
        return '\n'.join([HELP.strip(), widgets.HELP, notebooks.HELP, MISSING])


class FileSystem:
    def __init__(self, spark):
        self._spark = spark
        self._jvm = spark.sparkContext._jvm
        self._conf = spark.sparkContext._jsc.hadoopConfiguration()

    def ls(self, dir: str) -> list[FileInfo]:
        path = self._path(dir)
        found = []
        for status in self._there(dir, lambda: self._fs(path).listStatus(path)):
            name = status.getPath().getName() + ('/' if status.isDirectory() else '')
            found.append(FileInfo(self._shown(status.getPath().toString(), dir) + ('/' if status.isDirectory() else ''), name, status.getLen(), status.getModificationTime()))
        return sorted(found, key=lambda info: info.name)

    def head(self, file: str, max_bytes: int = 65536) -> str:
        path = self._path(file)
        stream = self._there(file, lambda: self._fs(path).open(path))
        try:
            data = bytes(self._jvm.org.apache.commons.io.IOUtils.toByteArray(self._jvm.org.apache.commons.io.input.BoundedInputStream(stream, max_bytes)))
        finally:
            stream.close()
        return data.decode('utf-8', errors='replace')

    def put(self, file: str, contents: str, overwrite: bool = False) -> bool:
        path = self._path(file)
        data = contents.encode('utf-8')
        stream = self._fs(path).create(path, overwrite)
        try:
            stream.write(bytearray(data))
        finally:
            stream.close()
        print(f'Wrote {len(data)} bytes.')
        return True

    def mkdirs(self, dir: str) -> bool:
        path = self._path(dir)
        return self._fs(path).mkdirs(path)

    def rm(self, dir: str, recurse: bool = False) -> bool:
        path = self._path(dir)
        files = self._fs(path)
        if not files.exists(path):
            return False
        if not recurse and files.getFileStatus(path).isDirectory() and len(files.listStatus(path)) > 0:
            raise ValueError(f'{dir} is a folder that is not empty. Give recurse=True to remove it with all that is in it.')
        return files.delete(path, recurse)

    def cp(self, from_: str, to: str, recurse: bool = False) -> bool:
        return self._copy(from_, to, recurse, delete=False)

    def mv(self, from_: str, to: str, recurse: bool = False) -> bool:
        source, target = self._path(from_), self._path(to)
        if self._fs(source).getUri().toString() == self._fs(target).getUri().toString():
            self._must_be_file_or(recurse, source, from_)
            return self._fs(source).rename(source, target)
        return self._copy(from_, to, recurse, delete=True)

    def help(self, _name: str | None = None) -> None:
        print(HELP)

    def _copy(self, from_: str, to: str, recurse: bool, delete: bool) -> bool:
        source, target = self._path(from_), self._path(to)
        self._must_be_file_or(recurse, source, from_)
        return self._jvm.org.apache.hadoop.fs.FileUtil.copy(self._fs(source), source, self._fs(target), target, delete, True, self._conf)

    def _must_be_file_or(self, recurse: bool, path, name: str) -> None:
        if not recurse and self._fs(path).getFileStatus(path).isDirectory():
            raise ValueError(f'{name} is a folder. Give recurse=True to take all that is in it.')

    def _there(self, name: str, ask):
        """Java's missing file as Python's, so that one `except` serves all paths."""
        from py4j.protocol import Py4JJavaError

        try:
            return ask()
        except Py4JJavaError as error:
            if error.java_exception.getClass().getName() == 'java.io.FileNotFoundException':
                raise FileNotFoundError(f'No such file or directory: {name}') from None
            raise

    def _path(self, path: str):
        return self._jvm.org.apache.hadoop.fs.Path(normal(path))

    def _fs(self, path):
        return path.getFileSystem(self._conf)

    def _shown(self, path: str, asked: str) -> str:
        """Paths of the root storage are shown as dbfs:/, whatever account holds it."""
        root = self._conf.get('fs.defaultFS', '')
        return 'dbfs:' + path[len(root.rstrip('/')):] if root and path.startswith(root) and '://' not in asked else path

    def __getattr__(self, name: str):
        if name.startswith('_'):
            raise AttributeError(name)
        raise NotImplementedError(f'dbutils.fs.{name} is not implemented yet on this cluster. See dbutils.help().')


def normal(path: str) -> str:
    """`dbfs:/x`, `/dbfs/x` and `/x` are one file of the root storage; other schemes stay as they are."""
    for prefix in ('dbfs://', 'dbfs:', '/dbfs/'):
        if path.startswith(prefix):
            return '/' + path[len(prefix):].lstrip('/')
    return path
