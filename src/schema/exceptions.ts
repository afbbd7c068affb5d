/** The only resources that the client knows by name: what an OpenAPI document does not say. */

/** Names are endpoints of any project, in lower case where letter case differs between dialects. */
export interface Exceptions {
  /** The resource that stands for an abstract one whose key has another name. */
  readonly subtypes: ReadonlyMap<string, string>
  /** Optional references that a record needs to be useful as a parent. */
  readonly alsoSent: ReadonlyMap<string, ReadonlyArray<string>>
  /** Records that every server has, and that a load test finds instead of creating them. */
  readonly neverCreated: ReadonlyArray<string>
  /** Records that clients only read: stock claim sets let nobody write them. */
  readonly readOnly: ReadonlyArray<string>
  /**
   * People, each with the association that relates it to an education organization, for its companion. They are the first
   * choice of what is new per record, because their documents depend on nothing else.
   */
  readonly people: ReadonlyMap<string, string>
}

export const exceptions: Exceptions = {
  // `educationOrganizationId` of a reference is the `schoolId` of a school: education organizations share one id space.
  subtypes: new Map([["educationorganization", "schools"]]),
  // Claims follow from them: a school without an agency, or a department without a parent, is in nobody's reach.
  alsoSent: new Map([
    ["schools", ["localEducationAgencyReference"]],
    ["organizationDepartments", ["parentEducationOrganizationReference"]]
  ]),
  neverCreated: ["schoolYearTypes", "localEducationAgencies"],
  readOnly: ["schoolYearTypes"],
  // `parents` are the contacts of Data Standard 4 and older.
  people: new Map([
    ["students", "studentSchoolAssociations"],
    ["staffs", "staffEducationOrganizationAssignmentAssociations"],
    ["contacts", "studentContactAssociations"],
    ["parents", "studentParentAssociations"]
  ])
}
