/**
 * The stock claim set `EdFiSandbox`: by which rule each action on a resource is allowed.
 * @see api-facts section 5
 */
import type { Dialect } from "../Dialect.ts"
import { educationOrganizationSpace } from "./ReachedOrganizations.ts"
import type { Action } from "../LocalDmsOptions.ts"
import type { ResourceModel } from "../model/ResourceModel.ts"

/**
 * By which values of a document an action is allowed. `free`: by none. `namespace`: its namespace. `organizations`: its
 * education organizations. `organizationsAndPeople`: these and its students, staffs and contacts. `students`: its
 * students.
 */
export type Strategy = "free" | "namespace" | "organizations" | "organizationsAndPeople" | "students"

/** `undefined`: the claim set does not have the action. */
type Claim = { readonly [action in Action]: Strategy | undefined }

const always = (strategy: Strategy): Claim => ({
  create: strategy,
  read: strategy,
  update: strategy,
  delete: strategy
})

const free = always("free")
const byNamespace = always("namespace")
const byOrganizations = always("organizations")
const byRelationship = always("organizationsAndPeople")
const readFreely: Claim = { ...byNamespace, read: "free" }
const person: Claim = { ...byRelationship, create: "free", delete: "free" }
/** Of the documents that establish relationships with people. */
const primaryRelationship: Claim = { ...byRelationship, create: "organizations" }

/** Resources whose claim does not follow from the values that their documents have, by id space. */
const named: { readonly [space: string]: Claim } = {
  schoolYearTypes: { create: undefined, read: "free", update: undefined, delete: undefined },
  students: person,
  staffs: person,
  contacts: person,
  studentSchoolAssociations: primaryRelationship,
  staffEducationOrganizationAssignmentAssociations: primaryRelationship,
  staffEducationOrganizationEmploymentAssociations: primaryRelationship,
  studentContactAssociations: always("students"),
  organizationDepartments: byRelationship,
  learningStandards: readFreely,
  learningStandardEquivalenceAssociations: readFreely,
  credentials: free,
  studentAssessments: byNamespace,
  studentAssessmentRegistrations: byNamespace,
  studentAssessmentRegistrationBatteryPartAssociations: byNamespace,
  "tpdm/candidates": free,
  "tpdm/candidateEducatorPreparationProgramAssociations": free,
  "tpdm/financialAids": free,
  "tpdm/educatorPreparationPrograms": byOrganizations,
  "tpdm/evaluations": byOrganizations,
  "tpdm/evaluationElements": byOrganizations,
  "tpdm/evaluationElementRatings": byOrganizations,
  "tpdm/evaluationObjectives": byOrganizations,
  "tpdm/evaluationObjectiveRatings": byOrganizations,
  "tpdm/evaluationRatings": byOrganizations,
  "tpdm/performanceEvaluations": byOrganizations,
  "tpdm/performanceEvaluationRatings": byOrganizations,
  "tpdm/rubricDimensions": byOrganizations
}

const claimOf = (model: ResourceModel): Claim => {
  const { identities, identity, isDescriptor, secured } = model
  if (isDescriptor) return readFreely
  const known = named[identity.space]
  if (known !== undefined) return known
  if (identities.some(({ space }) => space === educationOrganizationSpace)) return free
  if (secured.length === 0) return free
  return secured.every(({ kind }) => kind === "namespace") ? byNamespace : byRelationship
}

/** How `sandbox` allows an action; `undefined` if it does not. */
export const sandboxStrategy = (
  model: ResourceModel,
  action: Action,
  { freeReads }: Dialect
): Strategy | undefined =>
  action === "read" && freeReads.includes(model.identity.space) ? "free" : claimOf(model)[action]
