# Databricks notebook source
# MAGIC %md
# MAGIC # Pause and resume
# MAGIC Terminating gives the machines back: cheap, and everything in memory is lost. **Pausing** keeps the machines asleep with their
# MAGIC memory: nothing computes, and minutes or days later every variable is still there.
# MAGIC
# MAGIC 1. Run the next two cells.
# MAGIC 2. Open the cluster under *Compute*, press **Pause**, wait until it is paused, then press **Resume**.
# MAGIC 3. Come back and run the last cell **only**.

# COMMAND ----------

# DBTITLE 1,Something that lives in memory alone
from datetime import datetime
made = datetime.now()
answer = 6 * 7
print(f'The answer {answer} was kept at {made:%H:%M:%S}')

# COMMAND ----------

# DBTITLE 1,A table in the memory of the workers
spark.sql("CREATE TABLE IF NOT EXISTS flights USING delta LOCATION 'dbfs:/FileStore/nycflights13/delta/flights'")
spark.sql('CACHE TABLE flights')
print(f"{spark.table('flights').count():,} flights are cached")

# COMMAND ----------

# DBTITLE 1,After the pause: run this cell alone
print(f'Still there: {answer}, kept at {made:%H:%M:%S}; it is {datetime.now():%H:%M:%S} now')
print('The table is still cached:', spark.catalog.isCached('flights'))
