/** The names of TPDM 1.1.0. Written by scripts/reduceDataStandard.ts. */
import type { ProjectNames } from "./ProjectSource.ts"

export const tpdm11: ProjectNames = {
  name: "TPDM",
  endpoint: "tpdm",
  version: "1.1.0",
  description: "TPDM-Core",
  abstract: [],
  resources: [
    ["candidateEducatorPreparationProgramAssociations", "CandidateEducatorPreparationProgramAssociation"],
    ["candidates", "Candidate"],
    ["educatorPreparationPrograms", "EducatorPreparationProgram"],
    ["evaluationElementRatings", "EvaluationElementRating"],
    ["evaluationElements", "EvaluationElement"],
    ["evaluationObjectiveRatings", "EvaluationObjectiveRating"],
    ["evaluationObjectives", "EvaluationObjective"],
    ["evaluationRatings", "EvaluationRating"],
    ["evaluations", "Evaluation"],
    ["financialAids", "FinancialAid"],
    ["performanceEvaluationRatings", "PerformanceEvaluationRating"],
    ["performanceEvaluations", "PerformanceEvaluation"],
    ["rubricDimensions", "RubricDimension"],
    ["surveyResponsePersonTargetAssociations", "SurveyResponsePersonTargetAssociation"],
    ["surveySectionResponsePersonTargetAssociations", "SurveySectionResponsePersonTargetAssociation"]
  ],
  descriptors: [
    ["accreditationStatusDescriptors", "AccreditationStatus"],
    ["aidTypeDescriptors", "AidType"],
    ["certificationRouteDescriptors", "CertificationRoute"],
    ["coteachingStyleObservedDescriptors", "CoteachingStyleObserved"],
    ["credentialStatusDescriptors", "CredentialStatus"],
    ["educatorRoleDescriptors", "EducatorRole"],
    ["englishLanguageExamDescriptors", "EnglishLanguageExam"],
    ["eppProgramPathwayDescriptors", "EPPProgramPathway"],
    ["evaluationElementRatingLevelDescriptors", "EvaluationElementRatingLevel"],
    ["evaluationPeriodDescriptors", "EvaluationPeriod"],
    ["evaluationRatingLevelDescriptors", "EvaluationRatingLevel"],
    ["evaluationRatingStatusDescriptors", "EvaluationRatingStatus"],
    ["evaluationTypeDescriptors", "EvaluationType"],
    ["genderDescriptors", "Gender"],
    ["objectiveRatingLevelDescriptors", "ObjectiveRatingLevel"],
    ["performanceEvaluationRatingLevelDescriptors", "PerformanceEvaluationRatingLevel"],
    ["performanceEvaluationTypeDescriptors", "PerformanceEvaluationType"],
    ["rubricRatingLevelDescriptors", "RubricRatingLevel"]
  ]
}
