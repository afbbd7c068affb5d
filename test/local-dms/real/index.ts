/**
 * The local DMS answers as a real one did. What differs on purpose is in docs/local-dms.md: requests that end the real
 * server's process were not recorded.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { at, session } from "../harness.ts"
import type { LayerOf } from "../contract/LayerOf.ts"
import { play } from "./playAnswers.ts"
import {
  answers,
  answersOfMain,
  changed,
  documents,
  lives,
  pathsOf,
  postDescriptor,
  rowsOf,
  typeOf
} from "./recorded.ts"

interface Verdict {
  readonly status: number
  /** Without `urn:ed-fi:api:`; empty without problem details. */
  readonly type: string
  readonly paths: ReadonlyArray<string>
}

const textOf = ({ paths, status, type }: Verdict): string => `${status} ${type} ${paths.join()}`

/** Posts each document, and deletes it again. @param expected the verdict of a dialect, by that of the branch */
const judgedDifferently = Effect.fnUntraced(function* (expected: (name: string, branch: Verdict) => Verdict) {
  const { descriptors, fixtures, records } = documents()
  const client = yield* session
  for (const uri of descriptors) yield* postDescriptor(client, uri)
  for (const [endpoint, document] of fixtures) {
    const { status, text } = yield* client.post(endpoint, document)
    if (status >= 300) throw new Error(`${endpoint}: ${status} ${text}`)
  }
  const differences: Array<string> = []
  let count = 0
  for (const { document, resource, variants } of records) {
    const valid = { name: "valid", change: [], status: 201, type: undefined, at: undefined }
    for (const { at: paths = [], change, name, status, type = "" } of [valid, ...variants]) {
      const reply = yield* client.post(resource, changed(document, change))
      const id = reply.headers["location"]?.split("/").at(-1)
      if (id !== undefined) yield* client.data("DELETE", `${resource}/${id}`)
      count++
      const here = textOf({ status: reply.status, type: typeOf(reply), paths: pathsOf(reply) })
      const real = textOf(expected(name, { status, type, paths }))
      if (here !== real) differences.push(`${resource}, ${name}: ${here} | real ${real}`)
    }
  }
  return { count, differences }
})

/** `dangling learningStandards.0.learningStandardReference` is `$.learningStandards[0].learningStandardReference`. */
const referencePath = (name: string): string => {
  const steps = (name.split(" ").at(-1) ?? "").split(".")
  const end = steps.findIndex((step) => step.endsWith("Reference"))
  return `$.${steps.slice(0, end + 1).join(".")}`.replace(/\.(\d+)/g, "[$1]")
}

/** What main is known to say otherwise: where references lead nowhere, failures, and numbers for booleans. */
const ofMain = (name: string, branch: Verdict): Verdict => {
  if (branch.type === "data-conflict:unresolved-reference") return { ...branch, paths: [referencePath(name)] }
  if (branch.status === 500) return { ...branch, type: "system" }
  return name === "number priorityForServices" ? { status: 201, type: "", paths: [] } : branch
}

/** Creates each record, asks for it by every field, changes its key, puts it unchanged and deletes it. */
const livedDifferently = Effect.gen(function* () {
  const { descriptors, records } = lives()
  const client = yield* session
  for (const uri of descriptors) yield* postDescriptor(client, uri)
  const differences: Array<string> = []
  let count = 0
  for (const { before, document, resource, steps = [] } of records) {
    for (const [endpoint, fixture] of before) yield* client.post(endpoint, fixture)
    if (resource === undefined || document === undefined) continue
    const created = yield* client.post(resource, document)
    const id = created.headers["location"]?.split("/").at(-1) ?? ""
    const path = `${resource}/${id}`
    const put = (json: typeof document) => client.data("PUT", path, { json: { ...json, id } })
    for (const step of steps) {
      count++
      const note = (here: string, real: string) => {
        if (here !== real) differences.push(`${resource}, ${JSON.stringify(step)}: ${here} | real ${real}`)
      }
      if (step[0] === "query") {
        const [, field, value, status, result] = step
        const reply = yield* client.get(`${resource}?${field}=${encodeURIComponent(String(value))}&limit=500`)
        const rows = reply.status === 200 ? rowsOf(reply) : []
        const found = value === "zz zz" ? rows.length > 0 : rows.some((row) => at(row, "id") === id)
        note(`${reply.status} ${reply.status === 200 ? found : typeOf(reply)}`, `${status} ${result}`)
      } else if (step[0] === "put") {
        const [, change, status, type = ""] = step
        const reply = yield* put(changed(document, change))
        note(`${reply.status} ${typeOf(reply)}`, `${status} ${type}`)
        if (reply.status < 300) yield* put(document)
      } else if (created.status === 201) {
        note(String((yield* client.data("DELETE", path)).status), String(step[1]))
      }
    }
  }
  return { count, differences }
})

const main = { dialect: "main" } as const

export const realAnswers = (layerOf: LayerOf) => {
  realAnswersOfMain(layerOf)
  describe("as a real DMS answered", () => {
    it.effect("168 requests get an answer of the same shape", () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* play(answers()), { count: 168, differences: [] })
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("1,143 documents of 127 resources get the same verdict: status, problem type and paths", () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* judgedDifferently((_, branch) => branch), {
          count: 1143,
          differences: []
        })
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("records of 60 resources are found, changed and deleted alike in 813 steps", () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* livedDifferently, { count: 813, differences: [] })
      }).pipe(Effect.provide(layerOf()))
    )
  })
}

const realAnswersOfMain = (layerOf: LayerOf) =>
  describe("in the dialect main, as a real DMS main answered", () => {
    it.effect("139 requests get an answer of the same shape", () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* play(answersOfMain()), { count: 139, differences: [] })
      }).pipe(Effect.provide(layerOf(main)))
    )

    it.effect(
      "1,143 documents of 127 resources get the verdict of the branch, where main is known to agree",
      () =>
        Effect.gen(function* () {
          assert.deepStrictEqual(yield* judgedDifferently(ofMain), { count: 1143, differences: [] })
        }).pipe(Effect.provide(layerOf(main)))
    )

    it.effect("records of 60 resources are found, changed and deleted alike in 813 steps", () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* livedDifferently, { count: 813, differences: [] })
      }).pipe(Effect.provide(layerOf(main)))
    )
  })
