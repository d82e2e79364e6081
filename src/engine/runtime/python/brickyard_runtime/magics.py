"""`%sh`, `%fs` and `%pip`. Source: "Magic commands" in the Databricks notebook documentation."""

from __future__ import annotations

import re
import shlex

from . import libraries, results
from .processes import stream

SH = re.compile(r'^\s*%sh\b(.*)$')


class UsageError(ValueError):
    pass


def install(shell, dbutils, spark) -> None:
    shell.input_transformer_manager.cleanup_transforms.insert(0, whole_cell)
    shell.register_magic_function(sh, 'cell', 'brickyard_sh')
    shell.register_magic_function(lambda line: fs(line, dbutils), 'line', 'fs')
    shell.register_magic_function(lambda line: libraries.pip(line, spark), 'line', 'pip')


def whole_cell(lines: list[str]) -> list[str]:
    """A cell that begins with `%sh` is a shell script from there to its end."""
    for at, line in enumerate(lines):
        if not line.strip():
            continue
        match = SH.match(line)
        if not match:
            return lines
        flags, rest = options(match.group(1))
        script = rest + '\n' + ''.join(lines[at + 1:])
        return [f'get_ipython().run_cell_magic("brickyard_sh", {flags!r}, {script!r})\n']
    return lines


def options(text: str) -> tuple[str, str]:
    """Leading `-e` and the like are the shell's own: `%sh -e` ends at the first failure and fails the cell."""
    match = re.match(r'^\s*((?:-[a-z]+\s+)*(?:-[a-z]+$)?)(.*)$', text)
    return (match.group(1).strip(), match.group(2).strip()) if match else ('', text.strip())


def sh(flags: str, script: str) -> None:
    code = stream(['/bin/bash', *flags.split(), '-c', script])
    if code and '-e' in flags.split():
        raise RuntimeError(f'The script ended with exit code {code}.')
    if code:
        import sys

        print(f'exit code {code}', file=sys.stderr)


FS = {
    'ls': (1, 'ls(dir)'), 'head': (1, 'head(file)'), 'mkdirs': (1, 'mkdirs(dir)'), 'rm': (1, 'rm [-r] path'),
    'cp': (2, 'cp [-r] from to'), 'mv': (2, 'mv [-r] from to'), 'put': (2, 'put [-f] file contents'), 'help': (0, 'help'),
}


def fs(line: str, dbutils) -> None:
    """`%fs ls /` is `dbutils.fs.ls('/')`; what it answers is shown as a table."""
    if dbutils is None:
        raise UsageError('%fs needs a cluster with Spark.')
    words = shlex.split(line)
    flags = {word for word in words[1:] if word in ('-r', '--recurse', '-f', '--overwrite')}
    name, given = (words[0] if words else 'ls'), [word for word in words[1:] if word not in flags]
    if name == 'ls' and not given:
        given = ['/']
    if name not in FS:
        raise UsageError(f'%fs has no {name}. There are {", ".join(FS)}.')
    wanted, usage = FS[name]
    if len(given) != wanted:
        raise UsageError(f'%fs {name} needs {wanted} argument{"" if wanted == 1 else "s"}: {usage}')
    call = getattr(dbutils.fs, name)
    if name in ('rm', 'cp', 'mv'):
        answer = call(*given, recurse=bool(flags))
    elif name == 'put':
        answer = call(*given, overwrite=bool(flags))
    else:
        answer = call(*given)
    if name == 'ls':
        results.publish(results.files_table(answer))
    elif name != 'help':
        print(answer)
