"""`%pip`: packages of one notebook, in a folder of its own that lies before the image's."""

from __future__ import annotations

import importlib
import os
import shlex
import site
import sys
import sysconfig
import zipfile

from .processes import stream

MOST = 100_000_000
_sent = 0


def folder() -> str | None:
    return os.environ.get('BRICKYARD_LIBRARIES')


def packages(home: str) -> str:
    return sysconfig.get_path('purelib', vars={'base': home, 'platbase': home})


def use(home: str | None) -> None:
    """Makes what was installed visible, here and in programs that cells start."""
    if not home or not os.path.isdir(packages(home)):
        return
    if packages(home) not in sys.path:
        sys.path.insert(0, packages(home))
    programs = os.path.join(home, 'bin')
    if programs not in os.environ.get('PATH', '').split(':'):
        os.environ['PATH'] = f'{programs}:{os.environ.get("PATH", "")}'
    importlib.invalidate_caches()


def pip(line: str, spark=None) -> None:
    home = folder()
    if home is None:
        raise RuntimeError('%pip needs a notebook or context on a cluster.')
    words = shlex.split(line)
    make(home)
    env = {**os.environ, 'PIP_DISABLE_PIP_VERSION_CHECK': '1', 'PIP_NO_INPUT': '1', 'VIRTUAL_ENV': home}
    code = stream([os.path.join(home, 'bin', 'python3'), '-m', 'pip', *words], env)
    if code:
        raise RuntimeError(f'pip ended with exit code {code}.')
    use(home)
    if words and words[0] in ('install', 'uninstall'):
        told = send(home, spark) if spark is not None else ''
        print(f'Note: packages that were imported before stay as they were until dbutils.library.restartPython().{told}')


def make(home: str) -> None:
    """An environment on top of the image's: pip sees what the image has, and never touches it."""
    import venv

    if os.path.exists(os.path.join(home, 'pyvenv.cfg')):
        return
    venv.EnvBuilder(with_pip=False, symlinks=True).create(home)
    image = [path for path in site.getsitepackages() if os.path.isdir(path)]
    with open(os.path.join(packages(home), 'image.pth'), 'w', encoding='utf-8') as file:
        file.write('\n'.join(image) + '\n')


def send(home: str, spark) -> str:
    """Gives workers the packages that are pure Python; what is compiled stays on the driver, and that is said."""
    global _sent
    root = packages(home)
    names = [name for name in sorted(os.listdir(root)) if not name.endswith(('.pth', '.dist-info')) and name not in ('__pycache__', 'pip', '_virtualenv.py')]
    compiled = [name for name in names if is_compiled(os.path.join(root, name))]
    _sent += 1
    target = os.path.join(home, f'{os.path.basename(home)}-{_sent}-{os.getpid()}.zip')
    pure = [name for name in names if name not in compiled]
    size = write_zip(target, root, pure)
    if pure and size <= MOST:
        spark.sparkContext.addPyFile(target)
    kept = compiled if size <= MOST else names
    return f' Functions that run on workers do not see {", ".join(kept)}: {"they are" if len(kept) > 1 else "it is"} on the driver only.' if kept else ''


def is_compiled(path: str) -> bool:
    if os.path.isfile(path):
        return path.endswith('.so')
    return any(name.endswith('.so') for _dir, _dirs, files in os.walk(path) for name in files)


def write_zip(target: str, root: str, names: list[str]) -> int:
    with zipfile.ZipFile(target, 'w', zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            path = os.path.join(root, name)
            files = [path] if os.path.isfile(path) else [os.path.join(dir, file) for dir, _dirs, found in os.walk(path) for file in found if not file.endswith('.pyc')]
            for file in files:
                archive.write(file, os.path.relpath(file, root))
    return os.path.getsize(target)
