/** Facts section 5: what a client reaches, against a plain model of hierarchies, enrolments and contacts. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FastCheck from "effect/FastCheck"
import type { JsonObject } from "../../../src/domain/Json.ts"
import {
  assignment,
  contact,
  contactOf,
  district,
  districtId,
  enrollment,
  schoolIn,
  staff
} from "../claims/documents.ts"
import { at, jsonOf, session, student } from "../harness.ts"
import type { LayerOf } from "./LayerOf.ts"

const students = ["A", "B", "C", "D"]
const staffs = ["S", "T"]
const contacts = ["X", "Y"]
const pick = <A>(...values: ReadonlyArray<A>) => FastCheck.constantFrom(...values)
const above = pick(undefined, districtId, 1, 2, 3)
const schoolId = pick(11, 12, 13, 14)

/** What a client does. `keyed` documents are known to the model by this key. */
const operation = FastCheck.oneof(
  FastCheck.record({ op: pick("district" as const), id: pick(1, 2, 3), above }),
  FastCheck.record({ op: pick("school" as const), id: schoolId, above }),
  FastCheck.record({ op: pick("close" as const), id: schoolId }),
  FastCheck.record({ op: pick("enroll" as const, "leave" as const), who: pick(...students), at: schoolId }),
  FastCheck.record({ op: pick("enroll" as const, "leave" as const), who: pick(...students), at: schoolId }),
  FastCheck.record({ op: pick("assign" as const, "dismiss" as const), who: pick(...staffs), at: schoolId }),
  FastCheck.record({
    op: pick("befriend" as const, "part" as const),
    who: pick(...students),
    whose: pick(...contacts)
  })
)
type Operation = typeof operation extends FastCheck.Arbitrary<infer One> ? One : never

/** What is stored: education organizations with the one above them, and pairs of ids. */
class Model {
  readonly above = new Map<number, number | undefined>([[districtId, undefined]])
  readonly enrolled = new Set<string>()
  readonly assigned = new Set<string>()
  readonly befriended = new Set<string>()

  /** Walks up, unlike the server. */
  reaches(id: number, seen: ReadonlyArray<number> = []): boolean {
    if (id === districtId) return true
    const parent = this.above.get(id)
    return parent !== undefined && !seen.includes(id) && this.reaches(parent, [...seen, id])
  }

  #isAtReachedSchool(pairs: ReadonlySet<string>, who: string): boolean {
    return [...pairs].some((pair) => {
      const [person, school] = pair.split(" ")
      return person === who && this.reaches(Number(school))
    })
  }

  reachesStudent(who: string): boolean {
    return this.#isAtReachedSchool(this.enrolled, who)
  }

  reachesStaff(who: string): boolean {
    return this.#isAtReachedSchool(this.assigned, who)
  }

  reachesContact(whose: string): boolean {
    return students.some((who) => this.befriended.has(`${who} ${whose}`) && this.reachesStudent(who))
  }

  hasPeople(school: number): boolean {
    return [...this.enrolled, ...this.assigned].some((pair) => pair.endsWith(` ${school}`))
  }
}

/** Whether a document is put or removed, and what the server has to answer. */
interface Step {
  readonly endpoint: string
  readonly key: string
  /** `undefined` removes it. */
  readonly document: JsonObject | undefined
  /** 403 and 409 refuse the step. */
  readonly verdict: "done" | 403 | 409
  readonly apply: () => void
}

/** @param isAllowed of a document that links two */
const linkStep = (
  endpoint: string,
  key: string,
  document: JsonObject | undefined,
  isAllowed: boolean,
  pairs: Set<string>
): Step => ({
  endpoint,
  key,
  document,
  verdict: isAllowed ? "done" : 403,
  apply: () => (document === undefined ? pairs.delete(key) : pairs.add(key))
})

