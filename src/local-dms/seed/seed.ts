/** The initial documents: descriptors, a district and the school years, as on a real server with data. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { JsonObject } from "../../domain/Json.ts"
import type { Models } from "../DataModel.ts"
import { codesOf, descriptorNamespace, descriptorUri } from "./descriptors.ts"
import { uuid } from "../ids.ts"
import { brokenRule } from "../requests/constraints.ts"
import { validate } from "../requests/validate.ts"
import type { ServerState } from "../ServerState.ts"
import type { NewDocument } from "../Store.ts"

/** The school year that is marked as the current one. */
export const currentYear = 2025

/** The id of the local education agency "Grand Bend ISD". */
export const districtId = 255901

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
      localEducationAgencyId: districtId,
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

/** The document of a space, after the checks of a document in a request; `undefined` if the model does not have it so. */
const judged = (
  models: Models,
  [space, document]: readonly [space: string, document: JsonObject]
): Omit<NewDocument, "id"> | undefined => {
  const model = models.findBySpace(space)
  const valid = model === undefined ? undefined : validate(model, document, () => undefined)
  return model === undefined ||
    valid === undefined ||
    Either.isLeft(valid) ||
    brokenRule(model, document, valid.right) !== undefined
    ? undefined
    : { model, document: valid.right }
}

/**
 * A document of the local DMS itself.
 * @throws a defect of this program: the document is not valid
 */
export const validDocument = (
  models: Models,
  one: readonly [space: string, document: JsonObject]
): Omit<NewDocument, "id"> => {
  const valid = judged(models, one)
  if (valid === undefined)
    throw new Error(`the document of ${one[0]} is not valid: ${JSON.stringify(one[1])}`)
  return valid
}

/** The same for every server with one data model, so they are validated once. */
const validDocuments = new WeakMap<Models, ReadonlyArray<Omit<NewDocument, "id">>>()

const validDocumentsOf = (models: Models): ReadonlyArray<Omit<NewDocument, "id">> => {
  const known = validDocuments.get(models)
  if (known !== undefined) return known
  // Models of other files may lack a resource, or require other members of it.
  const all = documentsOf(models).flatMap((one) => judged(models, one) ?? [])
  validDocuments.set(models, all)
  return all
}

const needsDescriptors = ({ document, model }: Omit<NewDocument, "id">): boolean =>
  model.isDescriptor || document.references.some(({ shape }) => shape._tag === "descriptor")

/**
 * Inserts the initial documents that the store does not have yet. Without descriptors these are the school years, since
 * the district refers to some.
 */
export const seed = Effect.fn("local-dms.seed")(function* (server: ServerState) {
  const nowMillis = yield* Clock.currentTimeMillis
  const seeded = validDocumentsOf(server.models)
  const all = server.options.descriptors === "none" ? seeded.filter((one) => !needsDescriptors(one)) : seeded
  yield* server.store.transaction(
    server.store.insertAll(
      all.map((one) => ({ ...one, id: uuid(server.random.ids) })),
      nowMillis
    )
  )
})
