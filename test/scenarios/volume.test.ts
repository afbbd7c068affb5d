import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { TransportFailed } from "../../src/domain/BatchError.ts"
import type { Operation } from "../../src/domain/Operation.ts"
import { badName, singleName } from "../../src/domain/requestName.ts"
import { NotRefused, OperationRefused } from "../../src/domain/SingleError.ts"
import { scenarios } from "../../src/scenarios/index.ts"
import { batchesOf, noSending, type SentSingle, singlesOf } from "./prepared.ts"

const pairs = [
  ["StudentVolumeTest", "StudentBatchVolumeTest", "students", 3],
  ["SectionVolumeTest", "SectionBatchVolumeTest", "sections", 3],
  ["EnrolledStudentVolumeTest", "EnrolledStudentBatchVolumeTest", "enrolled students", 5]
] as const

const ofTriples = pairs.filter(([, , , operations]) => operations === 3)

const at = (iteration: number) => ({ user: 3, iteration })
const six = [0, 1, 2, 3, 4, 5].map(at)

/** Op, resource and document; the target differs between batches and single requests. */
const content = (operation: Operation) => [
  operation.op,
  operation.resource.endpoint,
  operation.op === "delete" ? null : operation.document
]

const shape = (sent: ReadonlyArray<SentSingle>) =>
  sent.map(({ bad, operation }) => {
    const id = operation.op === "create" ? "" : ` ${operation.target.documentId}`
    return `${bad ? "bad " : ""}${operation.op}${id}`
  })

const refused = new OperationRefused({ status: 409, op: "update", resource: "students", problem: {} })