const stepOf = (model: Model, one: Operation): Step => {
  switch (one.op) {
    case "district":
    case "school": {
      const { above: parent, id, op } = one
      const isDistrict = op === "district"
      const parentReference =
        parent === undefined
          ? {}
          : { parentLocalEducationAgencyReference: { localEducationAgencyId: parent } }
      return {
        endpoint: isDistrict ? "localEducationAgencies" : "schools",
        key: String(id),
        document: isDistrict ? district(id, parentReference) : schoolIn(id, parent),
        verdict: parent === undefined || model.above.has(parent) ? "done" : 409,
        apply: () => model.above.set(id, parent)
      }
    }
    case "close":
      return {
        endpoint: "schools",
        key: String(one.id),
        document: undefined,
        verdict: model.hasPeople(one.id) ? 409 : "done",
        apply: () => model.above.delete(one.id)
      }
    case "enroll":
    case "leave": {
      const document = one.op === "enroll" ? enrollment(one.who, one.at) : undefined
      const key = `${one.who} ${one.at}`
      return linkStep("studentSchoolAssociations", key, document, model.reaches(one.at), model.enrolled)
    }
    case "assign":
    case "dismiss": {
      const endpoint = "staffEducationOrganizationAssignmentAssociations"
      const document = one.op === "assign" ? assignment(one.who, one.at) : undefined
      return linkStep(endpoint, `${one.who} ${one.at}`, document, model.reaches(one.at), model.assigned)
    }
    case "befriend":
    case "part": {
      const document = one.op === "befriend" ? contactOf(one.who, one.whose) : undefined
      const key = `${one.who} ${one.whose}`
      const isAllowed = model.reachesStudent(one.who)
      return linkStep("studentContactAssociations", key, document, isAllowed, model.befriended)
    }
  }
}

export const reachFacts = (layerOf: LayerOf) =>
  describe("what a client reaches", () => {
    it.effect(
      "500 random operations leave a client the people of a plain model",
      () =>
        Effect.gen(function* () {
          const { create, data, get, post } = yield* session
          const model = new Model()
          const ids = new Map<string, string>()
          let sent = 0
          const [refused, shown] = [new Set<string>(), new Set<string>()]
          for (const id of students) ids.set(`students ${id}`, yield* create("students", student(id)))
          for (const id of staffs) yield* create("staffs", staff(id))
          for (const id of contacts) yield* create("contacts", contact(id))
          const listed = (endpoint: string, member: string) =>
            Effect.map(get(endpoint), (reply) => {
              const list = jsonOf(reply)
              return Array.isArray(list) ? list.map((one) => at(one, member)) : list
            })
          for (const one of FastCheck.sample(operation, { numRuns: 1000, seed: 11 })) {
            const { apply, document, endpoint, key, verdict } = stepOf(model, one)
            const place = `${endpoint} ${key}`
            const id = ids.get(place)
            if (document === undefined && id === undefined) continue
            if (sent++ === 500) break
            const reply = yield* document === undefined
              ? data("DELETE", `${endpoint}/${id ?? ""}`)
              : post(endpoint, document)
            const expected =
              verdict === "done" ? (document === undefined ? 204 : id === undefined ? 201 : 200) : verdict
            assert.strictEqual(reply.status, expected, JSON.stringify(one))
            if (verdict === "done") {
              apply()
              if (document === undefined) ids.delete(place)
              else ids.set(place, reply.headers["location"]?.split("/").at(-1) ?? "")
            } else refused.add(`${one.op} ${verdict}`)
            const seen = {
              students: yield* listed("students", "studentUniqueId"),
              staffs: yield* listed("staffs", "staffUniqueId"),
              contacts: yield* listed("contacts", "contactUniqueId")
            }
            const wanted = {
              students: students.filter((who) => model.reachesStudent(who)),
              staffs: staffs.filter((who) => model.reachesStaff(who)),
              contacts: contacts.filter((whose) => model.reachesContact(whose))
            }
            assert.deepStrictEqual(seen, wanted, JSON.stringify(one))
            shown.add(JSON.stringify(wanted))
            const read = yield* get(`students/${ids.get(`students ${students[0] ?? ""}`) ?? ""}`)
            assert.strictEqual(read.status, model.reachesStudent(students[0] ?? "") ? 200 : 403)
          }
          // The operations came to all of these, and to many states.
          for (const kind of ["district 409", "school 409", "close 409", "enroll 403", "leave 403"]) {
            assert.isTrue(refused.has(kind), kind)
          }
          for (const kind of ["assign 403", "dismiss 403", "befriend 403", "part 403"]) {
            assert.isTrue(refused.has(kind), kind)
          }
          assert.isAbove(sent, 500)
          assert.isAbove(shown.size, 20)
        }).pipe(Effect.provide(layerOf({ claimSet: "sandbox", dialect: "main", seed: 1 }))),
      60_000
    )
  })
