"""How a notebook shows data: tables as JSON of their own media type, everything else as IPython shows it."""

from __future__ import annotations

import base64
import datetime
import decimal
import json
import math

from . import cell

TABLE = 'application/vnd.brickyard.table+json'
MOST_ROWS = 100_000
MOST_CHARACTERS = 16_000_000
_spark = None


def use(spark) -> None:
    global _spark
    _spark = spark


def display(*things, limit: int | None = None, **options) -> None:
    """Shows DataFrames (Spark, pandas) as tables with at most `limit` rows, figures as images, anything else as IPython does."""
    import IPython.display as ipython

    for thing in things:
        table = as_table(thing, min(max(int(limit), 1), MOST_ROWS) if limit is not None else cell.rows())
        if table is not None:
            publish(table)
        else:
            ipython.display(thing, **options)
            close_figure(thing)


def display_html(html) -> None:
    import IPython.display as ipython

    ipython.display(ipython.HTML(str(html)))


def publish(table: dict) -> None:
    from IPython.display import publish_display_data

    publish_display_data({TABLE: table, 'text/plain': as_text(table)})


def close_figure(thing) -> None:
    """A figure that was displayed is not shown a second time at the end of the cell."""
    import sys

    pyplot = sys.modules.get('matplotlib.pyplot')
    if pyplot is not None and isinstance(thing, pyplot.Figure):
        pyplot.close(thing)


def as_table(thing, most: int) -> dict | None:
    kind = f'{type(thing).__module__}.{type(thing).__name__}'
    if kind.startswith('pandas.') and kind.endswith('.DataFrame'):
        columns = [{'name': str(name), 'type': json.dumps(spark_type(str(dtype)))} for name, dtype in thing.dtypes.items()]
        return table_of(columns, thing.head(most + 1).itertuples(index=False, name=None), most)
    if kind.startswith('pyspark.sql.') and kind.endswith('.DataFrame'):
        return spark_table(thing, most)
    if isinstance(thing, list) and thing and all(type(row).__name__ == 'FileInfo' for row in thing):
        return files_table(thing)
    if _spark is not None and isinstance(thing, list) and thing and all(hasattr(row, '__fields__') for row in thing):
        return spark_table(_spark.createDataFrame(thing), most)
    return None


def spark_table(frame, most: int) -> dict:
    columns = [{'name': field.name, 'type': field.dataType.json(), 'metadata': json.dumps(field.metadata or {})} for field in frame.schema.fields]
    return table_of(columns, frame.take(most + 1) if columns else [], most)


def files_table(files) -> dict:
    columns = [{'name': name, 'type': json.dumps(kind)} for name, kind in (('path', 'string'), ('name', 'string'), ('size', 'long'), ('modificationTime', 'long'))]
    return table_of(columns, files, MOST_ROWS)


def table_of(columns: list[dict], rows, most: int) -> dict:
    """The first rows, as many as may be shown; `rows` has one more if there are more."""
    data, characters = [], 0
    for row in rows:
        if len(data) == most or characters > MOST_CHARACTERS:
            return {'schema': columns, 'data': data, 'truncated': True}
        cells = [plain(value) for value in row]
        characters += sum(len(value) if isinstance(value, str) else 12 for value in cells)
        data.append(cells)
    return {'schema': columns, 'data': data, 'truncated': False}


def spark_type(dtype: str) -> str:
    """What Spark calls a pandas type."""
    if dtype.startswith('datetime64'):
        return 'timestamp'
    return {'int64': 'long', 'Int64': 'long', 'int32': 'integer', 'Int32': 'integer', 'int16': 'short', 'int8': 'byte', 'float64': 'double', 'float32': 'float', 'bool': 'boolean', 'boolean': 'boolean'}.get(dtype, 'string')


def plain(value):
    """A cell as JSON. Numbers that JSON or a browser would bend go as text."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**53 else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else {'nan': 'NaN', 'inf': 'Infinity'}.get(str(value), '-Infinity')
    if isinstance(value, decimal.Decimal):
        return format(value, 'f')
    if isinstance(value, datetime.datetime):
        return value.isoformat(timespec='milliseconds')
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(bytes(value)).decode()
    if hasattr(value, 'asDict'):
        return {key: plain(one) for key, one in value.asDict().items()}
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [plain(one) for one in value]
    if hasattr(value, 'item'):  # numpy scalars
        return plain(value.item())
    return str(value)


def as_text(table: dict, limit: int = 20) -> str:
    names = [column['name'] for column in table['schema']]
    lines = [[('null' if cell is None else str(cell)) for cell in row] for row in table['data'][:limit]]
    widths = [max(len(row[at]) for row in [names, *lines]) for at in range(len(names))]
    text = '\n'.join(' | '.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in [names, *lines])
    more = len(table['data']) - limit
    return f'{text}\n… {more} more rows' if more > 0 else text
