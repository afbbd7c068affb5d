/** The initial documents: a district and the school years, as on a real server with data. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { JsonObject } from "../domain/Json.ts"
import { codesOf, descriptorNamespace, descriptorUri } from "./descriptors.ts"
import { uuid } from "./ids.ts"
import { validate } from "./validate.ts"
import type { ServerState } from "./ServerState.ts"
import type { NewDocument } from "./Store.ts"

type Models = ServerState["models"]

const currentYear = 2025

/** The values of a descriptor, as documents. */
const descriptorDocuments = (project: string, name: string): ReadonlyArray<JsonObject> =>
  codesOf(name).map((codeValue) => ({
    codeValue,
    namespace: descriptorNamespace(project, name),
    shortDescription: codeValue
  }))

/** By id space: descriptors, school years 1991 to 2037 (contract, section 6) and the district 255901. */
const documentsOf = ({ sources }: Models): ReadonlyArray<readonly [string, JsonObject]> => [
  ...sources
    .filter(({ isDescriptor }) => isDescriptor)
    .flatMap(({ name, project, space }) =>
      descriptorDocuments(project, name.replace(/Descriptor$/, "")).map(
        (document) => [space, document] as const
      )
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

/** Empty if the model has no such resource, or requires other members of it: models of other files may. */
const valid = (
  models: Models,
  [space, document]: readonly [string, JsonObject]
): ReadonlyArray<Omit<NewDocument, "id">> => {
  const model = models.findBySpace(space)
  const judged = model === undefined ? undefined : validate(model, document, () => undefined)
  return model === undefined || judged === undefined || Either.isLeft(judged)
    ? []
    : [{ model, document: judged.right }]
}

/** The same for every server with one data model, so they are validated once. */
const validDocuments = new WeakMap<Models, ReadonlyArray<Omit<NewDocument, "id">>>()

const validDocumentsOf = (models: Models): ReadonlyArray<Omit<NewDocument, "id">> => {
  const known = validDocuments.get(models)
  if (known !== undefined) return known
  const all = documentsOf(models).flatMap((document) => valid(models, document))
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
