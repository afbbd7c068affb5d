/** What a client may do with documents that others wrote: several servers over one store. */
import { assert, describe, it } from "@effect/vitest"
import type { ResourceModel } from "../../../src/local-dms/model/ResourceModel.ts"
import type * as HttpClient from "@effect/platform/HttpClient"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { dialects } from "../../../src/local-dms/Dialect.ts"
import { isObject } from "../../../src/local-dms/json.ts"
import { LocalDms } from "../../../src/local-dms/LocalDms.ts"
import type { LocalDmsOptions } from "../../../src/local-dms/LocalDms.ts"
import { sandboxStrategy } from "../../../src/local-dms/claims/sandboxClaims.ts"
import type { Store } from "../../../src/local-dms/Store.ts"
import { makeDocuments } from "../everyResource/makeDocuments.ts"
import { at, jsonOf, problemOf, session } from "../harness.ts"
import {
  content,
  course,
  department,
  descriptor,
  districtId,
  learningStandard,
  ownSchool,
  schoolIn
} from "./documents.ts"

type Client = Effect.Effect.Success<typeof session>

/** The client of a server with these options over the provided store. */
const as = <A, E>(
  options: Partial<LocalDmsOptions>,
  use: (client: Client) => Effect.Effect<A, E, HttpClient.HttpClient>
) =>
  Effect.provide(
    Effect.flatMap(session, use),
    LocalDms.layerHttpClientOver({ dialect: "main", seed: 1, ...options })
  )

const sandbox = { claimSet: "sandbox" } as const

const collectionOf = ({ endpoint, project }: ResourceModel): string => `${project}/${endpoint}`

/** Writes a document of each resource as a client that may do everything. */
const writeEverything = as({}, ({ inProject }) =>
  Effect.gen(function* () {
    const made = yield* Effect.forEach(makeDocuments(), ({ full, minimal, model }) =>
      Effect.map(inProject("POST", collectionOf(model), { json: minimal }), ({ headers, status, text }) => {
        if (status !== 201) throw new Error(`${model.endpoint}: ${status} ${text}`)
        const id = headers["location"]?.split("/").at(-1) ?? ""
        return { model, id, full: { ...full, id } }
      })
    )
    for (const { full, id, model } of made) {
      const { status } = yield* inProject("PUT", `${collectionOf(model)}/${id}`, { json: full })
      assert.strictEqual(status, 204)
    }
    return made
  })
)

type Made = Effect.Effect.Success<typeof writeEverything>[number]

/** Whether the list of its resource shows a document, and the statuses of a read and of an update. */
const readAndUpdate = Effect.fnUntraced(function* (
  inProject: Client["inProject"],
  { full, id, model }: Made
) {
  const path = `${collectionOf(model)}/${id}`
  const list = jsonOf(yield* inProject("GET", `${collectionOf(model)}?limit=500`))
  const isListed = Array.isArray(list) && list.some((one) => at(one, "id") === id)
  const read = (yield* inProject("GET", path)).status
  return [isListed, read, (yield* inProject("PUT", path, { json: full })).status] as const
})

/** The ids of all education organizations that `makeDocuments` makes, and of the one that the seed has. */
const allOrganizations = (documents: Effect.Effect.Success<typeof writeEverything>) => [
  districtId,
  ...documents.flatMap(({ full, model }) =>
    model.identities.some(({ space }) => space === "EducationOrganization")
      ? [Number(at(full, ...(model.identity.parts[0]?.path ?? [])))]
      : []
  )
]

const everyResourceFacts = (storeOf: () => Layer.Layer<Store>) => {
  it.effect(
    "a client that reaches nothing may do with each resource what is free, and no more",
    () =>
      Effect.gen(function* () {
        const documents = yield* writeEverything
        const stranger = {
          ...sandbox,
          educationOrganizationIds: [1],
          namespacePrefixes: ["uri://nobody.org"]
        }
        const differences = yield* as(stranger, ({ inProject }) =>
          Effect.forEach(documents, ({ full, id, model }) =>
            Effect.gen(function* () {
              const tried = yield* readAndUpdate(inProject, { full, id, model })
              const remove = (yield* inProject("DELETE", `${collectionOf(model)}/${id}`)).status
              const isFree = (action: "read" | "update" | "delete") =>
                sandboxStrategy(model, action, dialects.main) === "free"
              const expected = [
                isFree("read"),
                isFree("read") ? 200 : 403,
                isFree("update") ? 204 : 403,
                // Something refers to most of what may be deleted.
                isFree("delete")
              ]
              const seen = [...tried, remove !== 403]
              return String(seen) === String(expected)
                ? []
                : [`${model.endpoint}: ${String(seen)} | expected ${String(expected)}`]
            })
          )
        )
        assert.deepStrictEqual(differences.flat(), [])
      }).pipe(Effect.provide(storeOf())),
    60_000
  )

  it.effect(
    "a client that reaches everything reads and updates each resource, except that school years are read-only",
    () =>
      Effect.gen(function* () {
        const documents = yield* writeEverything
        const owner = {
          ...sandbox,
          educationOrganizationIds: allOrganizations(documents),
          namespacePrefixes: ["namespace"]
        }
        const differences = yield* as(owner, ({ inProject }) =>
          Effect.forEach(documents, ({ full, id, model }) =>
            Effect.gen(function* () {
              const seen = yield* readAndUpdate(inProject, { full, id, model })
              const expected = [true, 200, model.endpoint === "schoolYearTypes" ? 403 : 204]
              return String(seen) === String(expected) ? [] : [`${model.endpoint}: ${String(seen)}`]
            })
          )
        )
        assert.deepStrictEqual(differences.flat(), [])
      }).pipe(Effect.provide(storeOf())),
    60_000
  )
}

