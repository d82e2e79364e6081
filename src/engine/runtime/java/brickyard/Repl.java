package brickyard;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.classic.SparkSession;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.BoxedUnit;
import scala.tools.nsc.Settings;
import scala.tools.nsc.interpreter.IMain;
import scala.tools.nsc.interpreter.Results;
import scala.tools.nsc.interpreter.shell.Accumulator;
import scala.tools.nsc.interpreter.shell.ReplCompletion;
import scala.tools.nsc.interpreter.shell.ReplReporterImpl;

/**
 * A context's Scala: Scala's own interpreter in this JVM, in the context's session. Executors load what it compiles from a folder
 * that the driver serves (`DriverClasses`). One command at a time; the agent sees to that.
 */
public final class Repl {
  /** The setting that names the folder. */
  static final String FOLDER = "spark.brickyard.classes";

  private static final Map<String, Repl> REPLS = new ConcurrentHashMap<>();
  private static final Map<Integer, Repl> BY_NUMBER = new ConcurrentHashMap<>();
  private static final AtomicInteger NUMBERS = new AtomicInteger();
  /** All contexts compile into one folder: each has a range of line numbers of its own. */
  private static final int LINES = 1_000_000;
  private static final Pattern LINE = Pattern.compile("^\\$line(\\d+)");
  private static final Pattern THROWN = Pattern.compile("^((?:[\\w$]+\\.)+[\\w$]+)(?:: (.*))?$", Pattern.MULTILINE);
  private static final Pattern COMPILE = Pattern.compile("^(?:.*: )?\\s*error: (.*)$", Pattern.MULTILINE);

  private final SparkSession session;
  private final StringWriter answer = new StringWriter();
  private final IMain interpreter;
  final Said said = new Said();
  private volatile Thread running;
  private volatile String command = "";
  private volatile int rows = 1000;

  private Repl(String context) {
    session = Statements.session(context);
    Settings settings = new Settings(any -> BoxedUnit.UNIT);
    String folder = session.sparkContext().getConf().get(FOLDER);
    List<String> arguments = List.of("-usejavacp", "-Yrepl-class-based", "-Yrepl-outdir", folder, "-Yrangepos");
    settings.processArguments(scala.collection.immutable.List.from(CollectionConverters.asScala(arguments)), true);
    interpreter = new IMain(settings, new ReplReporterImpl(settings, new PrintWriter(answer)));
    int number = NUMBERS.incrementAndGet();
    interpreter.naming().scala$tools$nsc$interpreter$Naming$$_freshLineId_$eq(number * LINES);
    interpreter.initializeCompiler();
    BY_NUMBER.put(number, this);
    String name = "\"" + context + "\"";
    for (String line : List.of(
        "@transient val spark = brickyard.Repl.sessionOf(" + name + ")\n@transient val sc = spark.sparkContext",
        "import org.apache.spark.SparkContext._\nimport spark.implicits._\nimport spark.sql\nimport org.apache.spark.sql.functions._\nimport brickyard.Notebook.{display, displayHTML}")) {
      if (interpreter.interpret(line) != Results.Success$.MODULE$) throw new IllegalStateException("The Scala interpreter cannot be used: " + answer);
    }
    take();
  }

  private static Repl of(String context) {
    return REPLS.computeIfAbsent(context, Repl::new);
  }

  static Repl ofClass(String name) {
    Matcher line = LINE.matcher(name);
    return line.find() ? BY_NUMBER.get((int) (Long.parseLong(line.group(1)) / LINES)) : null;
  }

  ClassLoader classes() {
    return interpreter.classLoader();
  }

  /** For the first line of each interpreter. */
  public static SparkSession sessionOf(String context) {
    return Statements.session(context);
  }

  /** Begins a command. What it shows is had by `next`. */
  public static void start(String context, String command, String code, int rows) {
    Said said = new Said();
    Thread thread = new Thread(() -> {
      try {
        Repl repl = of(context);
        repl.said.passOn(said);
        repl.run(context, command, code, rows);
      } catch (Throwable error) {
        said.error(error.getClass().getSimpleName(), String.valueOf(error.getMessage()), String.valueOf(error));
      }
      said.end();
    }, "scala-" + context);
    thread.setDaemon(true);
    SAID.put(context, said);
    thread.start();
  }

  private static final Map<String, Said> SAID = new ConcurrentHashMap<>();

  /** What the running command of a context has shown since the last call, as a JSON array; waits for it. The last thing is `end`. */
  public static String next(String context) throws IOException, InterruptedException {
    Said said = SAID.get(context);
    return said == null ? "[{\"kind\":\"end\"}]" : said.next();
  }

