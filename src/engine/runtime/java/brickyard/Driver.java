package brickyard;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.ExecutorDecommissionInfo;
import org.apache.spark.scheduler.cluster.CoarseGrainedSchedulerBackend;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.connect.service.SparkConnectService;
import org.apache.spark.status.api.v1.ExecutorSummary;
import org.apache.spark.status.api.v1.StageData;
import scala.Tuple2;

/** What the driver's agent asks of the driver JVM, through Spark's Python gateway. */
public final class Driver {
  private Driver() {}

  /** Makes the one session of this application; its settings are the JVM's `spark.*` properties. Answers Spark's version. */
  public static String start() throws IOException {
    Machine.install();
    // Every thread that Spark starts inherits it: results may hold objects of classes that a Scala cell defined.
    Thread.currentThread().setContextClassLoader(new ReplClasses(Driver.class.getClassLoader()));
    SparkSession session = SparkSession.builder().getOrCreate();
    SparkContext context = session.sparkContext();
    context.env().rpcEnv().fileServer().addDirectory(DriverClasses.PATH, new java.io.File(context.getConf().get(Repl.FOLDER)));
    return session.version();
  }

  /**
   * Loads what the first Delta write and read need, on the driver and the executors, so that a user does not wait for it.
   * The scratch table lies on the root storage and is removed again.
   */
  public static void warm(String folder) throws IOException {
    SparkSession session = SparkSession.active().newSession();
    Path table = new Path(folder);
    session.sparkContext().setLocalProperty("spark.scheduler.pool", "warm");
    try {
      session.range(0, 8, 1, 4).write().format("delta").save(folder);
      session.read().format("delta").load(folder).groupBy("id").count().collectAsList();
    } finally {
      session.sparkContext().setLocalProperty("spark.scheduler.pool", null);
      table.getFileSystem(session.sparkContext().hadoopConfiguration()).delete(table, true);
      // What Delta has cached of it is nobody's: a worker that holds cached data is given up later than others.
      for (var cached : JavaSparkContext.fromSparkContext(session.sparkContext()).getPersistentRDDs().values())
        if (cached.name() != null && cached.name().contains(folder)) cached.unpersist(false);
    }
  }

  /**
   * `{"executors":[{"id","host","cores","tasks","cachedBytes","shuffledBytes"}], "waitingTasks", "jobs": running now, "lastConnect": epoch ms of
   * the last Spark Connect use}`, or {} when Spark has stopped. Waiting are the tasks of running stages that no executor has begun.
   */
  public static String status() {
    scala.Option<SparkContext> active = org.apache.spark.SparkContext$.MODULE$.getActive();
    if (active.isEmpty() || active.get().isStopped()) return "{}";
    SparkContext context = active.get();
    StringBuilder executors = new StringBuilder();
    var all = context.statusStore().executorList(true).iterator();
    while (all.hasNext()) {
      ExecutorSummary one = all.next();
      if (one.id().equals("driver")) continue;
      if (executors.length() > 0) executors.append(',');
      String host = one.hostPort().replaceFirst(":\\d+$", "");
      executors.append("{\"id\":\"").append(one.id()).append("\",\"host\":\"").append(host).append("\",\"cores\":").append(one.totalCores())
          .append(",\"tasks\":").append(one.activeTasks()).append(",\"cachedBytes\":").append(one.rddBlocks() == 0 ? 0 : one.memoryUsed() + one.diskUsed())
          .append(",\"shuffledBytes\":").append(one.totalShuffleWrite()).append('}');
    }
    int jobs = context.statusTracker().getActiveJobIds().length;
    return "{\"executors\":[" + executors + "],\"waitingTasks\":" + waitingTasks(context) + ",\"jobs\":" + jobs + ",\"lastConnect\":" + lastConnect() + "}";
  }

  private static int waitingTasks(SparkContext context) {
    int waiting = 0;
    var stages = context.statusStore().activeStages().iterator();
    while (stages.hasNext()) {
      StageData stage = stages.next();
      waiting += Math.max(0, stage.numTasks() - stage.numActiveTasks() - stage.numCompleteTasks());
    }
    return waiting;
  }

  /**
   * The machines of these hosts go soon: their executors get no more tasks, and what they take with them is nobody's failure.
   * Answers how many executors that were.
   */
  public static int retire(String hosts) {
    scala.Option<SparkContext> active = org.apache.spark.SparkContext$.MODULE$.getActive();
    if (active.isEmpty() || !(active.get().schedulerBackend() instanceof CoarseGrainedSchedulerBackend backend)) return 0;
    List<String> leaving = List.of(hosts.split(","));
    List<Tuple2<String, ExecutorDecommissionInfo>> retired = new ArrayList<>();
    var all = active.get().statusStore().executorList(true).iterator();
    while (all.hasNext()) {
      ExecutorSummary one = all.next();
      String host = one.hostPort().replaceFirst(":\\d+$", "");
      if (!one.id().equals("driver") && leaving.contains(host)) retired.add(new Tuple2<>(one.id(), new ExecutorDecommissionInfo("its machine is leaving the cluster", scala.Option.apply(host))));
    }
    @SuppressWarnings("unchecked")
    Tuple2<String, ExecutorDecommissionInfo>[] array = retired.toArray(new Tuple2[0]);
    if (array.length > 0) backend.decommissionExecutors(array, false, false);
    return array.length;
  }

  /** Ends the jobs of one command and of nobody else, also those that it was about to start. */
  public static void cancel(String group) {
    scala.Option<SparkContext> active = org.apache.spark.SparkContext$.MODULE$.getActive();
    if (active.isDefined()) active.get().cancelJobGroupAndFutureJobs(group);
  }

  /** How far the jobs of a command are; empty when it has none. */
  public static String progress(String group) throws IOException {
    scala.Option<SparkContext> active = org.apache.spark.SparkContext$.MODULE$.getActive();
    return active.isEmpty() || active.get().isStopped() ? "" : Progress.of(active.get(), group);
  }

  private static long lastConnect() {
    try {
      var executions = SparkConnectService.listActiveExecutions();
      if (executions.isRight()) return System.currentTimeMillis();
      // Connect counts in nanoseconds of the monotonic clock, from its own start.
      long ago = (System.nanoTime() - (Long) executions.left().getOrElse(System::nanoTime)) / 1_000_000;
      return System.currentTimeMillis() - Math.max(0, ago);
    } catch (RuntimeException | NoClassDefFoundError notStarted) {
      return 0;
    }
  }
}
