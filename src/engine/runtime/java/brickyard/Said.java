package brickyard;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What a Scala command shows, on its way to the agent: prints in a row are one, and who prints faster than it is taken waits. */
final class Said {
  private static final int MOST = 4_000_000;
  /** So long more output is waited for, that not every line is a call. */
  private static final long LINGER = 8;

  private record One(String kind, StringBuilder text, String name, String value) {}

  private List<One> pending = new ArrayList<>();
  private int size;
  private boolean ended;
  private Said other;

  /** Everything goes to another from now on. */
  synchronized void passOn(Said to) {
    other = to;
  }

  private synchronized Said target() {
    return other == null ? this : other;
  }

  void print(String kind, String text) {
    if (!text.isEmpty()) target().add(new One(kind, new StringBuilder(text), null, null));
  }

  void table(String json) {
    target().add(new One("table", new StringBuilder(json), null, null));
  }

  void html(String html) {
    target().add(new One("html", new StringBuilder(html), null, null));
  }

  void error(String name, String value, String trace) {
    target().add(new One("error", new StringBuilder(trace), name, value));
  }

  void end() {
    target().finish();
  }

  private synchronized void finish() {
    ended = true;
    notifyAll();
  }

  private synchronized void add(One one) {
    boolean interrupted = false;
    while (size > MOST && !ended) {
      try {
        wait(1000);
      } catch (InterruptedException cancelled) {
        interrupted = true;
        break;
      }
    }
    if (interrupted) Thread.currentThread().interrupt();
    if (ended) return;
    One last = pending.isEmpty() ? null : pending.get(pending.size() - 1);
    boolean same = last != null && last.kind.equals(one.kind) && (one.kind.equals("out") || one.kind.equals("err"));
    if (same) last.text.append(one.text);
    else pending.add(one);
    size += one.text.length();
    notifyAll();
  }

  String next() throws IOException, InterruptedException {
    List<One> taken;
    boolean last;
    synchronized (this) {
      while (pending.isEmpty() && !ended) wait();
      if (!ended) wait(LINGER);
      taken = pending;
      pending = new ArrayList<>();
      size = 0;
      last = ended;
      notifyAll();
    }
    StringWriter text = new StringWriter();
    try (JsonGenerator json = Tables.JSON.createGenerator(text)) {
      json.writeStartArray();
      for (One one : taken) {
        json.writeStartObject();
        json.writeStringField("kind", one.kind);
        if (one.kind.equals("table")) {
          json.writeFieldName("table");
          json.writeRawValue(one.text.toString());
        } else if (one.kind.equals("error")) {
          json.writeStringField("name", one.name);
          json.writeStringField("value", one.value);
          json.writeStringField("trace", one.text.toString());
        } else json.writeStringField("text", one.text.toString());
        json.writeEndObject();
      }
      if (last) {
        json.writeStartObject();
        json.writeStringField("kind", "end");
        json.writeEndObject();
      }
      json.writeEndArray();
    }
    return text.toString();
  }

  OutputStream stream(String kind) {
    return new OutputStream() {
      @Override
      public void write(int one) {
        write(new byte[] {(byte) one}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int from, int length) {
        print(kind, new String(bytes, from, length, StandardCharsets.UTF_8));
      }
    };
  }
}
