package brickyard;

import java.io.IOException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** What a Scala cell finds by name beside `spark` and `sc`. */
public final class Notebook {
  private static final InheritableThreadLocal<Repl> HERE = new InheritableThreadLocal<>();

  private Notebook() {}

  static void of(Repl repl) {
    HERE.set(repl);
  }

  /** Shows a Dataset as a table, anything else as it prints. */
  @SuppressWarnings("unchecked")
  public static void display(Object thing) throws IOException {
    Repl repl = here();
    if (thing instanceof Dataset<?> frame) repl.said.table(Tables.of((Dataset<Row>) frame.toDF(), repl.rows()));
    else repl.said.print("out", thing + "\n");
  }

  public static void displayHTML(String html) {
    here().said.html(html);
  }

  private static Repl here() {
    Repl repl = HERE.get();
    if (repl == null) throw new IllegalStateException("display works in the cells of a notebook");
    return repl;
  }
}
