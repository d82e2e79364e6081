package brickyard;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.apache.spark.executor.CoarseGrainedExecutorBackend;

/**
 * Main class of a worker machine: waits inside the started JVM until the driver listens, then becomes Spark's own executor.
 * (An executor that finds no driver gives up at once, and a JVM started only then costs a second.)
 * Arguments: driver host, driver port, executor id, own address, cores, application id.
 */
public final class Executor {
  private Executor() {}

  public static void main(String[] args) throws Exception {
    String host = args[0];
    int port = Integer.parseInt(args[1]);
    Machine.install();
    Class.forName("org.apache.spark.executor.CoarseGrainedExecutorBackend$");
    Class.forName("org.apache.spark.SparkEnv$");
    await(host, port);
    // Spark's threads inherit it, and what they load classes with has it as its parent.
    Thread.currentThread().setContextClassLoader(new DriverClasses(Executor.class.getClassLoader(), host, port));
    CoarseGrainedExecutorBackend.main(new String[] {
      "--driver-url", "spark://CoarseGrainedScheduler@" + host + ":" + port,
      "--executor-id", args[2], "--hostname", args[3], "--bind-address", args[3], "--cores", args[4], "--app-id", args[5],
    });
  }

  private static void await(String host, int port) throws InterruptedException {
    for (long pause = 20; ; pause = Math.min(pause + 10, 500)) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(host, port), 2_000);
        return;
      } catch (IOException notYet) {
        Thread.sleep(pause);
      }
    }
  }
}
