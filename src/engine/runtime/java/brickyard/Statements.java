package brickyard;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.classic.Dataset;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.types.StructField;

/** A context's session, and SQL in it. Kernels attach to the same session, so both see the same temporary views. */
public final class Statements {
  private static final JsonFactory JSON = new JsonFactory();
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS");
  private static final Map<String, SparkSession> SESSIONS = new ConcurrentHashMap<>();

  private Statements() {}

  public static SparkSession session(String context) {
    return SESSIONS.computeIfAbsent(context, any -> (SparkSession) SparkSession.builder().getOrCreate().newSession());
  }

  public static void close(String context) {
    SESSIONS.remove(context);
  }

  /** Runs one statement: `{"schema","data","truncated"}`, or `{"error":{"name","value","trace"}}`. Its jobs are of group `command`. */
  public static String run(String context, String command, String statement, int most) throws IOException {
    SparkSession session = session(context);
    SparkContext spark = session.sparkContext();
    spark.setLocalProperty("spark.scheduler.pool", context);
    spark.setJobGroup(command, statement.length() > 200 ? statement.substring(0, 200) : statement, true);
    try {
      Dataset<Row> frame = session.sql(statement);
      List<Row> rows = frame.columns().length == 0 ? List.of() : frame.takeAsList(most + 1);
      return table(frame.schema().fields(), rows, most);
    } catch (Exception | LinkageError error) {
      return failure(error);
    } finally {
      spark.clearJobGroup();
      spark.setLocalProperty("spark.scheduler.pool", null);
    }
  }

  private static String table(StructField[] fields, List<Row> rows, int most) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeArrayFieldStart("schema");
      for (StructField field : fields) {
        json.writeStartObject();
        json.writeStringField("name", field.name());
        json.writeStringField("type", field.dataType().json());
        json.writeStringField("metadata", field.metadata().json());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeArrayFieldStart("data");
      for (Row row : rows.subList(0, Math.min(most, rows.size()))) {
        json.writeStartArray();
        for (int at = 0; at < row.length(); at++) cell(json, row.get(at));
        json.writeEndArray();
      }
      json.writeEndArray();
      json.writeBooleanField("truncated", rows.size() > most);
      json.writeEndObject();
    }
    return text.toString();
  }

  /** The same as `plain` in results.py: what JSON or a browser would bend goes as text. */
  private static void cell(JsonGenerator json, Object value) throws IOException {
    if (value == null) json.writeNull();
    else if (value instanceof Boolean truth) json.writeBoolean(truth);
    else if (value instanceof Float || value instanceof Double) real(json, ((Number) value).doubleValue(), value.toString());
    else if (value instanceof Long number && Math.abs(number) >= 1L << 53) json.writeString(number.toString());
    else if (value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte) json.writeNumber(((Number) value).longValue());
    else if (value instanceof BigDecimal decimal) json.writeString(decimal.toPlainString());
    else if (value instanceof java.sql.Timestamp time) json.writeString(TIME.format(time.toLocalDateTime()));
    else if (value instanceof java.time.Instant time) json.writeString(TIME.format(LocalDateTime.ofInstant(time, ZoneId.systemDefault())));
    else if (value instanceof LocalDateTime time) json.writeString(TIME.format(time));
    else if (value instanceof byte[] bytes) json.writeString(Base64.getEncoder().encodeToString(bytes));
    else if (value instanceof Row row) struct(json, row);
    else if (value instanceof scala.collection.Map<?, ?> map) entries(json, map);
    else if (value instanceof scala.collection.Seq<?> list) items(json, list.iterator());
    else json.writeString(value.toString());
  }

  private static void real(JsonGenerator json, double value, String shortest) throws IOException {
    if (Double.isFinite(value)) json.writeNumber(shortest);
    else json.writeString(shortest);
  }

  private static void struct(JsonGenerator json, Row row) throws IOException {
    String[] names = row.schema().fieldNames();
    json.writeStartObject();
    for (int at = 0; at < names.length; at++) {
      json.writeFieldName(names[at]);
      cell(json, row.get(at));
    }
    json.writeEndObject();
  }

  private static void entries(JsonGenerator json, scala.collection.Map<?, ?> map) throws IOException {
    json.writeStartObject();
    var all = map.iterator();
    while (all.hasNext()) {
      var entry = all.next();
      json.writeFieldName(String.valueOf(entry._1()));
      cell(json, entry._2());
    }
    json.writeEndObject();
  }

  private static void items(JsonGenerator json, scala.collection.Iterator<?> items) throws IOException {
    json.writeStartArray();
    while (items.hasNext()) cell(json, items.next());
    json.writeEndArray();
  }

  private static String failure(Throwable error) throws IOException {
    StringWriter trace = new StringWriter();
    error.printStackTrace(new PrintWriter(trace));
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeObjectFieldStart("error");
      json.writeStringField("name", error.getClass().getSimpleName().replace("Extended", ""));
      json.writeStringField("value", String.valueOf(error.getMessage()).strip());
      json.writeStringField("trace", trace.toString());
      json.writeEndObject();
      json.writeEndObject();
    }
    return text.toString();
  }
}
