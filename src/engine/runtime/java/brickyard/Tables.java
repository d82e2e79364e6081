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
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;

/** Rows as JSON of the table media type, and errors as JSON. */
final class Tables {
  static final JsonFactory JSON = new JsonFactory();
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS");
  /** A shown table has no more characters than this, whatever its rows. */
  private static final int MOST = 16_000_000;

  private Tables() {}

  /** `{"schema","data","truncated"}` of the first rows. */
  static String of(Dataset<Row> frame, int most) throws IOException {
    List<Row> rows = frame.columns().length == 0 ? List.of() : frame.takeAsList(most + 1);
    return table(frame.schema().fields(), rows, most);
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
      int shown = 0;
      for (; shown < Math.min(most, rows.size()) && text.getBuffer().length() < MOST; shown++) {
        Row row = rows.get(shown);
        json.writeStartArray();
        for (int at = 0; at < row.length(); at++) cell(json, row.get(at));
        json.writeEndArray();
      }
      json.writeEndArray();
      json.writeBooleanField("truncated", rows.size() > shown);
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

  /** `{"error":{"name","value","trace"}}`. */
  static String failure(Throwable error) throws IOException {
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
