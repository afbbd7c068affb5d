/** Properties of all resources: valid documents are accepted, and each single violation gets the contract's answer. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { JsonObject } from "../../../src/domain/Json.ts"
import { LocalDms } from "../../../src/local-dms/LocalDms.ts"
import { session } from "../harness.ts"
import type { Reply } from "../harness.ts"
import type { LayerOf } from "../contract/LayerOf.ts"
import { pathsOf, typeOf } from "../real/recorded.ts"
import { makeDocuments } from "./makeDocuments.ts"
import type { Made } from "./makeDocuments.ts"
import { violationsOf, withOtherKey } from "./violations.ts"
import type { Kind, Verdict, Violation } from "./violations.ts"

/** Which of a resource's violations are tried. */
export type Choose = (violations: ReadonlyArray<Violation>) => ReadonlyArray<Violation>

/** Documents of the seed. */
const seeded: { readonly [endpoint: string]: number } = { localEducationAgencies: 1, schoolYearTypes: 47 }

const keyChange = "bad-request:data-validation-failed:key-change-not-supported"
const verdictOf = (reply: Reply): Verdict => [reply.status, typeOf(reply), pathsOf(reply)]
const textOf = ([status, type, paths]: Verdict): string => `${status} ${type} ${paths.join()}`

const pathOf = ({ model: { endpoint, project } }: Made): string => `${project}/${endpoint}`

/** What is known of an extension does not say everything about single violations. */
const isCore = ({ model }: Made): boolean => model.project === "ed-fi"

/** Creates the minimal documents, and then makes them full; what goes wrong is in `differences`. */
const createAll = Effect.fnUntraced(function* (all: ReadonlyArray<Made>) {
  const { inProject } = yield* session
  const differences: Array<string> = []
  const ids = new Map<Made, string>()
  const note = (step: string, { model }: Made, reply: Reply, status: number) => {
    if (reply.status !== status) differences.push(`${step} ${model.endpoint}: ${reply.status} ${reply.text}`)
  }
  for (const made of all) {
    const reply = yield* inProject("POST", pathOf(made), { json: made.minimal })
    ids.set(made, reply.headers["location"]?.split("/").at(-1) ?? "")
    note("minimal", made, reply, 201)
  }
  for (const made of all) {
    const id = ids.get(made) ?? ""
    note("full", made, yield* inProject("PUT", `${pathOf(made)}/${id}`, { json: { ...made.full, id } }), 204)
  }
  return { differences, ids }
})

const changeKeys = Effect.fnUntraced(function* (all: ReadonlyArray<Made>, ids: ReadonlyMap<Made, string>) {
  const { inProject } = yield* session
  const differences: Array<string> = []
  let count = 0
  for (const made of all) {
    const { full, model } = made
    const id = ids.get(made) ?? ""
    const other = withOtherKey(model, full)
    if (other === undefined) continue
    count++
    const put = (document: JsonObject) =>
      Effect.map(inProject("PUT", `${pathOf(made)}/${id}`, { json: { ...document, id } }), verdictOf)
    const verdict = textOf(yield* put(other))
    const wanted = model.keyUpdates ? "204  " : `400 ${keyChange} `
    if (verdict !== wanted) differences.push(`${model.endpoint}: ${verdict} | contract ${wanted}`)
    if (model.keyUpdates) yield* put(full)
  }
  return { count, differences }
})

const tryViolations = Effect.fnUntraced(function* (all: ReadonlyArray<Made>, choose: Choose) {
  const { post } = yield* session
  const differences: Array<string> = []
  const counts = new Map<Kind, number>()
  for (const { full, model } of all) {
    for (const { document, kind, path, verdict } of choose(violationsOf(model, full))) {
      const here = textOf(verdictOf(yield* post(model.endpoint, document)))
      counts.set(kind, (counts.get(kind) ?? 0) + 1)
      if (here !== textOf(verdict)) {
        differences.push(`${model.endpoint}, ${kind} ${path}: ${here} | contract ${textOf(verdict)}`)
      }
    }
  }
  return { counts, differences }
})

/** @param minimum how many violations of each kind must be tried */
export const everyResource = (layerOf: LayerOf, choose: Choose, minimum: number) =>
  describe("all 138 resources and those of TPDM", () => {
    it.effect("valid documents are accepted, with required members only and with all", () =>
      Effect.gen(function* () {
        const all = makeDocuments()
        assert.lengthOf(all, 138 + 15)
        assert.deepStrictEqual((yield* createAll(all)).differences, [])
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("each single violation gets its status, problem type and paths, and nothing is written", () =>
      Effect.gen(function* () {
        const all = makeDocuments()
        yield* createAll(all)
        const { counts, differences } = yield* tryViolations(all.filter(isCore), choose)
        assert.deepStrictEqual(differences, [])
        for (const [kind, count] of counts) assert.isAtLeast(count, minimum, kind)
        assert.strictEqual(counts.size, 9)
        const { rows } = yield* Effect.flatMap(LocalDms, ({ stats }) => stats)
        const expected = all.map(
          ({ model: { identity } }) => [identity.space, 1 + (seeded[identity.space] ?? 0)] as const
        )
        assert.deepStrictEqual(rows, Object.fromEntries(expected))
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("a changed key is refused, or renames the document where the resource allows it", () =>
      Effect.gen(function* () {
        const all = makeDocuments()
        const { ids } = yield* createAll(all)
        const { count, differences } = yield* changeKeys(all, ids)
        assert.deepStrictEqual(differences, [])
        assert.isAbove(count, 80)
      }).pipe(Effect.provide(layerOf()))
    )
  })
