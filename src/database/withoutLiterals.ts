/** SQL as reports show it: without literals, which may be data of persons or passwords. */
import { excerpt } from "../domain/excerpt.ts"

/** In UTF-16 code units. */
export const maxStatementLength = 1000

/**
 * What a literal or a comment may be, one alternative each; a name, a quoted name and a parameter (`$1`) are matched so that
 * nothing inside them is. A text that was cut may end inside any of them, so each also ends with the text.
 *
 * @see https://www.postgresql.org/docs/current/sql-syntax-lexical.html
 */
const tokens = new RegExp(
  [
    String.raw`(?<comment>--[^\n\r]*|/\*[\s\S]*?(?:\*/|$))`,
    String.raw`(?<escaped>\b[eE]'(?:[^'\\]|\\[\s\S]|'')*(?:'|\\?$))`,
    String.raw`(?<text>(?:\b(?:[nNbBxX]|[uU]&))?'(?:[^']|'')*(?:'|$))`,
    String.raw`(?<quotedName>"(?:[^"]|"")*(?:"|$))`,
    String.raw`(?<parameter>\$\d+)`,
    String.raw`(?<dollars>\$(?<tag>[\p{L}_][\p{L}\p{N}_]*)?\$[\s\S]*?(?:\$\k<tag>\$|$))`,
    String.raw`(?<name>[\p{L}_][\p{L}\p{N}_$]*)`,
    String.raw`(?<number>(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?[\p{L}\p{N}_]*)`
  ].join("|"),
  "gu"
)

/**
 * Replaces literals by `?`, removes comments, folds white space and cuts. `pg_stat_statements` replaces most literals by
 * parameters, but not those of utility statements, and `pg_stat_activity` replaces none.
 *
 * @param sql may be cut at its end, also inside a literal
 * @example withoutLiterals("UPDATE t SET a = 'x''y' -- note\n WHERE id = 42 AND b = $1") // "UPDATE t SET a = ? WHERE id = ? AND b = $1"
 */
export const withoutLiterals = (sql: string): string =>
  excerpt(
    sql.replaceAll(tokens, (token: string, ...rest: ReadonlyArray<unknown>) => {
      const groups = rest.at(-1)
      if (typeof groups !== "object" || groups === null) return token
      const is = (name: string): boolean => name in groups && Reflect.get(groups, name) !== undefined
      if (is("comment")) return " "
      return is("quotedName") || is("parameter") || is("name") ? token : "?"
    }),
    maxStatementLength
  )
