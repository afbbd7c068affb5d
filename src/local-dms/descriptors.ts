/**
 * The descriptor values of the local DMS: codes of Data Standard 5.2 (contract, section 6), a small part of the
 * thousands on a real server. Matching is case-insensitive.
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
  EntryType: [
    "Next year school",
    "Transfer from a public school in the same local education agency",
    "Original Entry",
    "Other"
  ],
  ExitWithdrawType: [
    "Graduated with regular, advanced, International Baccalaureate, or other type of diploma",
    "Other"
  ],
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

/** The values of each descriptor, as written and in lower case. */
const known = new Map(
  Object.entries(codes).map(([name, values]) => {
    const uris = values.map((code) => descriptorUri(name, code))
    return [name, new Set([...uris, ...uris.map((uri) => uri.toLowerCase())])]
  })
)

/** `descriptorUri("Term", "Fall Semester")` is `uri://ed-fi.org/TermDescriptor#Fall Semester`. */
export function descriptorUri(name: string, code: string): string {
  return `uri://ed-fi.org/${name}Descriptor#${code}`
}

/** Whether `uri` is a value of the descriptor `name`, not of another one. */
export const descriptorExists = (name: string, uri: string): boolean => {
  const values = known.get(name)
  return values !== undefined && (values.has(uri) || values.has(uri.toLowerCase()))
}
