/** The initial documents: a district and the school years, as on a real server with data. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { JsonObject } from "../domain/Json.ts"
import { codesOf, descriptorUri } from "./descriptors.ts"
import { uuid } from "./ids.ts"
import { validate } from "./validate.ts"
import type { ServerState } from "./ServerState.ts"
import type { NewDocument } from "./Store.ts"

type Models = ServerState["models"]

const currentYear = 2025

/** The values of a descriptor, as documents. */
const descriptorDocuments = (name: string): ReadonlyArray<JsonObject> =>
  codesOf(name).map((codeValue) => ({
    codeValue,
    namespace: `uri://ed-fi.org/${name}Descriptor`,
    shortDescription: codeValue
  }))

/** Descriptors, school years 1991 to 2037 (contract, section 6) and the district 255901. */
const documentsOf = ({ projects }: Models): ReadonlyArray<readonly [string, JsonObject]> => [
  ...projects
    .flatMap(({ descriptors }) => descriptors)
    .flatMap(([endpoint, name]) =>
      descriptorDocuments(name).map((document) => [endpoint, document] as const)
    ),
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

/** A document that is not valid is a defect. */
const valid = (
  models: Models,
  [endpoint, document]: readonly [string, JsonObject]
): Omit<NewDocument, "id"> => {
  const model = models.findByEndpoint(endpoint)
  const judged = model === undefined ? undefined : validate(model, document, () => undefined)
  if (model === undefined || judged === undefined || Either.isLeft(judged))
    throw new Error(`the seed document of ${endpoint} is not valid`)
  return { model, document: judged.right }
}

/** The same for every server with one data model, so they are validated once. */
const validDocuments = new WeakMap<Models, ReadonlyArray<Omit<NewDocument, "id">>>()

const validDocumentsOf = (models: Models): ReadonlyArray<Omit<NewDocument, "id">> => {
  const known = validDocuments.get(models)
  if (known !== undefined) return known
  const all = documentsOf(models).map((document) => valid(models, document))
  validDocuments.set(models, all)
  return all
}

/** Inserts the initial documents that the store does not have yet. */
export const seed = Effect.fn("local-dms.seed")(function* (server: ServerState) {
  const nowMillis = yield* Clock.currentTimeMillis
  const all = validDocumentsOf(server.models)
  yield* server.store.transaction(
    server.store.insertAll(
      all.map((one) => ({ ...one, id: uuid(server.random.ids) })),
      nowMillis
    )
  )
})
