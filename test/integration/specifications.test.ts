/**
 * The client reads the OpenAPI documents of the local DMS, in all its dialects. Both sides have the model from another
 * source: the local DMS from ApiSchema, the client from the documents.
 */
import { assert, describe, it } from "@effect/vitest"
import * as HttpClient from "@effect/platform/HttpClient"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { DataModel } from "../../src/local-dms/DataModel.ts"
import { dialectNames } from "../../src/local-dms/Dialect.ts"
import { LocalDms } from "../../src/local-dms/LocalDms.ts"
import type { Members, ResourceModel } from "../../src/local-dms/model/ResourceModel.ts"
import { readDocument } from "../../src/schema/OpenApiDocument.ts"
import { readOpenApi } from "../../src/schema/readOpenApi.ts"
import { allMembers, keyOf } from "../../src/schema/ResourceSchema.ts"
import type { ApiModel, Member } from "../../src/schema/ResourceSchema.ts"
import { at, jsonOf, send } from "../local-dms/harness.ts"
import { fetchDocuments } from "./openApiDocuments.ts"

const models = DataModel.defaultValue()

const modelOf = (documents: ReadonlyMap<string, string>): ApiModel =>
  Either.getOrThrow(
    readOpenApi(
      ["Resources", "Descriptors"].map((name) =>
        Either.getOrThrow(readDocument(name, documents.get(name) ?? ""))
      )
    )
  )

/** What the members of a document refer to, by path: `classPeriods.classPeriodReference schools`. */
const served = (members: Members, path = ""): ReadonlyArray<string> =>
  [...members.byName.values()].flatMap(({ name, shape }): ReadonlyArray<string> => {
    const here = `${path}${name}`
    switch (shape._tag) {
      case "reference":
        return [`${here} ${projectPath(shape.space)}`]
      case "object":
        return served(shape.members, `${here}.`)
      case "list":
        return served(shape.items, `${here}.`)
      default:
        return []
    }
  })

/** `ed-fi/students` of the id space `students`; an abstract resource keeps its name. */
const projectPath = (space: string): string => {
  const model = models.findBySpace(space)
  return model === undefined ? space.toLowerCase() : `${model.project}/${model.endpoint}`
}

const read = (members: ReadonlyArray<Member>, path = ""): ReadonlyArray<string> =>
  members.flatMap((member): ReadonlyArray<string> => {
    const here = `${path}${member.name}`
    if (member._tag === "Reference")
      return [`${here} ${member.abstractTarget?.toLowerCase() ?? member.target}`]
    return member._tag === "Collection" || member._tag === "Part" ? read(member.members, `${here}.`) : []
  })

/** Names of members in a key; the last words of their paths. */
const leavesOf = ({ identity }: ResourceModel): ReadonlyArray<string> =>
  [...new Set(identity.parts.map(({ leaf }) => leaf))].sort()

describe.each(dialectNames)("the OpenAPI documents of the dialect %s", (dialect) => {
  it.effect("describe every resource and descriptor, and the client can read them all", () =>
    Effect.gen(function* () {
      const model = modelOf(yield* fetchDocuments(dialect))
      const paths = (isDescriptor: boolean) =>
        models
          .all()
          .filter((one) => one.isDescriptor === isDescriptor)
          .map(({ endpoint, project }) => `${project}/${endpoint}`)
      assert.deepStrictEqual(
        model.resources.map(({ path }) => path),
        paths(false)
      )
      assert.lengthOf(model.descriptors, paths(true).length)
      assert.deepStrictEqual(model.unreadable, [])
      const members = model.resources.flatMap((one) => allMembers(one.members))
      assert.deepStrictEqual(
        members.filter(({ _tag }) => _tag === "Unsupported"),
        []
      )
      assert.deepStrictEqual(
        members.filter((one) => one._tag === "Descriptor" && one.candidates.length === 0),
        []
      )
    })
  )

  it.effect("name the login that discovery names", () =>
    Effect.gen(function* () {
      const login = at(
        jsonOf(yield* Effect.provide(send("GET", "/"), LocalDms.layerHttpClient({ dialect }))),
        "urls",
        "oauth"
      )
      for (const name of ["Resources", "Descriptors"]) {
        const text = (yield* fetchDocuments(dialect)).get(name) ?? ""
        assert.include(text, `"tokenUrl":"${String(login)}"`)
      }
    })
  )

  it.effect("have the members, references and keys of the data model", () =>
    Effect.gen(function* () {
      const { resources } = modelOf(yield* fetchDocuments(dialect))
      for (const resource of resources) {
        const model = models.find(resource.project, resource.endpoint)
        if (model === undefined) return assert.fail(resource.path)
        assert.sameMembers(
          resource.members.map(({ name }) => name),
          [...model.members.byName.keys()]
        )
        assert.deepStrictEqual(read(resource.members), served(model.members), resource.path)
        const ownKey = resource.members.flatMap((member) =>
          member._tag === "Reference" && member.isIdentity
            ? member.members.map(({ name }) => name)
            : "isIdentity" in member && member.isIdentity
              ? [member.name]
              : []
        )
        assert.deepStrictEqual([...new Set(ownKey)].sort(), leavesOf(model), resource.path)
        assert.isAtMost(keyOf(resource).length, model.identity.parts.length, resource.path)
        assert.strictEqual(resource.hasKeyCascade, model.keyUpdates, resource.path)
      }
    })
  )
})

describe("documents", () => {
  it.effect("are the same text with the host of each request", () =>
    Effect.gen(function* () {
      const path = "/metadata/specifications/resources-spec.json"
      const client = yield* HttpClient.HttpClient
      const text = (host: string) =>
        Effect.flatMap(client.get(`http://${host}${path}`), (response) => response.text)
      const [one, other] = [yield* text("one.test"), yield* text("other.test:8080")]
      assert.include(one, '"servers":[{"url":"http://one.test/data"}]')
      assert.strictEqual(one.replaceAll("one.test", "other.test:8080"), other)
    }).pipe(Effect.provide(LocalDms.layerHttpClient()))
  )
})
