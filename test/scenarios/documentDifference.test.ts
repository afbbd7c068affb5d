import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { documentDifference, normalText } from "../../src/scenarios/documentDifference.ts"

const sent = {
  studentUniqueId: "604822",
  birthDate: "2010-05-01",
  gpa: 3.5,
  schoolReference: { schoolId: 255901001 },
  addresses: [
    { city: "Austin", periods: [{ beginDate: "2026-08-01" }] },
    { city: "Dallas", periods: [] }
  ]
}

describe("a document that was read shows what was sent", () => {
  it("with what servers add, lists in another order, and numbers and dates in another form", () => {
    const read = {
      id: "4b7a",
      _etag: "1",
      _lastModifiedDate: "2026-08-01T10:00:00Z",
      ...sent,
      gpa: 3.5,
      birthDate: "2010-05-01T00:00:00Z",
      schoolReference: { schoolId: 255901001, link: { rel: "School", href: "/ed-fi/schools/1" } },
      addresses: [{ city: "Dallas" }, { city: "Austin", periods: [{ beginDate: "2026-08-01" }] }],
      identificationDocuments: [],
      middleName: null,
      _ext: { tpdm: {} }
    }
    assert.isUndefined(documentDifference(sent, read))
  })

  const differences: ReadonlyArray<readonly [object, string]> = [
    [{ studentUniqueId: "604823" }, 'studentUniqueId: "604822" was sent, "604823" was read'],
    [{ gpa: "3.5" }, 'gpa: 3.5 was sent, "3.5" was read'],
    [{ gpa: undefined }, "gpa: 3.5 was sent, nothing was read"],
    [{ surname: "Ada" }, 'surname: nothing was sent, "Ada" was read'],
    [{ schoolReference: { schoolId: 1 } }, "schoolReference.schoolId: 255901001 was sent, 1 was read"],
    [
      { addresses: [{ city: "Austin", periods: [{ beginDate: "2026-08-02" }] }, { city: "Dallas" }] },
      'addresses[0].periods[0].beginDate: "2026-08-01" was sent, "2026-08-02" was read'
    ]
  ]

  it.each(differences)("unless it differs: %j", (changed, difference) => {
    assert.strictEqual(documentDifference(sent, { ...sent, ...changed }), difference)
  })

  it("unless an item is missing, there twice, or too many", () => {
    const [first, second] = sent.addresses
    for (const addresses of [[first], [first, first], [first, second, second]]) {
      assert.match(documentDifference(sent, { ...sent, addresses }) ?? "", /^addresses/)
    }
  })

  it("for every JSON document and any order of its lists", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (document) => {
        const parsed: Record<string, unknown> = JSON.parse(JSON.stringify(document))
        const reversed = Object.fromEntries(
          Object.entries(parsed).map(([name, value]) => [
            name,
            Array.isArray(value) ? value.toReversed() : value
          ])
        )
        const json = JSON.parse(JSON.stringify(document))
        assert.isUndefined(documentDifference(json, reversed))
      })
    )
  })
})

describe("texts of dates and times", () => {
  it.each([
    ["08:30", "08:30:00"],
    ["08:30:00.0000000", "08:30:00"],
    ["08:30:00.250", "08:30:00.25"],
    ["2026-08-01T00:00:00", "2026-08-01"],
    ["2026-08-01T08:30:00Z", "2026-08-01T08:30:00"],
    ["2026-08-01T10:30:00+02:00", "2026-08-01T08:30:00"],
    ["2026-08-01", "2026-08-01"],
    ["uri://ed-fi.org/TermDescriptor#Fall", "uri://ed-fi.org/TermDescriptor#Fall"],
    ["08:30 in the morning", "08:30 in the morning"]
  ])("%s is %s", (text, normal) => {
    assert.strictEqual(normalText(text), normal)
  })
})
