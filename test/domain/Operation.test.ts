import { assert, describe, it } from "@effect/vitest"
import { makeStudent, students } from "../../src/documents/students.ts"
import { remove, triple, update } from "../../src/domain/Operation.ts"

const student = makeStudent({ seed: 1, user: 0, iteration: 0, index: 0 })

describe("triple", () => {
  it("creates, updates and deletes one record by its natural key", () => {
    const [created, updated, deleted] = triple(students, student, { firstName: "Ada Updated" })
    const target = { naturalKey: { studentUniqueId: "1-0-0-0" } }
    assert.deepStrictEqual([created.op, updated.op, deleted.op], ["create", "update", "delete"])
    assert.deepStrictEqual(created.document, student)
    assert.deepStrictEqual(updated.document, { ...student, firstName: "Ada Updated" })
    assert.deepStrictEqual(updated.target, target)
    assert.deepStrictEqual(deleted.target, target)
  })

  it("does not compile with operations that the server would refuse", () => {
    const documentId = "b2ad8bb4-5ac3-4c87-b6d7-0d4bd1d2f1f1"
    // @ts-expect-error the identity of a record may not change
    triple(students, student, { studentUniqueId: "other" })
    // @ts-expect-error both targets at once
    remove(students, { documentId, naturalKey: { studentUniqueId: "1" } })
    // @ts-expect-error no target
    remove(students, {})
    // @ts-expect-error the key of another resource
    remove(students, { naturalKey: { sectionIdentifier: "1" } })
    // @ts-expect-error an update without a document
    assert.throws(() => update(students, { documentId }).document.firstName)
  })
})