  private void run(String context, String name, String code, int most) {
    Thread thread = Thread.currentThread();
    thread.setContextClassLoader(classes());
    SparkSession.setActiveSession(session);
    SparkContext spark = session.sparkContext();
    spark.setLocalProperty("spark.scheduler.pool", context);
    spark.setJobGroup(name, code.length() > 200 ? code.substring(0, 200) : code, true);
    rows = most;
    command = name;
    running = thread;
    Notebook.of(this);
    try (PrintStream out = new PrintStream(said.stream("out"), true, StandardCharsets.UTF_8); PrintStream err = new PrintStream(said.stream("err"), true, StandardCharsets.UTF_8)) {
      Results.Result result = scala.Console.withOut(out, () -> scala.Console.withErr(err, () -> interpret(code)));
      out.flush();
      err.flush();
      String text = take();
      if (result == Results.Success$.MODULE$) said.print("out", text);
      else if (result == Results.Incomplete$.MODULE$) said.error("CompileError", "The code ends before it is complete: a bracket, quote or comment is not closed", text);
      else failed(text);
    } finally {
      running = null;
      Notebook.of(null);
      Thread.interrupted();
    }
  }

  /**
   * A cell in the parts in which it can run: what comes after a class is a part of its own, because Spark's encoders ask a class for the
   * line that it was defined in, and that line is not there before it has ended. A part that needs a later one is run with it.
   */
  private Results.Result interpret(String code) {
    int from = 0;
    for (int cut : cuts(code)) {
      int before = answer.getBuffer().length();
      if (interpreter.interpret(code.substring(from, cut)) != Results.Success$.MODULE$) {
        answer.getBuffer().setLength(before);
        break;
      }
      from = cut;
    }
    return interpreter.interpret(code.substring(from));
  }

  /** Where something to run begins after definitions of which one is a class. */
  private List<Integer> cuts(String code) {
    List<Integer> cuts = new ArrayList<>();
    var parsed = interpreter.parse(code);
    take();
    if (parsed.isLeft()) return cuts;
    boolean classes = false;
    for (Object one : CollectionConverters.asJava(parsed.toOption().get()._1())) {
      scala.reflect.internal.Trees.Tree tree = (scala.reflect.internal.Trees.Tree) one;
      String kind = tree.productPrefix();
      boolean definition = kind.equals("ClassDef") || kind.equals("ModuleDef") || kind.equals("DefDef") || kind.equals("TypeDef") || kind.equals("Import");
      if (classes && !definition && tree.pos().isRange()) {
        cuts.add(tree.pos().start());
        classes = false;
      }
      classes |= kind.equals("ClassDef");
    }
    return cuts;
  }

  private void failed(String text) {
    Matcher error = COMPILE.matcher(text);
    Matcher thrown = THROWN.matcher(text);
    if (error.find()) said.error("CompileError", error.group(1), text);
    else if (thrown.find()) said.error(thrown.group(1).replaceFirst("^.*\\.", ""), thrown.group(2) == null ? "" : thrown.group(2), text);
    else said.error("CompileError", text.strip().lines().findFirst().orElse(""), text);
  }

  /** What the interpreter answered, less what it says of commands that a notebook does not have. */
  private String take() {
    String text = answer.toString();
    answer.getBuffer().setLength(0);
    return text.replaceAll("(?m)^warning: .*`:setting .*\\R", "");
  }

  int rows() {
    return rows;
  }

  /** Interrupts the thread of exactly this command; its Spark jobs are ended by Driver.cancel. */
  public static void interrupt(String context, String name) {
    Repl repl = REPLS.get(context);
    if (repl == null) return;
    Thread thread = repl.running;
    if (thread != null && repl.command.equals(name)) thread.interrupt();
  }

  /** `{"at": where the replaced part begins, "names": […]}`; empty while a command runs. */
  public static String complete(String context, String code, int cursor) throws IOException {
    Repl repl = REPLS.get(context);
    StringWriter text = new StringWriter();
    try (JsonGenerator json = Tables.JSON.createGenerator(text)) {
      json.writeStartObject();
      if (repl == null || repl.running != null) {
        json.writeNumberField("at", cursor);
        json.writeArrayFieldStart("names");
      } else {
        var found = new ReplCompletion(repl.interpreter, new Accumulator()).complete(code, cursor);
        json.writeNumberField("at", found.cursor());
        json.writeArrayFieldStart("names");
        for (var one : CollectionConverters.asJava(found.candidates())) json.writeString(one.name());
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    return text.toString();
  }

  static void close(String context) {
    SAID.remove(context);
    Repl repl = REPLS.remove(context);
    if (repl == null) return;
    BY_NUMBER.values().remove(repl);
    Thread thread = repl.running;
    if (thread != null) thread.interrupt();
    repl.interpreter.close();
  }

  /** Makes a context's interpreter, which runs its first lines, so that nobody waits for it. */
  public static void warm(String context) {
    of(context);
  }
}
