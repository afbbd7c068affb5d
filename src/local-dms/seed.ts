/** The initial documents: a district and the school years, as on a real server with data. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { JsonObject } from "../domain/Json.ts"
import { descriptorUri } from "./descriptors.ts"
import { uuid } from "./ids.ts"
import { validate } from "./validate.ts"
import type { ServerState } from "./ServerState.ts"
import { findByEndpoint } from "./ResourceModel.ts"

const currentYear = 2025

/** School years 1991 to 2037 (contract, section 6) and the district 255901. */
const documents: ReadonlyArray<readonly [string, JsonObject]> = [
  ...Array.from({ length: 47 }, (_, index) => {
    const schoolYear = 1991 + index
    const year: JsonObject = {
      schoolYear,
      schoolYearDescription: `${schoolYear - 1}-${schoolYear}`,
      currentSchoolYear: schoolYear === currentYear
    }
    return ["schoolYearTypes", year] as const
  }),
  [
    "localEducationAgencies",
    {
      localEducationAgencyId: 255901,
      nameOfInstitution: "Grand Bend ISD",
      localEducationAgencyCategoryDescriptor: descriptorUri("LocalEducationAgencyCategory", "Independent"),
      categories: [
        {
          educationOrganizationCategoryDescriptor: descriptorUri(
            "EducationOrganizationCategory",
            "Local Education Agency"
          )
        }
      ]
    }
  ]
]

/** Inserts the initial documents that the store does not have yet. */
export const seed = Effect.fn("local-dms.seed")(function* (server: ServerState) {
  const nowMillis = yield* Clock.currentTimeMillis
  yield* server.store.transaction(
    Effect.forEach(
      documents,
      Effect.fnUntraced(function* ([endpoint, document]) {
        const model = findByEndpoint(endpoint)
        const valid = model === undefined ? undefined : validate(model, document, () => undefined)
        if (model === undefined || valid === undefined || Either.isLeft(valid)) {
          return yield* Effect.dieMessage(`the seed document of ${endpoint} is not valid`)
        }
        yield* server.store.insert(model, uuid(server.random.ids), valid.right, nowMillis)
      }),
      { discard: true }
    )
  )
})
