package brickyard;

import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.TableIdentifier;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.parser.ParameterContext;
import org.apache.spark.sql.catalyst.parser.ParseException;
import org.apache.spark.sql.catalyst.parser.ParserInterface;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.execution.SparkSqlParser;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import scala.collection.immutable.Seq;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;

/** What we add to every session, after Delta. */
public final class Extensions extends AbstractFunction1<SparkSessionExtensions, BoxedUnit> {
  @Override
  public BoxedUnit apply(SparkSessionExtensions extensions) {
    extensions.injectParser((session, before) -> new Parser(before));
    return BoxedUnit.UNIT;
  }

  /**
   * `spark.sql(text, args)`: Delta 4.4's parser knows nothing of parameters and loses them, so such a text goes to Spark's own first.
   * Everything else is Delta's, as before.
   */
  private static final class Parser implements ParserInterface {
    private final ParserInterface delta;
    private final SparkSqlParser spark = new SparkSqlParser();

    Parser(ParserInterface delta) {
      this.delta = delta;
    }

    @Override
    public LogicalPlan parsePlanWithParameters(String text, ParameterContext parameters) throws ParseException {
      if (text.indexOf(':') < 0 && text.indexOf('?') < 0) return delta.parsePlan(text);
      try {
        return spark.parsePlanWithParameters(text, parameters);
      } catch (Exception notSparks) {
        // Scala declares no exceptions, so the compiler does not know which come.
        if (!(notSparks instanceof ParseException)) throw notSparks;
        return delta.parsePlan(text);
      }
    }

    @Override
    public LogicalPlan parsePlan(String text) throws ParseException {
      return delta.parsePlan(text);
    }

    @Override
    public Expression parseExpression(String text) throws ParseException {
      return delta.parseExpression(text);
    }

    @Override
    public TableIdentifier parseTableIdentifier(String text) throws ParseException {
      return delta.parseTableIdentifier(text);
    }

    @Override
    public FunctionIdentifier parseFunctionIdentifier(String text) throws ParseException {
      return delta.parseFunctionIdentifier(text);
    }

    @Override
    public Seq<String> parseMultipartIdentifier(String text) throws ParseException {
      return delta.parseMultipartIdentifier(text);
    }

    @Override
    public LogicalPlan parseQuery(String text) throws ParseException {
      return delta.parseQuery(text);
    }

    @Override
    public StructType parseRoutineParam(String text) throws ParseException {
      return delta.parseRoutineParam(text);
    }

    @Override
    public StructType parseTableSchema(String text) throws ParseException {
      return delta.parseTableSchema(text);
    }

    @Override
    public DataType parseDataType(String text) throws ParseException {
      return delta.parseDataType(text);
    }
  }
}