export const sharedStoreFacts = (storeOf: () => Layer.Layer<Store>) =>
  describe("documents of others", () => {
    everyResourceFacts(storeOf)

    it.effect("contents of other namespaces are left out of lists and refused by id", () =>
      Effect.gen(function* () {
        const foreign = yield* as({}, ({ create }) =>
          Effect.gen(function* () {
            yield* create("educationContents", content("1", "uri://ed-fi.org/a"))
            yield* create("educationContents", content("2", "uri://other.org/a"))
            yield* create("educationContents", content("3", "uri://mine.org"))
            const contentId = yield* create("educationContents", content("4", "uri://ED-FI.org"))
            return {
              contentId,
              standardId: yield* create("learningStandards", learningStandard("1", "uri://x"))
            }
          })
        )
        const client = { ...sandbox, namespacePrefixes: ["uri://ed-fi.org", "uri://mine"] }
        yield* as(client, ({ data, get, post }) =>
          Effect.gen(function* () {
            const list = yield* get("educationContents?totalCount=true")
            const seen = jsonOf(list)
            assert.deepStrictEqual(
              Array.isArray(seen) ? seen.map((one) => at(one, "contentIdentifier")) : seen,
              ["1", "3"]
            )
            assert.strictEqual(list.headers["total-count"], "2")
            const mismatch = [
              403,
              "security:authorization:namespace:access-denied:namespace-mismatch"
            ] as const
            const path = `educationContents/${foreign.contentId}`
            assert.deepStrictEqual(problemOf(yield* get(path)), mismatch)
            assert.deepStrictEqual(problemOf(yield* data("DELETE", path)), mismatch)
            const taken = yield* post("educationContents", content("2", "uri://ed-fi.org/a"))
            assert.deepStrictEqual(problemOf(taken), mismatch)
            assert.include(String(at(jsonOf(taken), "errors", 0)), "existing")
            assert.strictEqual((yield* get(`learningStandards/${foreign.standardId}`)).status, 200)
          })
        )
      }).pipe(Effect.provide(storeOf()))
    )

    it.effect("a stored department without an organization above it is refused for that", () =>
      Effect.gen(function* () {
        const id = yield* as({}, ({ create }) => create("organizationDepartments", department(1)))
        yield* as(sandbox, ({ data, get }) =>
          Effect.gen(function* () {
            const uninitialized = [
              403,
              "security:authorization:relationships:invalid-data:element-uninitialized"
            ] as const
            assert.deepStrictEqual(problemOf(yield* get(`organizationDepartments/${id}`)), uninitialized)
            const json = { ...department(1, districtId), id }
            const update = yield* data("PUT", `organizationDepartments/${id}`, { json })
            assert.deepStrictEqual(problemOf(update), uninitialized)
            assert.deepStrictEqual(jsonOf(yield* get("organizationDepartments")), [])
          })
        )
      }).pipe(Effect.provide(storeOf()))
    )

    it.effect("a server that starts over a store reaches what is there", () =>
      Effect.gen(function* () {
        yield* as({}, ({ create }) => create("schools", schoolIn(ownSchool, districtId)))
        const reply = yield* as(sandbox, ({ post }) => post("courses", course(ownSchool)))
        assert.strictEqual(reply.status, 201)
        const other = { ...sandbox, educationOrganizationIds: [7], namespacePrefixes: ["uri://x"] }
        const seen = yield* as(other, ({ get }) => Effect.map(get("courses"), jsonOf))
        assert.deepStrictEqual(seen, [])
        const found = yield* as(other, ({ get }) => get("termDescriptors?codeValue=Fall%20Semester"))
        const term = at(jsonOf(found), 0)
        assert.isTrue(isObject(term), found.text)
        const created = yield* as(other, ({ post }) => post("termDescriptors", descriptor("T", "uri://x")))
        assert.strictEqual(created.status, 201)
      }).pipe(Effect.provide(storeOf()))
    )
  })
