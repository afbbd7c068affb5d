/**
 * The descriptor values with which a store begins: codes of Data Standard 5.2 (contract, section 6), a small part of the
 * thousands on a real server.
 */
const codes: { readonly [name: string]: ReadonlyArray<string> } = {
  AcademicSubject: [
    "Mathematics",
    "English Language Arts",
    "Reading",
    "Writing",
    "Science",
    "Social Studies",
    "Fine and Performing Arts",
    "Composite",
    "Other"
  ],
  AddressType: ["Home", "Mailing", "Physical", "Temporary", "Work", "Billing", "Other"],
  CalendarEvent: [
    "Instructional day",
    "Holiday",
    "Make-up day",
    "Teacher only day",
    "Student late arrival/early dismissal",
    "Weather day",
    "Non-instructional day",
    "Other"
  ],
  CalendarType: ["School", "Student Specific", "IEP"],
  CitizenshipStatus: ["Non-resident alien", "Permanent resident", "US citizen", "Other"],
  Country: ["US", "AG", "CA", "DE", "FR", "GB", "IN", "MX"],
  CourseIdentificationSystem: [
    "State course code",
    "LEA course code",
    "School course code",
    "CSSC course code",
    "NCES Course Code",
    "SCED Course Code",
    "Intermediate agency course code",
    "University course code",
    "Other"
  ],
  CourseLevelCharacteristic: [
    "Core Subject",
    "Advanced Placement",
    "Honors",
    "General",
    "Basic",
    "Remedial",
    "Other"
  ],
  EducationOrganizationCategory: [
    "School",
    "Local Education Agency",
    "Education Service Center",
    "State Education Agency",
    "Organization Department",
    "Other"
  ],
  EducationOrganizationIdentificationSystem: ["SEA", "School", "LEA", "NCES", "Federal", "DUNS", "Other"],
  EducationalEnvironment: ["Classroom", "Homebound", "Laboratory", "Mainstream (Special Education)", "Other"],
  ElectronicMailType: ["Home/Personal", "Organization", "Work", "Other"],
  EntryGradeLevelReason: ["Promotion - Regular promotion", "Other"],
  EntryType: ["Next year school", "Original Entry", "Other"],
  ExitWithdrawType: ["Other"],
  GradeLevel: [
    "Infant/toddler",
    "Preschool/Prekindergarten",
    "Kindergarten",
    "First grade",
    "Second grade",
    "Third grade",
    "Fourth grade",
    "Fifth grade",
    "Sixth grade",
    "Seventh grade",
    "Eighth grade",
    "Ninth grade",
    "Tenth grade",
    "Eleventh grade",
    "Twelfth grade",
    "Ungraded",
    "Other"
  ],
  GradingPeriod: [
    "First Six Weeks",
    "Second Six Weeks",
    "Third Six Weeks",
    "Fourth Six Weeks",
    "Fifth Six Weeks",
    "Sixth Six Weeks",
    "First Nine Weeks",
    "Second Nine Weeks",
    "Third Nine Weeks",
    "Fourth Nine Weeks",
    "First Semester",
    "Second Semester",
    "End of Year"
  ],
  IdentificationDocumentUse: [
    "Foreign Identification",
    "Personal Information Verification",
    "US Citizenship"
  ],
  InstitutionTelephoneNumberType: [
    "Main",
    "Administrative",
    "Attendance",
    "Fax",
    "HealthClinic",
    "Food Service",
    "Other"
  ],
  Language: ["eng", "spa", "fra", "deu"],
  LanguageUse: ["Home language", "Native language", "Dominant language", "Other"],
  LimitedEnglishProficiency: ["NotLimited", "Limited", "LimitedMonitored1", "LimitedMonitored2"],
  LocalEducationAgencyCategory: ["Independent", "Charter", "Regular public school district", "Other"],
  Locale: ["City", "Rural", "Suburb", "Town"],
  MediumOfInstruction: ["Face-to-face instruction", "Online", "Blended Learning", "Other"],
  OtherNameType: ["Alias", "Nickname", "Previous legal name", "Other"],
  PersonalInformationVerification: ["Birth certificate", "Drivers license", "Passport", "Other"],
  PopulationServed: ["Regular Students", "Special Education Students", "Gifted and Talented Students"],
  Race: [
    "American Indian or Alaska Native",
    "Asian",
    "Black or African American",
    "Native Hawaiian or Other Pacific Islander",
    "White",
    "Choose Not to Respond",
    "Other"
  ],
  ResidencyStatus: [
    "Resident of admin unit and school area",
    "Resident of admin unit, but of other school area",
    "Resident of this state, but not of this admin unit",
    "Resident of another state"
  ],
  Sex: ["Female", "Male", "Not Selected"],
  StateAbbreviation: ["TX", "AZ", "CA", "FL", "IL", "IN", "MI", "MN", "NY", "WI"],
  StudentCharacteristic: ["Economic Disadvantaged", "Homeless", "Immigrant", "Migrant", "Other"],
  StudentIdentificationSystem: ["District", "School", "State", "Other"],
  TelephoneNumberType: ["Home", "Mobile", "Work", "Emergency 1", "Fax", "Other"],
  Term: [
    "Fall Semester",
    "Spring Semester",
    "Summer Semester",
    "First Quarter",
    "Second Quarter",
    "Third Quarter",
    "Fourth Quarter",
    "Year Round",
    "Other"
  ],
  Visa: ["B - Visitor", "F - Foreign Student", "M - Vocational or Non-Academic Student", "Other"]
}

/**
 * The namespace of a descriptor's values in a new store.
 *
 * @param project the endpoint of the descriptor's project
 * @example descriptorNamespace("ed-fi", "Term") // "uri://ed-fi.org/TermDescriptor"
 * @example descriptorNamespace("tpdm", "Gender") // "uri://tpdm.ed-fi.org/GenderDescriptor"
 */
export const descriptorNamespace = (project: string, name: string): string =>
  `uri://${project === "ed-fi" ? "" : `${project}.`}ed-fi.org/${name}Descriptor`

/** `descriptorUri("Term", "Fall Semester")` is `uri://ed-fi.org/TermDescriptor#Fall Semester`. */
export const descriptorUri = (name: string, code: string): string =>
  `uri://ed-fi.org/${name}Descriptor#${code}`

/** A descriptor of the model without known codes has one value: `uri://ed-fi.org/BehaviorDescriptor#Value 1`. */
const madeCodes = ["Value 1"]

/** The codes of a descriptor in a new store. */
export const codesOf = (name: string): ReadonlyArray<string> => codes[name] ?? madeCodes
