"""What a start-up cache is trained with: the paths that the first minutes of a cluster take. Arguments: mode, address, folder."""

import sys

mode, address, folder = sys.argv[1:4]

if mode == 'connect':
    from pyspark.sql import SparkSession

    spark = SparkSession.builder.remote(f'sc://{address}:15002').getOrCreate()
else:
    from brickyard_runtime.spark import attach

    spark = attach()

from pyspark.sql import functions as F

spark.sql('select 1').collect()
spark.range(100_000).repartition(4).groupBy((F.col('id') % 7).alias('k')).agg(F.sum('id'), F.avg('id')).orderBy('k').collect()
spark.sql('select a.id, b.s from range(1000) a join (select id % 10 as id, sum(id) as s from range(1000) group by 1) b on a.id = b.id').toPandas()

rows = spark.createDataFrame([(i, f'name {i}', i * 1.5) for i in range(200)], 'id long, name string, value double')
rows.createOrReplaceTempView(f'rows_{mode}')
spark.sql(f"select name, rank() over (partition by id % 3 order by value desc) r, current_timestamp() from rows_{mode} where name like 'name 1%'").collect()
for form in ('parquet', 'csv', 'json'):
    rows.write.mode('overwrite').format(form).save(f'{folder}/{mode}.{form}')
    spark.read.format(form).load(f'{folder}/{mode}.{form}').count()
spark.read.option('header', True).option('inferSchema', True).csv(f'{folder}/{mode}.csv').count()

table = f'{folder}/{mode}.delta'
rows.write.mode('overwrite').format('delta').save(table)
rows.write.mode('append').format('delta').save(table)
spark.sql(f'update delta.`{table}` set value = value + 1 where id < 10')
spark.sql(f'delete from delta.`{table}` where id = 3')
spark.sql(f'merge into delta.`{table}` t using rows_{mode} s on t.id = s.id and t.id = 7 when matched then update set * when not matched then insert *')
spark.read.format('delta').load(table).groupBy('id').count().toPandas()
spark.sql(f'describe history delta.`{table}`').collect()
spark.sql('show tables').collect()

double = F.udf(lambda x: x * 2, 'long')
spark.range(100).select(double('id')).collect()
cached = spark.range(1000).cache()
cached.count()
cached.unpersist()
if mode == 'classic':
    sc = spark.sparkContext
    sc.parallelize(range(100), 4).map(lambda x: (x % 3, x)).reduceByKey(lambda a, b: a + b).collect()
    java = sc._jvm.brickyard
    java.Statements.run('training', 'a', 'select 1', 10)
    java.Driver.progress('a')
    for cell in ('case class P(a: Int, b: String)\nval ps = Seq(P(1, "x"), P(2, "y")).toDS\nps.filter(_.a > 1).collect()', 'display(spark.range(3).groupBy("id").count())', 'sc.parallelize(1 to 10, 2).map(_ * 2).sum'):
        java.Repl.start('training', 'b', cell, 10)
        while '"end"' not in java.Repl.next('training'):
            pass
print('trained')
