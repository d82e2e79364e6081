package brickyard;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.classic.SparkSession;

/** A context's session, and SQL in it. Kernels attach to the same session, so both see the same temporary views. */
public final class Statements {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, SparkSession> SESSIONS = new ConcurrentHashMap<>();

  private Statements() {}

  public static SparkSession session(String context) {
    return SESSIONS.computeIfAbsent(context, any -> (SparkSession) SparkSession.builder().getOrCreate().newSession());
  }

  public static void close(String context) {
    SESSIONS.remove(context);
    Repl.close(context);
  }

  /** Runs one statement: `{"schema","data","truncated"}`, or `{"error":{"name","value","trace"}}`. Its jobs are of group `command`. */
  public static String run(String context, String command, String statement, int most) throws IOException {
    SparkSession session = session(context);
    SparkContext spark = session.sparkContext();
    spark.setLocalProperty("spark.scheduler.pool", context);
    spark.setJobGroup(command, statement.length() > 200 ? statement.substring(0, 200) : statement, true);
    try {
      return Tables.of(session.sql(statement), most);
    } catch (Exception | LinkageError error) {
      return Tables.failure(error);
    } finally {
      spark.clearJobGroup();
      spark.setLocalProperty("spark.scheduler.pool", null);
    }
  }

  /** `{"schemas":[…],"tables":[…]}`: what a statement may name. Tables of the current schema as they are, of others with their schema's name. */
  public static String names(String context) throws IOException {
    SparkSession session = session(context);
    String current = session.catalog().currentDatabase();
    TreeSet<String> schemas = new TreeSet<>();
    TreeSet<String> tables = new TreeSet<>();
    for (Row row : session.sql("SHOW SCHEMAS").collectAsList()) schemas.add(row.getString(0));
    for (String schema : schemas.stream().limit(50).toList()) {
      for (Row row : session.sql("SHOW TABLES IN `" + schema.replace("`", "``") + "`").collectAsList()) {
        boolean near = schema.equals(current) || row.getBoolean(2);
        tables.add(near ? row.getString(1) : schema + "." + row.getString(1));
      }
    }
    StringWriter text = new StringWriter();
    try (JsonGenerator json = Tables.JSON.createGenerator(text)) {
      json.writeStartObject();
      for (var list : Map.of("schemas", schemas, "tables", tables).entrySet()) {
        json.writeArrayFieldStart(list.getKey());
        for (String name : list.getValue()) json.writeString(name);
        json.writeEndArray();
      }
      json.writeEndObject();
    }
    return text.toString();
  }

  /** The names of a table's columns as a JSON array; empty when there is no such table. */
  public static String columns(String context, String table) throws IOException {
    try {
      return JSON.writeValueAsString(List.of(session(context).table(table).columns()));
    } catch (Exception gone) {
      return "[]";
    }
  }
}
