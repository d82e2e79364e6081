"""How a notebook shows data: tables as JSON of their own media type, everything else as IPython shows it."""

from __future__ import annotations

import base64
import datetime
import decimal
import json
import math

TABLE = 'application/vnd.brickyard.table+json'
ROWS = 1000
_spark = None


def use(spark) -> None:
    global _spark
    _spark = spark


def display(*things, **options) -> None:
    """Shows DataFrames (Spark, pandas) as tables, and anything else as IPython does."""
    import IPython.display as ipython

    for thing in things:
        table = as_table(thing)
        if table is None:
            ipython.display(thing, **options)
        else:
            publish(table)


def display_html(html) -> None:
    import IPython.display as ipython

    ipython.display(ipython.HTML(str(html)))


def publish(table: dict) -> None:
    from IPython.display import publish_display_data

    publish_display_data({TABLE: table, 'text/plain': as_text(table)})


def as_table(thing) -> dict | None:
    from pyspark.sql import DataFrame

    if isinstance(thing, DataFrame):
        return spark_table(thing)
    kind = f'{type(thing).__module__}.{type(thing).__name__}'
    if kind.startswith('pandas.') and kind.endswith('.DataFrame'):
        shown = thing.head(ROWS)
        columns = [{'name': str(name), 'type': json.dumps(str(dtype))} for name, dtype in shown.dtypes.items()]
        rows = [[plain(value) for value in row] for row in shown.itertuples(index=False, name=None)]
        return {'schema': columns, 'data': rows, 'truncated': len(thing) > ROWS}
    if isinstance(thing, list) and thing and all(hasattr(row, '__fields__') for row in thing):
        return spark_table(_spark.createDataFrame(thing))
    return None


def spark_table(frame) -> dict:
    rows = frame.take(ROWS + 1) if frame.columns else []
    return {
        'schema': [{'name': field.name, 'type': field.dataType.json(), 'metadata': json.dumps(field.metadata or {})} for field in frame.schema.fields],
        'data': [[plain(value) for value in row] for row in rows[:ROWS]],
        'truncated': len(rows) > ROWS,
    }


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
