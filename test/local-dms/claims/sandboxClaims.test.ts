/** Facts section 5: the claim of each resource of the Data Standard and of TPDM. */
import { assert, describe, it } from "@effect/vitest"
import { DataModel } from "../../../src/local-dms/DataModel.ts"
import { dialects } from "../../../src/local-dms/Dialect.ts"
import { sandboxStrategy } from "../../../src/local-dms/claims/sandboxClaims.ts"
import type { ResourceModel } from "../../../src/local-dms/model/ResourceModel.ts"

const models = DataModel.defaultValue()
  .all()
  .filter(({ isDescriptor }) => !isDescriptor)

/** Create, read, update and delete: `free, organizationsAndPeople, organizationsAndPeople, free`. */
const claimOf = (model: ResourceModel): string =>
  (["create", "read", "update", "delete"] as const)
    .map((action) => sandboxStrategy(model, action, dialects.main) ?? "refused")
    .join(", ")

const withClaim = (claim: string) =>
  models.filter((model) => claimOf(model) === claim).map(({ endpoint }) => endpoint)

const always = (strategy: string) => Array.from({ length: 4 }, () => strategy).join(", ")

describe("sandboxStrategy", () => {
  it.each([
    ["free, organizationsAndPeople, organizationsAndPeople, free", ["contacts", "staffs", "students"]],
    [
      "organizations, organizationsAndPeople, organizationsAndPeople, organizationsAndPeople",
      [
        "staffEducationOrganizationAssignmentAssociations",
        "staffEducationOrganizationEmploymentAssociations",
        "studentSchoolAssociations"
      ]
    ],
    [
      always("organizations"),
      [
        "educatorPreparationPrograms",
        "evaluationElementRatings",
        "evaluationElements",
        "evaluationObjectiveRatings",
        "evaluationObjectives",
        "evaluationRatings",
        "evaluations",
        "performanceEvaluationRatings",
        "performanceEvaluations",
        "rubricDimensions"
      ]
    ],
    [always("students"), ["studentContactAssociations"]],
    ["refused, free, refused, refused", ["schoolYearTypes"]],
    [
      "namespace, free, namespace, namespace",
      ["learningStandardEquivalenceAssociations", "learningStandards"]
    ],
    [
      always("namespace"),
      [
        "assessmentAdministrationParticipations",
        "assessmentAdministrations",
        "assessmentBatteryParts",
        "assessmentItems",
        "assessmentScoreRangeLearningStandards",
        "assessments",
        "descriptorMappings",
        "educationContents",
        "gradebookEntries",
        "objectiveAssessments",
        "studentAssessmentRegistrationBatteryPartAssociations",
        "studentAssessmentRegistrations",
        "studentAssessments",
        "surveyQuestionResponses",
        "surveyQuestions",
        "surveyResponsePersonTargetAssociations",
        "surveyResponses",
        "surveySectionResponsePersonTargetAssociations",
        "surveySectionResponses",
        "surveySections",
        "surveys"
      ]
    ],
    [
      always("free"),
      [
        "balanceSheetDimensions",
        "candidateEducatorPreparationProgramAssociations",
        "candidates",
        "communityOrganizations",
        "communityProviders",
        "credentials",
        "crisisEvents",
        "educationOrganizationNetworks",
        "educationServiceCenters",
        "evaluationRubricDimensions",
        "financialAids",
        "functionDimensions",
        "fundDimensions",
        "localEducationAgencies",
        "objectDimensions",
        "operationalUnitDimensions",
        "people",
        "postSecondaryInstitutions",
        "programDimensions",
        "programEvaluationElements",
        "programEvaluationObjectives",
        "projectDimensions",
        "schools",
        "sourceDimensions",
        "stateEducationAgencies"
      ]
    ]
  ] as const)("%s", (claim, endpoints) => {
    assert.deepStrictEqual(withClaim(claim).toSorted(), [...endpoints])
  })

  it("decides all others by relationship", () => {
    assert.strictEqual(
      withClaim(always("organizationsAndPeople")).length,
      153 - 3 - 3 - 1 - 1 - 2 - 21 - 25 - 10
    )
  })

  it("decides descriptors by namespace, except reads", () => {
    const descriptor = DataModel.defaultValue().findByEndpoint("termDescriptors")
    assert.strictEqual(
      descriptor === undefined ? undefined : claimOf(descriptor),
      "namespace, free, namespace, namespace"
    )
  })

  it("secures each resource that is decided by values by at least one", () => {
    const unsecured = models.filter(
      (model) => model.secured.length === 0 && claimOf(model) !== always("free")
    )
    assert.deepStrictEqual(
      unsecured.map(({ endpoint }) => endpoint),
      ["schoolYearTypes"]
    )
  })
})
