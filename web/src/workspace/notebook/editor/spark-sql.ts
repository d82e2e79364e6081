import { SQLDialect, SQLite } from '@codemirror/lang-sql'

/** Source: docs/sql-ref-ansi-compliance.md of Spark (keywords beyond the standard). */
export const SparkSQL = SQLDialect.define({
  operatorChars: '*+-%<>!=&|~^/',
  keywords: `${SQLite.spec.keywords ?? ''} anti cache catalogs cluster clustered comment database databases delta describe detail directory distribute explode extended format functions history if ignore input lateral lazy location merge minus msck optimize options overwrite partitioned partitions pivot purge qualify refresh rename replace restore schemas semi serde show sort sorted tables tblproperties temporary temp truncate uncache unpivot use vacuum version view views window zorder`,
  types: `${SQLite.spec.types ?? ''} string tinyint bigint double float binary map struct array timestamp_ntz variant`,
  backslashEscapes: true,
  identifierQuotes: '`',
  doubleQuotedStrings: true,
})
