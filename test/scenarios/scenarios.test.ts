import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { countOf } from "../../src/domain/Sample.ts"
import type { JsonObject } from "../../src/domain/Json.ts"
import type { Operation } from "../../src/domain/Operation.ts"
import { studentSchoolAssociations } from "../../src/documents/studentSchoolAssociations.ts"
import { scenarios } from "../../src/scenarios/index.ts"
import { batchesOf } from "./prepared.ts"

/** The scenarios that send batches. */
const names = scenarios.filter(({ testType }) => testType === "BATCH_VOLUME").map(({ name }) => name)
const tripleCountOf = (name: string, configured: number): number => {
  const tripleCount = scenarios.find((scenario) => scenario.name === name)?.tripleCount
  return typeof tripleCount === "number" ? tripleCount : configured
}

/** The number of operations that a record takes, and the number of its documents. */
const sizesOf = (name: string) => {
  const counts = scenarios.find((scenario) => scenario.name === name)?.operationsPerRecord?.({})
  return counts === undefined ? assert.fail(name) : { operations: countOf(counts), documents: counts.create }
}

const shape = (operations: ReadonlyArray<Operation>) =>
  operations.map(({ op, resource }) => `${op} ${resource.endpoint}`)

const keyOf = (operation: Operation): JsonObject =>
  operation.op === "create" ? {} : (operation.target.naturalKey ?? {})

