package brickyard;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import org.apache.spark.SparkEnv;

/**
 * On an executor: the classes of Scala cells, from the driver. Spark's own loader for a REPL (`spark.repl.class.outputDir`) asks the driver for
 * every name that its code generator tries, some fifty for each new query; ours only for what a cell can have defined.
 */
final class DriverClasses extends ClassLoader {
  /** Where the driver serves them, below its own address. */
  static final String PATH = "/classes";

  private final String base;

  DriverClasses(ClassLoader parent, String host, int port) {
    super(parent);
    base = "spark://" + host + ":" + port + PATH + "/";
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    if (!name.startsWith("$line")) throw new ClassNotFoundException(name);
    try (InputStream in = open(name.replace('.', '/') + ".class")) {
      byte[] bytes = in.readAllBytes();
      return defineClass(name, bytes, 0, bytes.length);
    } catch (IOException | RuntimeException gone) {
      throw new ClassNotFoundException(name, gone);
    }
  }

  /** The closure cleaner reads classes as resources. */
  @Override
  public InputStream getResourceAsStream(String name) {
    InputStream found = super.getResourceAsStream(name);
    if (found != null || !name.startsWith("$line")) return found;
    try {
      return open(name);
    } catch (IOException | RuntimeException gone) {
      return null;
    }
  }

  private InputStream open(String path) throws IOException {
    StringBuilder url = new StringBuilder(base);
    String separator = "";
    for (String part : path.split("/")) {
      url.append(separator).append(java.net.URLEncoder.encode(part, java.nio.charset.StandardCharsets.UTF_8));
      separator = "/";
    }
    return Channels.newInputStream(SparkEnv.get().rpcEnv().openChannel(url.toString()));
  }
}
