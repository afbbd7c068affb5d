/** How people are reached: by documents that link them to education organizations. */
import type { Models } from "../DataModel.ts"
import type { Reached } from "./ReachedOrganizations.ts"
import type { Path, ResourceModel, SecuredKind } from "../model/ResourceModel.ts"
import type { Condition, Link } from "../Store.ts"

export type PersonKind = Extract<SecuredKind, "student" | "contact" | "staff">

export const isPersonKind = (kind: SecuredKind): kind is PersonKind => kind in people

interface Person {
  readonly space: string
  /** Where a person has its key. */
  readonly path: Path
  /** What a refusal recommends: the associations that establish a relationship. */
  readonly associations: string
}

export const people: { readonly [kind in PersonKind]: Person } = {
  student: { space: "students", path: ["studentUniqueId"], associations: "a StudentSchoolAssociation" },
  contact: {
    space: "contacts",
    path: ["contactUniqueId"],
    associations: "a StudentContactAssociation, and a StudentSchoolAssociation of that student"
  },
  staff: {
    space: "staffs",
    path: ["staffUniqueId"],
    associations:
      "a StaffEducationOrganizationEmploymentAssociation or StaffEducationOrganizationAssignmentAssociation"
  }
}

/** The resource of a kind of person, unless the data model lacks it. */
export const personOf = (
  models: Models,
  kind: PersonKind
): { readonly model: ResourceModel; readonly path: Path } | undefined => {
  const { path, space } = people[kind]
  const model = models.findBySpace(space)
  return model === undefined ? undefined : { model, path }
}

const studentId = ["studentReference", "studentUniqueId"]
const staffId = ["staffReference", "staffUniqueId"]
const contactId = ["contactReference", "contactUniqueId"]
const schoolId = ["schoolReference", "schoolId"]
const organizationId = ["educationOrganizationReference", "educationOrganizationId"]

/** The condition that the value at `path` is the key of a person that the client reaches. */
export const linkedToPerson = (models: Models, kind: PersonKind, path: Path, reached: Reached): Condition => {
  const at = (organization: Path): Condition => ({ _tag: "oneOf", path: organization, values: reached })
  const through = (association: string, person: Path, where: Condition): ReadonlyArray<Link> => {
    const model = models.findBySpace(association)
    return model === undefined ? [] : [{ model, path: person, space: people[kind].space, where }]
  }
  switch (kind) {
    case "student":
      return { _tag: "linked", path, links: through("studentSchoolAssociations", studentId, at(schoolId)) }
    case "staff":
      return {
        _tag: "linked",
        path,
        links: [
          "staffEducationOrganizationEmploymentAssociations",
          "staffEducationOrganizationAssignmentAssociations"
        ].flatMap((association) => through(association, staffId, at(organizationId)))
      }
    case "contact": {
      const ofReachedStudent = linkedToPerson(models, "student", studentId, reached)
      return {
        _tag: "linked",
        path,
        links: through("studentContactAssociations", contactId, ofReachedStudent)
      }
    }
  }
}