describe("scenarios", () => {
  it("have the names that files and documentation use", () => {
    assert.deepStrictEqual(
      scenarios.map(({ name, testType }) => `${testType} ${name}`),
      [
        "BATCH_VOLUME StudentBatchVolumeTest",
        "BATCH_VOLUME SectionBatchVolumeTest",
        "BATCH_VOLUME MixedStudentSectionBatchVolumeTest",
        "BATCH_VOLUME MixedCourseOfferingSectionBatchVolumeTest",
        "BATCH_VOLUME EnrolledStudentBatchVolumeTest",
        "VOLUME StudentVolumeTest",
        "VOLUME SectionVolumeTest",
        "VOLUME EnrolledStudentVolumeTest",
        "READ StudentReadTest",
        "READ SectionReadTest",
        "READ StudentSchoolAssociationReadTest"
      ]
    )
  })

  it.each(names)("%s declares its request names before the run", (name) => {
    const scenario = scenarios.find((each) => each.name === name)
    for (const batchTripleCount of [1, 7]) {
      const [batch] = batchesOf(name, { batchTripleCount, seed: 9 }, [{ user: 0, iteration: 0 }])
      assert.deepStrictEqual(scenario?.requestNames({ batchTripleCount }), [
        batch?.name ?? "nothing was sent"
      ])
    }
  })

  it("StudentBatchVolumeTest creates, updates the first name of and deletes each student in turn", () => {
    const [batch] = batchesOf("StudentBatchVolumeTest", { batchTripleCount: 2, seed: 9 }, [
      { user: 3, iteration: 1 }
    ])
    assert.strictEqual(batch?.name, "students-batch-2")
    const operations = batch?.operations ?? []
    assert.deepStrictEqual(shape(operations), [
      "create students",
      "update students",
      "delete students",
      "create students",
      "update students",
      "delete students"
    ])
    const [created, updated] = operations
    assert.isTrue(created?.op === "create" && updated?.op === "update")
    if (created?.op === "create" && updated?.op === "update") {
      assert.deepStrictEqual(updated.document, {
        ...created.document,
        firstName: `${String(created.document["firstName"])} Updated`
      })
      assert.deepStrictEqual(updated.target, { naturalKey: { studentUniqueId: "9-3-1-0" } })
    }
  })

  it("SectionBatchVolumeTest references the fixtures and updates sequenceOfCourse", () => {
    const [batch] = batchesOf("SectionBatchVolumeTest", { batchTripleCount: 1, seed: 9 }, [
      { user: 0, iteration: 0 }
    ])
    assert.strictEqual(batch?.name, "sections-batch-1")
    const [created, updated, deleted] = batch?.operations ?? []
    assert.isTrue(created?.op === "create" && updated?.op === "update" && deleted?.op === "delete")
    if (created?.op === "create" && updated?.op === "update" && deleted?.op === "delete") {
      const sequence = Number(created.document["sequenceOfCourse"])
      assert.isTrue(sequence >= 1 && sequence <= 7)
      assert.strictEqual(updated.document["sequenceOfCourse"], sequence + 1)
      assert.deepStrictEqual(deleted.target.naturalKey, {
        sectionIdentifier: "9-0-0-0",
        localCourseCode: "ELA-01",
        schoolId: 255901999,
        schoolYear: 2025,
        sessionName: "edfi-perf Fall 2025"
      })
    }
  })

  it("EnrolledStudentBatchVolumeTest enrolls each student before its update, and deletes both", () => {
    const options = { batchTripleCount: 1, seed: 9 }
    const at = [{ user: 3, iteration: 1 }]
    const [batch] = batchesOf("EnrolledStudentBatchVolumeTest", options, at)
    const [plain] = batchesOf("StudentBatchVolumeTest", options, at)
    assert.strictEqual(batch?.name, "enrolled-students-batch-1")
    const [createStudent, enroll, updateStudent, leave, deleteStudent] = batch?.operations ?? []
    assert.deepStrictEqual([createStudent, updateStudent, deleteStudent], [...(plain?.operations ?? [])])
    assert.deepStrictEqual(enroll, {
      op: "create",
      resource: studentSchoolAssociations,
      document: {
        entryDate: "2024-08-18",
        schoolReference: { schoolId: 255901999 },
        studentReference: { studentUniqueId: "9-3-1-0" },
        entryGradeLevelDescriptor: "uri://ed-fi.org/GradeLevelDescriptor#Ninth grade"
      }
    })
    assert.deepStrictEqual(leave, {
      op: "delete",
      resource: studentSchoolAssociations,
      target: { naturalKey: { entryDate: "2024-08-18", schoolId: 255901999, studentUniqueId: "9-3-1-0" } }
    })
  })

  it("MixedStudentSectionBatchVolumeTest sends one triple of each", () => {
    const [batch] = batchesOf("MixedStudentSectionBatchVolumeTest", { batchTripleCount: 2, seed: 9 }, [
      { user: 0, iteration: 0 }
    ])
    assert.strictEqual(batch?.name, "mixed-students-sections-batch-2")
    assert.deepStrictEqual(shape(batch?.operations ?? []), [
      "create students",
      "update students",
      "delete students",
      "create sections",
      "update sections",
      "delete sections"
    ])
  })

  it("MixedCourseOfferingSectionBatchVolumeTest puts dependencies first and deletes dependents first", () => {
    const [batch] = batchesOf("MixedCourseOfferingSectionBatchVolumeTest", { batchTripleCount: 2, seed: 9 }, [
      { user: 0, iteration: 0 }
    ])
    assert.strictEqual(batch?.name, "mixed-courseOfferings-sections-batch-2")
    const operations = batch?.operations ?? []
    assert.deepStrictEqual(shape(operations), [
      "create courseOfferings",
      "create sections",
      "update courseOfferings",
      "update sections",
      "delete sections",
      "delete courseOfferings"
    ])
    const section = operations[1]
    assert.isTrue(section?.op === "create")
    if (section?.op === "create") {
      assert.deepInclude(section.document["courseOfferingReference"], { localCourseCode: "9-0-0-0" })
    }
  })

  it("with a fixed number of triples ignore the configured one", () => {
    for (const batchTripleCount of [1, 3]) {
      const [batch] = batchesOf("MixedStudentSectionBatchVolumeTest", { batchTripleCount, seed: 9 }, [
        { user: 0, iteration: 0 }
      ])
      assert.strictEqual(batch?.name, "mixed-students-sections-batch-2")
      assert.strictEqual(batch?.operations.length, 6)
    }
  })

  it.each(names)(
    "%s creates and updates the same records without deletes, by deleteResources false",
    (name) => {
      const options = { batchTripleCount: tripleCountOf(name, 3), seed: 9 }
      const at = [{ user: 2, iteration: 5 }]
      const [whole] = batchesOf(name, options, at)
      const [kept] = batchesOf(name, { ...options, deleteResources: false }, at)
      assert.strictEqual(kept?.name, whole?.name)
      assert.deepStrictEqual(
        kept?.operations,
        whole?.operations.filter(({ op }) => op !== "delete")
      )
      const each = scenarios.find((scenario) => scenario.name === name)?.operationsPerRecord
      assert.strictEqual(
        kept?.operations.length,
        options.batchTripleCount * countOf(each?.({ deleteResources: false }) ?? assert.fail())
      )
    }
  )

  it.each(names)("%s sends the first records of a batch when it is told fewer", (name) => {
    const options = { batchTripleCount: tripleCountOf(name, 4), seed: 9 }
    const at = { user: 2, iteration: 5 }
    const keysIn = (operations: ReadonlyArray<Operation> = []) =>
      operations.flatMap((operation) =>
        operation.op === "delete"
          ? [`${operation.resource.endpoint} ${JSON.stringify(keyOf(operation))}`]
          : []
      )
    const [whole, ...smaller] = batchesOf(
      name,
      options,
      [undefined, ...Array.from({ length: options.batchTripleCount }, (_, i) => i + 1)].map((records) => ({
        ...at,
        records
      }))
    )
    smaller.forEach((batch, i) => {
      assert.strictEqual(batch.name, whole?.name)
      assert.strictEqual(batch.operations.length, sizesOf(name).operations * (i + 1))
      const keys = keysIn(batch.operations)
      assert.strictEqual(new Set(keys).size, sizesOf(name).documents * (i + 1))
      assert.includeMembers([...keysIn(whole?.operations)], keys)
    })
  })

  it("never repeat a key: not in a batch, not in a user's iterations, not between users, scenarios or seeds", () => {
    const nat = (max: number) => FastCheck.nat({ max })
    const place = FastCheck.record({ user: nat(1000), iteration: nat(100_000) })
    FastCheck.assert(
      FastCheck.property(
        FastCheck.uniqueArray(place, {
          maxLength: 5,
          selector: ({ iteration, user }) => `${user} ${iteration}`
        }),
        FastCheck.uniqueArray(nat(Number.MAX_SAFE_INTEGER), { minLength: 1, maxLength: 2 }),
        FastCheck.integer({ min: 1, max: 34 }),
        (places, seeds, configured) => {
          const created = new Set<string>()
          let records = 0
          for (const seed of seeds) {
            // Each iteration of a user runs one scenario, as in the engine.
            places.forEach((at, i) => {
              const name = names[i % names.length] ?? ""
              const batchTripleCount = tripleCountOf(name, configured)
              const [batch] = batchesOf(name, { batchTripleCount, seed }, [at])
              const operations = batch?.operations ?? []
              assert.strictEqual(operations.length, sizesOf(name).operations * batchTripleCount)
              for (const operation of operations) {
                if (operation.op !== "delete") continue
                records++
                created.add(`${operation.resource.endpoint} ${JSON.stringify(keyOf(operation))}`)
              }
            })
          }
          assert.strictEqual(created.size, records)
        }
      ),
      { numRuns: 50 }
    )
  })

  it("send the same bytes for the same seed and other documents for another", () => {
    const at = [{ user: 1, iteration: 2 }]
    for (const name of names) {
      const sent = (seed: number) => {
        const batchTripleCount = tripleCountOf(name, 5)
        return JSON.stringify(batchesOf(name, { batchTripleCount, seed }, at))
      }
      assert.strictEqual(sent(1), sent(1))
      assert.notStrictEqual(sent(1), sent(2))
    }
  })
})
