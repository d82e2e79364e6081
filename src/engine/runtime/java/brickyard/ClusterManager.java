package brickyard;

import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.ExternalClusterManager;
import org.apache.spark.scheduler.SchedulerBackend;
import org.apache.spark.scheduler.TaskScheduler;
import org.apache.spark.scheduler.TaskSchedulerImpl;
import org.apache.spark.scheduler.cluster.CoarseGrainedSchedulerBackend;

/**
 * `spark.master=brickyard`: machines are the control plane's business, so nobody between driver and executors allocates any.
 * Each worker machine starts one executor, which registers with the driver by itself; one that is gone is seen by its closed connection.
 */
public final class ClusterManager implements ExternalClusterManager {
  @Override
  public boolean canCreate(String master) {
    return master.equals("brickyard");
  }

  @Override
  public TaskScheduler createTaskScheduler(SparkContext context, String master) {
    return new TaskSchedulerImpl(context);
  }

  @Override
  public SchedulerBackend createSchedulerBackend(SparkContext context, String master, TaskScheduler scheduler) {
    String application = context.getConf().get("spark.brickyard.applicationId");
    return new CoarseGrainedSchedulerBackend((TaskSchedulerImpl) scheduler, context.env().rpcEnv()) {
      /** Known to the executors beforehand: Spark's block transfer authenticates an application by its id. */
      @Override
      public String applicationId() {
        return application;
      }
    };
  }

  @Override
  public void initialize(TaskScheduler scheduler, SchedulerBackend backend) {
    ((TaskSchedulerImpl) scheduler).initialize(backend);
  }
}