describe("VOLUME", () => {
  it.each(pairs)("%s makes the records of %s with the same seed", (single, batch, _, each) => {
    const { sent } = singlesOf(single, { seed: 9 }, six)
    const batches = batchesOf(batch, { batchTripleCount: 1, seed: 9 }, six)
    assert.deepStrictEqual(
      sent.map(({ operation }) => content(operation)),
      batches.flatMap(({ operations }) => operations.map(content))
    )
    assert.strictEqual(sent.length, 6 * each)
  })

  it("updates and deletes the record that it created", () => {
    const { sent } = singlesOf("StudentVolumeTest", { seed: 9 }, [at(0), at(1)])
    assert.deepStrictEqual(shape(sent), [
      "create",
      "update id-1",
      "delete id-1",
      "create",
      "update id-2",
      "delete id-2"
    ])
  })

  it("ends an iteration whose create failed", () => {
    const send = () => Effect.fail(refused)
    const { ends, sent } = singlesOf("StudentVolumeTest", { seed: 9 }, [at(0)], { send })
    assert.deepStrictEqual(shape(sent), ["create"])
    assert.deepStrictEqual(ends.map(Either.isLeft), [true])
  })

  it.each([
    ["was refused", refused],
    ["got no verdict", new TransportFailed({ phase: "reset", detail: "gone" })]
  ])("deletes a record whose update %s, and the iteration fails with that", (_, error) => {
    const { ends, sent } = singlesOf("StudentVolumeTest", { seed: 9 }, [at(0)], {
      send: ({ op }) => (op === "update" ? Effect.fail(error) : Effect.void)
    })
    assert.deepStrictEqual(shape(sent), ["create", "update id-1", "delete id-1"])
    assert.deepStrictEqual(ends, [Either.left(error)])
  })

  it.each(["update", "delete"])("fails without a verdict if only the %s had none", (lost) => {
    const noVerdict = new TransportFailed({ phase: "reset", detail: "gone" })
    const { ends } = singlesOf("StudentVolumeTest", { seed: 9 }, [at(0)], {
      send: ({ op }) => (op === "create" ? Effect.void : Effect.fail(op === lost ? noVerdict : refused))
    })
    assert.deepStrictEqual(ends, [Either.left(noVerdict)])
  })

  it("updates an enrolled student by its own id, and deletes its association first", () => {
    const { sent } = singlesOf("EnrolledStudentVolumeTest", { seed: 9, failDeliberately: true }, [
      at(0),
      at(1)
    ])
    assert.deepStrictEqual(
      sent.map(({ operation: { resource } }, i) => `${shape(sent)[i]} ${resource.endpoint}`),
      [
        "create students",
        "create studentSchoolAssociations",
        "update id-1 students",
        "delete id-2 studentSchoolAssociations",
        "delete id-1 students",
        "bad create students"
      ]
    )
    const bad = sent.at(-1)?.operation
    assert.isFalse(bad?.op !== "create" || "studentUniqueId" in bad.document)
  })

  it("does not update a student that could not be enrolled, and deletes it", () => {
    const send = ({ op, resource: { endpoint } }: Operation) =>
      op === "create" && endpoint !== "students" ? Effect.fail(refused) : Effect.void
    const { ends, sent } = singlesOf("EnrolledStudentVolumeTest", { seed: 9 }, [at(0)], { send })
    assert.deepStrictEqual(shape(sent), ["create", "create", "delete id-1"])
    assert.deepStrictEqual(ends, [Either.left(refused)])
  })

  it("does not delete records with deleteResources false", () => {
    const { sent } = singlesOf("SectionVolumeTest", { seed: 9, deleteResources: false }, [at(0)])
    assert.deepStrictEqual(shape(sent), ["create", "update id-1"])
  })

  it.each(ofTriples)(
    "%s sends a document without its key in the second of three iterations",
    (name, batch) => {
      const { ends, sent } = singlesOf(name, { seed: 9, failDeliberately: true }, six)
      const triple = (id: number) => ["create", `update id-${id}`, `delete id-${id}`]
      assert.deepStrictEqual(shape(sent), [
        ...triple(1),
        "bad create",
        ...triple(2),
        ...triple(3),
        "bad create",
        ...triple(4)
      ])
      assert.isTrue(ends.every(Either.isRight))
      const bad = sent[3]?.operation
      const [good] = batchesOf(batch, { batchTripleCount: 1, seed: 9 }, [at(1)])[0]?.operations ?? []
      assert.isTrue(bad?.op === "create" && good?.op === "create")
      if (bad?.op !== "create" || good?.op !== "create") return
      const missing = Object.keys(good.document).filter((member) => !(member in bad.document))
      assert.deepStrictEqual(missing, [
        name === "StudentVolumeTest" ? "studentUniqueId" : "sectionIdentifier"
      ])
      assert.deepInclude(good.document, bad.document)
    }
  )

  it.effect.each([true, false])(
    "with failDeliberately %s, declares which iterations expect a refusal",
    (on) =>
      Effect.gen(function* () {
        const scenario = yield* Effect.fromNullable(
          scenarios.find(({ name }) => name === "StudentVolumeTest")
        )
        const { expectsRefusal } = yield* scenario.prepare({ seed: 9, failDeliberately: on })
        assert.deepStrictEqual(
          six.map((each) => expectsRefusal?.(each)),
          [false, on, false, false, on, false]
        )
      }).pipe(Effect.provide(noSending))
  )

  it.each([
    [true, ["bad create", "delete id-9"]],
    [false, ["bad create"]]
  ])("with deleteResources %s, fails when a bad document is written: %j", (deleteResources, expected) => {
    const error = new NotRefused({ status: 201, op: "create", resource: "students", documentId: "id-9" })
    const { ends, sent } = singlesOf(
      "StudentVolumeTest",
      { seed: 9, failDeliberately: true, deleteResources },
      [at(1)],
      { sendBad: Effect.fail(error) }
    )
    assert.deepStrictEqual(shape(sent), expected)
    assert.deepStrictEqual(ends, [Either.left(error)])
  })

  it.each(pairs)("%s declares its request names before the run", (name) => {
    const scenario = scenarios.find((each) => each.name === name)
    for (const deleteResources of [true, false]) {
      for (const failDeliberately of [true, false]) {
        const options = { deleteResources, failDeliberately }
        const { sent } = singlesOf(name, { seed: 9, ...options }, six)
        const used = sent.map(({ bad, operation: { op, resource } }) =>
          bad ? badName(resource) : singleName(op, resource)
        )
        assert.sameMembers([...(scenario?.requestNames(options) ?? [])], [...new Set(used)])
      }
    }
  })
})
