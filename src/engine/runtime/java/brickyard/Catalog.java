package brickyard;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.catalyst.analysis.NoSuchNamespaceException;
import org.apache.spark.sql.catalyst.TableIdentifier;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableCatalog;
import org.apache.spark.sql.delta.catalog.DeltaCatalog;
import scala.Option;

/**
 * Delta's session catalog, remembering through the root storage: a folder of the warehouse with a Delta log is a table,
 * a folder `x.db` is a schema. So managed tables outlive the cluster that made them, and clusters of a workspace see each other's.
 * Spark's own in-memory catalog stays the place where they are registered; it learns of them when they are asked for.
 */
public final class Catalog extends DeltaCatalog {
  /** Registering a table asks for it again: that must not register it once more. */
  private final ThreadLocal<Boolean> learning = ThreadLocal.withInitial(() -> false);

  @Override
  public Table loadTable(Identifier ident) {
    learn(ident);
    return super.loadTable(ident);
  }

  @Override
  public boolean tableExists(Identifier ident) {
    learn(ident);
    return super.tableExists(ident);
  }

  @Override
  public boolean dropTable(Identifier ident) {
    learn(ident);
    Path files = managedFiles(ident);
    boolean dropped = super.dropTable(ident);
    try {
      if (dropped && files != null && isDelta(files)) fileSystem(files).delete(files, true);
    } catch (IOException left) {
      throw new java.io.UncheckedIOException("The table is dropped, but its files at " + files + " are still there", left);
    }
    return dropped;
  }

  /** Where a managed table of ours has its files, or null when its owner put them elsewhere. */
  private static Path managedFiles(Identifier ident) {
    if (ident.namespace().length != 1) return null;
    Path path = new Path(schemaPath(ident.namespace()[0]), ident.name());
    try {
      var table = SparkSession.active().sessionState().catalog().getTableMetadata(new TableIdentifier(ident.name(), Option.apply(ident.namespace()[0])));
      return isDeltaTable(table.provider()) && path.equals(new Path(table.location())) ? path : null;
    } catch (Exception unknown) {
      return null;
    }
  }

  @Override
  public Identifier[] listTables(String[] namespace) throws NoSuchNamespaceException {
    Set<Identifier> all = new LinkedHashSet<>();
    if (namespace.length == 1) {
      learnSchema(namespace[0]);
      for (String name : folders(schemaPath(namespace[0]))) {
        Identifier ident = Identifier.of(namespace, name);
        if (!name.endsWith(".db") && learn(ident)) all.add(ident);
      }
    }
    for (Identifier known : super.listTables(namespace)) all.add(known);
    return all.toArray(new Identifier[0]);
  }

  @Override
  public String[][] listNamespaces() throws NoSuchNamespaceException {
    for (String name : folders(warehouse())) if (name.endsWith(".db")) learnSchema(name.substring(0, name.length() - 3));
    return super.listNamespaces();
  }

  @Override
  public boolean namespaceExists(String[] namespace) {
    if (namespace.length == 1) learnSchema(namespace[0]);
    return super.namespaceExists(namespace);
  }

  @Override
  public Map<String, String> loadNamespaceMetadata(String[] namespace) throws NoSuchNamespaceException {
    if (namespace.length == 1) learnSchema(namespace[0]);
    return super.loadNamespaceMetadata(namespace);
  }

  /** Registers a table that storage has and the session catalog has not; forgets one whose files another cluster has dropped. */
  private boolean learn(Identifier ident) {
    if (learning.get() || ident.namespace().length != 1 || ident.name().contains("/")) return false;
    String schema = ident.namespace()[0];
    learnSchema(schema);
    var session = SparkSession.active().sessionState().catalog();
    TableIdentifier name = new TableIdentifier(ident.name(), Option.apply(schema));
    Path path = new Path(schemaPath(schema), ident.name());
    learning.set(true);
    try {
      boolean known = session.tableExists(name);
      if (known && !path.equals(new Path(session.getTableMetadata(name).location()))) return true;
      boolean stored = isDelta(path);
      if (known && !stored && isDeltaTable(session.getTableMetadata(name).provider())) session.dropTable(name, true, true);
      else if (!known && stored) super.createTable(ident, new org.apache.spark.sql.types.StructType(), NO_PARTITIONS, managed(path));
      return stored || (known && session.tableExists(name));
    } catch (Exception unusable) {
      return false; // the table's own error comes from Spark, when it is really asked for
    } finally {
      learning.set(false);
    }
  }

  private static final org.apache.spark.sql.connector.expressions.Transform[] NO_PARTITIONS = {};

  private static Map<String, String> managed(Path path) {
    return Map.of(TableCatalog.PROP_PROVIDER, "delta", TableCatalog.PROP_LOCATION, path.toString(), TableCatalog.PROP_IS_MANAGED_LOCATION, "true");
  }

  private static boolean isDeltaTable(Option<String> provider) {
    return provider.isDefined() && provider.get().equalsIgnoreCase("delta");
  }

  private void learnSchema(String name) {
    var session = SparkSession.active().sessionState().catalog();
    try {
      if (session.databaseExists(name) || !exists(schemaPath(name))) return;
      super.createNamespace(new String[] {name}, Map.of());
    } catch (Exception another) {
      // it was registered in the meantime, or is no name that Spark takes
    }
  }

  private static Path schemaPath(String name) {
    return name.equals("default") ? warehouse() : new Path(warehouse(), name + ".db");
  }

  private static Path warehouse() {
    return new Path(SparkSession.active().sessionState().conf().warehousePath());
  }

  private static boolean isDelta(Path table) throws IOException {
    return exists(new Path(table, "_delta_log"));
  }

  private static boolean exists(Path path) throws IOException {
    return fileSystem(path).exists(path);
  }

  private static List<String> folders(Path path) {
    List<String> names = new ArrayList<>();
    try {
      for (FileStatus status : fileSystem(path).listStatus(path)) if (status.isDirectory()) names.add(status.getPath().getName());
    } catch (IOException empty) {
      // no warehouse yet
    }
    return names;
  }

  private static FileSystem fileSystem(Path path) throws IOException {
    return path.getFileSystem(SparkSession.active().sessionState().newHadoopConf());
  }
}
