/** What limited a load, with the figures that show it. */
import * as Schema from "effect/Schema"
import { listed } from "../domain/words.ts"

export const Limit = Schema.Struct({
  kind: Schema.Literal(
    "generator",
    "machine",
    "failures",
    "objectives",
    "processors",
    "database",
    "locks",
    "server",
    "drift",
    "memory"
  ),
  /** In a few words: `load generator`. */
  what: Schema.String,
  /** The figures that show it, in a sentence. */
  evidence: Schema.String
})
export interface Limit extends Schema.Schema.Type<typeof Limit> {}

/** A field of the documents of studies. */
export const limits = Schema.optionalWith(Schema.Array(Limit), { default: () => [] })

/** Why it is unknown what limits a server. @example "What limits the server is unknown: give --watch and --databaseUrl." */
export const unknownLimitText = (known: {
  readonly hasProcesses: boolean
  readonly hasDatabase: boolean
}): string => {
  const missing = [
    ...(known.hasProcesses ? [] : ["--watch"]),
    ...(known.hasDatabase ? [] : ["--databaseUrl"])
  ]
  return `What limits the server is unknown: ${missing.length === 0 ? "no figure stood out" : `give ${listed(missing)}`}.`
}

/** @example "the load generator", "other programs on the machine of the load generator" */
export const nameOfLimit = ({ kind, what }: Limit): string => (kind === "machine" ? what : `the ${what}`)

/** @example "What limits: the processors that name:dotnet may use. name:dotnet used 3.70 of 4 processors." */
export const limitText = (limit: Limit): string => `What limits: ${nameOfLimit(limit)}. ${limit.evidence}`
