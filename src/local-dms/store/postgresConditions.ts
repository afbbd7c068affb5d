/** Conditions of a query, in SQL. */
import type { Condition, Link } from "../Store.ts"

/** Adds a value to the statement and returns its placeholder: `$3`. */
type Placeholder = (value: unknown) => string

/**
 * The condition on the document in the table `alias`. Links are followed along references, which have an index in both
 * directions.
 */
export const conditionSql = (
  schema: string,
  condition: Condition,
  alias: string,
  placeholder: Placeholder
): string => {
  const value = `${alias}.body #>> ${placeholder(condition.path)}`
  switch (condition._tag) {
    case "oneOf":
      return `${value} = ANY (${placeholder([...condition.values])}::text[])`
    case "startsWith":
      return `EXISTS (SELECT FROM unnest(${placeholder(condition.prefixes)}::text[]) AS p (prefix) WHERE starts_with(${value}, p.prefix))`
    case "linked": {
      const links = condition.links.map((link) => linkSql(schema, link, value, alias, placeholder))
      return links.length === 0 ? "false" : `(${links.join(" OR ")})`
    }
  }
}

/** @param value the key of the document that is referred to */
const linkSql = (
  schema: string,
  { model, space, where }: Link,
  value: string,
  alias: string,
  placeholder: Placeholder
): string => {
  const [target, reference, linked] = [`${alias}_key`, `${alias}_reference`, `${alias}_linked`]
  return (
    `EXISTS (SELECT FROM ${schema}.natural_key ${target} ` +
    `JOIN ${schema}.reference ${reference} ON ${reference}.key_id = ${target}.id ` +
    `JOIN ${schema}.document ${linked} ON ${linked}.id = ${reference}.document_id ` +
    `WHERE ${target}.space = ${placeholder(space)} AND ${target}.key = ${value} ` +
    `AND ${linked}.resource = ${placeholder(model.identity.space)} ` +
    `AND ${conditionSql(schema, where, linked, placeholder)})`
  )
}
