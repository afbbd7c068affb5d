/** The only resources that the client knows by name: what an OpenAPI document does not say. */

/** Names are endpoints of any project, in lower case where letter case differs between dialects. */
export interface Exceptions {
  /** The resource that stands for an abstract one whose key has another name. */
  readonly subtypes: ReadonlyMap<string, string>
  /** Optional references that a record needs to be useful as a parent. */
  readonly alsoSent: ReadonlyMap<string, ReadonlyArray<string>>
  /** Records that every server has, and that a load test finds instead of creating them. */
  readonly neverCreated: ReadonlyArray<string>
  /** People: the first choice of what is new per record, because their documents depend on nothing else. */
  readonly people: ReadonlyArray<string>
}

export const exceptions: Exceptions = {
  // `educationOrganizationId` of a reference is the `schoolId` of a school: education organizations share one id space.
  subtypes: new Map([["educationorganization", "schools"]]),
  alsoSent: new Map([["schools", ["localEducationAgencyReference"]]]),
  neverCreated: ["schoolYearTypes", "localEducationAgencies"],
  // `parents` are the contacts of Data Standard 4 and older.
  people: ["students", "staffs", "contacts", "parents"]
}
