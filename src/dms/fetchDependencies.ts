/** The order in which a server wants its resources created, as it publishes it; read without a login. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { parseJsonTo } from "../domain/parseJson.ts"
import { makeFetchPublic } from "./fetchSpecifications.ts"

/** The server does not publish its order, or not as expected. */
export class DependenciesUnavailable extends Schema.TaggedError<DependenciesUnavailable>()(
  "DependenciesUnavailable",
  { url: Schema.String, detail: Schema.String }
) {
  override get message(): string {
    return `the order of creation is not compared with the server's: ${this.url}: ${this.detail}`
  }
}

/** The largest API that we know has 370 resources; people stand in it twice. */
const maxSteps = 10_000

const decodeSteps = Schema.decodeUnknown(
  parseJsonTo(
    Schema.Array(
      Schema.Struct({
        resource: Schema.String.pipe(Schema.maxLength(500)),
        order: Schema.Finite,
        operations: Schema.Array(Schema.String)
      })
    ).pipe(Schema.maxItems(maxSteps))
  )
)

/** One resource of the server's order. */
export interface DependencyStep {
  /** `ed-fi/students` */
  readonly path: string
  /** From 1; resources of the same number do not depend on each other. */
  readonly order: number
}

const makeUnavailable = (url: string, detail: string) => new DependenciesUnavailable({ url, detail })

/**
 * Requests the dependencies that discovery names.
 *
 * @returns when each resource is created; later updates of people are left out
 * @see contract section 1: people stand in it twice, the second time with `Update` only
 */
export const fetchDependencies = Effect.gen(function* () {
  const { fetchNamed } = yield* makeFetchPublic(makeUnavailable)
  const list = yield* fetchNamed("dependencies")
  const steps = yield* Effect.mapError(decodeSteps(list.text), () =>
    list.unavailable("it is no list of resources (resource, order, operations)")
  )
  return steps
    .filter(({ operations }) => operations.includes("Create"))
    .map(({ order, resource }): DependencyStep => ({ path: resource.replace(/^\//, ""), order }))
})
