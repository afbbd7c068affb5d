/**
 * The resources of the local DMS in creation order, one entry each; to add a resource, add an entry. Members, limits, identities and rules are those of contract section 6 (Data Standard 5.2).
 */
import {
  bool,
  date,
  decimal,
  descriptor,
  int32,
  int64,
  key,
  list,
  reference,
  required,
  text,
  time
} from "./fields.ts"
import type { Field, Fields } from "./fields.ts"

export interface Resource {
  /** The resource name, `Student`; the table's key is the endpoint, `students`. */
  readonly name: string
  readonly fields: Fields
  /** An id space in which its identity is unique as well and can be referenced. */
  readonly also?: IdSpace
  /** A PUT may change the identity; the change cascades to documents that refer to it. */
  readonly keyUpdates?: true
  /** Pairs of paths whose values must be equal if both are present; `[*]` is each item of a list. */
  readonly equal?: ReadonlyArray<readonly [string, string]>
}

/** An id space shared by several resources: schools and districts are both education organizations. */
export interface IdSpace {
  readonly space: string
  /** The name of the id in references. */
  readonly member: string
  readonly field: Field
}

const educationOrganizations: IdSpace = {
  space: "educationOrganizations",
  member: "educationOrganizationId",
  field: int64()
}

const schoolYear = reference("schoolYearTypes")
const person: Fields = {
  personalTitlePrefix: text(30),
  firstName: required(text(75)),
  middleName: text(75),
  lastSurname: required(text(75)),
  generationCodeSuffix: text(10),
  maidenName: text(75),
  preferredFirstName: text(75),
  preferredLastSurname: text(75)
}
const otherNames = list({
  otherNameTypeDescriptor: key(descriptor("OtherNameType")),
  firstName: required(text(75)),
  lastSurname: required(text(75)),
  middleName: text(75),
  generationCodeSuffix: text(10),
  personalTitlePrefix: text(30)
})
const identificationDocuments = list({
  identificationDocumentUseDescriptor: key(descriptor("IdentificationDocumentUse")),
  personalInformationVerificationDescriptor: key(descriptor("PersonalInformationVerification")),
  issuerCountryDescriptor: descriptor("Country"),
  documentTitle: text(60),
  documentExpirationDate: date,
  issuerDocumentIdentificationCode: text(60),
  issuerName: text(150)
})
const visas = list({ visaDescriptor: key(descriptor("Visa")) })
const addresses = list({
  addressTypeDescriptor: key(descriptor("AddressType")),
  stateAbbreviationDescriptor: key(descriptor("StateAbbreviation")),
  city: key(text(30)),
  postalCode: key(text(17)),
  streetNumberName: key(text(150)),
  apartmentRoomSuiteNumber: text(50),
  buildingSiteNumber: text(20),
  congressionalDistrict: text(30),
  countyFIPSCode: text(5),
  doNotPublishIndicator: bool,
  latitude: text(20),
  localeDescriptor: descriptor("Locale"),
  longitude: text(20),
  nameOfCounty: text(30),
  periods: list({ beginDate: key(date), endDate: date })
})
const institutionTelephones = list({
  institutionTelephoneNumberTypeDescriptor: key(descriptor("InstitutionTelephoneNumberType")),
  telephoneNumber: required(text(24))
})
const telephones = list({
  telephoneNumberTypeDescriptor: key(descriptor("TelephoneNumberType")),
  telephoneNumber: key(text(24)),
  doNotPublishIndicator: bool,
  orderOfPriority: int32(1),
  textMessageCapabilityIndicator: bool
})
const electronicMails = list({
  electronicMailTypeDescriptor: key(descriptor("ElectronicMailType")),
  electronicMailAddress: key(text(128)),
  doNotPublishIndicator: bool,
  primaryEmailAddressIndicator: bool
})
const organizationCodes = list({
  educationOrganizationIdentificationSystemDescriptor: key(
    descriptor("EducationOrganizationIdentificationSystem")
  ),
  identificationCode: required(text(60))
})
const organizationCategories = list({
  educationOrganizationCategoryDescriptor: key(descriptor("EducationOrganizationCategory"))
})
const races = list({ raceDescriptor: key(descriptor("Race")) })
const languages = list({
  languageDescriptor: key(descriptor("Language")),
  uses: list({ languageUseDescriptor: key(descriptor("LanguageUse")) })
})
const gradeLevels = list({ gradeLevelDescriptor: key(descriptor("GradeLevel")) })

/** Resources by endpoint. */
export const resources: { readonly [endpoint: string]: Resource } = {
  schoolYearTypes: {
    name: "SchoolYearType",
    fields: {
      schoolYear: key(int32(1900, 2100)),
      schoolYearDescription: required(text(50)),
      currentSchoolYear: required(bool)
    }
  },
  localEducationAgencies: {
    name: "LocalEducationAgency",
    also: educationOrganizations,
    fields: {
      localEducationAgencyId: key(int64()),
      nameOfInstitution: required(text(75)),
      shortNameOfInstitution: text(75),
      webSite: text(255),
      localEducationAgencyCategoryDescriptor: required(descriptor("LocalEducationAgencyCategory")),
      categories: required(organizationCategories),
      parentLocalEducationAgencyReference: reference("localEducationAgencies"),
      addresses,
      identificationCodes: organizationCodes,
      institutionTelephones
    }
  },
  schools: {
    name: "School",
    also: educationOrganizations,
    fields: {
      schoolId: key(int64()),
      nameOfInstitution: required(text(75)),
      shortNameOfInstitution: text(75),
      webSite: text(255),
      educationOrganizationCategories: required(organizationCategories),
      gradeLevels: required(gradeLevels),
      localEducationAgencyReference: reference("localEducationAgencies"),
      addresses,
      identificationCodes: organizationCodes,
      institutionTelephones
    }
  },
  courses: {
    name: "Course",
    fields: {
      courseCode: key(text(60)),
      educationOrganizationReference: key(reference("educationOrganizations")),
      courseTitle: required(text(60)),
      courseDescription: text(1024),
      numberOfParts: required(int32(1, 8)),
      identificationCodes: required(
        list({
          courseIdentificationSystemDescriptor: key(descriptor("CourseIdentificationSystem")),
          identificationCode: required(text(60)),
          assigningOrganizationIdentificationCode: text(60),
          courseCatalogURL: text(255)
        })
      ),
      academicSubjects: list({ academicSubjectDescriptor: key(descriptor("AcademicSubject")) }),
      levelCharacteristics: list({
        courseLevelCharacteristicDescriptor: key(descriptor("CourseLevelCharacteristic"))
      }),
      offeredGradeLevels: gradeLevels,
      dateCourseAdopted: date,
      highSchoolCourseRequirement: bool,
      maxCompletionsForCredit: int32(1),
      maximumAvailableCredits: decimal(3, 0),
      minimumAvailableCredits: decimal(3, 0),
      timeRequiredForCompletion: int32(1)
    }
  },
  gradingPeriods: {
    name: "GradingPeriod",
    fields: {
      gradingPeriodDescriptor: key(descriptor("GradingPeriod")),
      gradingPeriodName: key(text(60)),
      schoolReference: key(reference("schools")),
      schoolYearTypeReference: key(schoolYear),
      beginDate: required(date),
      endDate: required(date),
      totalInstructionalDays: required(int32(0)),
      periodSequence: int32()
    }
  },
  sessions: {
    name: "Session",
    keyUpdates: true,
    fields: {
      schoolReference: key(reference("schools")),
      schoolYearTypeReference: key(schoolYear),
      sessionName: key(text(60)),
      termDescriptor: required(descriptor("Term")),
      beginDate: required(date),
      endDate: required(date),
      totalInstructionalDays: required(int32(0)),
      gradingPeriods: list({ gradingPeriodReference: key(reference("gradingPeriods")) })
    },
    equal: [
      ["schoolReference.schoolId", "gradingPeriods[*].gradingPeriodReference.schoolId"],
      ["schoolYearTypeReference.schoolYear", "gradingPeriods[*].gradingPeriodReference.schoolYear"]
    ]
  },
  courseOfferings: {
    name: "CourseOffering",
    fields: {
      localCourseCode: key(text(60)),
      schoolReference: key(reference("schools")),
      sessionReference: key(reference("sessions")),
      courseReference: required(reference("courses")),
      localCourseTitle: text(60),
      instructionalTimePlanned: int32(1),
      courseLevelCharacteristics: list({
        courseLevelCharacteristicDescriptor: key(descriptor("CourseLevelCharacteristic"))
      }),
      offeredGradeLevels: gradeLevels
    },
    equal: [["schoolReference.schoolId", "sessionReference.schoolId"]]
  },
  classPeriods: {
    name: "ClassPeriod",
    keyUpdates: true,
    fields: {
      classPeriodName: key(text(60)),
      schoolReference: key(reference("schools")),
      officialAttendancePeriod: bool,
      meetingTimes: list({ startTime: key(time), endTime: key(time) })
    }
  },
  locations: {
    name: "Location",
    keyUpdates: true,
    fields: {
      classroomIdentificationCode: key(text(60)),
      schoolReference: key(reference("schools")),
      maximumNumberOfSeats: int32(1),
      optimalNumberOfSeats: int32(1)
    }
  },
  sections: {
    name: "Section",
    keyUpdates: true,
    fields: {
      sectionIdentifier: key(text(255)),
      courseOfferingReference: key(reference("courseOfferings")),
      classPeriods: list({ classPeriodReference: key(reference("classPeriods")) }),
      locationReference: reference("locations"),
      locationSchoolReference: reference("schools"),
      educationalEnvironmentDescriptor: descriptor("EducationalEnvironment"),
      instructionLanguageDescriptor: descriptor("Language"),
      mediumOfInstructionDescriptor: descriptor("MediumOfInstruction"),
      populationServedDescriptor: descriptor("PopulationServed"),
      sectionName: text(100),
      sequenceOfCourse: int32(1, 8),
      availableCredits: decimal(3, 0),
      availableCreditConversion: decimal(2, 0),
      officialAttendancePeriod: bool
    },
    equal: [
      ["courseOfferingReference.schoolId", "classPeriods[*].classPeriodReference.schoolId"],
      ["locationReference.schoolId", "locationSchoolReference.schoolId"]
    ]
  },
  students: {
    name: "Student",
    fields: {
      studentUniqueId: key(text(32)),
      ...person,
      birthDate: required(date),
      birthCity: text(30),
      birthCountryDescriptor: descriptor("Country"),
      birthInternationalProvince: text(150),
      birthSexDescriptor: descriptor("Sex"),
      birthStateAbbreviationDescriptor: descriptor("StateAbbreviation"),
      citizenshipStatusDescriptor: descriptor("CitizenshipStatus"),
      dateEnteredUS: date,
      multipleBirthStatus: bool,
      identificationDocuments,
      otherNames,
      personalIdentificationDocuments: identificationDocuments,
      visas
    }
  },
  calendars: {
    name: "Calendar",
    fields: {
      calendarCode: key(text(60)),
      schoolReference: key(reference("schools")),
      schoolYearTypeReference: key(schoolYear),
      calendarTypeDescriptor: required(descriptor("CalendarType")),
      gradeLevels
    }
  },
  calendarDates: {
    name: "CalendarDate",
    fields: {
      date: key(date),
      calendarReference: key(reference("calendars")),
      calendarEvents: required(list({ calendarEventDescriptor: key(descriptor("CalendarEvent")) }))
    }
  },
  studentSchoolAssociations: {
    name: "StudentSchoolAssociation",
    keyUpdates: true,
    fields: {
      entryDate: key(date),
      schoolReference: key(reference("schools")),
      studentReference: key(reference("students")),
      entryGradeLevelDescriptor: required(descriptor("GradeLevel")),
      entryGradeLevelReasonDescriptor: descriptor("EntryGradeLevelReason"),
      entryTypeDescriptor: descriptor("EntryType"),
      exitWithdrawDate: date,
      exitWithdrawTypeDescriptor: descriptor("ExitWithdrawType"),
      residencyStatusDescriptor: descriptor("ResidencyStatus"),
      schoolYearTypeReference: schoolYear,
      classOfSchoolYearTypeReference: schoolYear,
      calendarReference: reference("calendars"),
      employedWhileEnrolled: bool,
      fullTimeEquivalency: decimal(4, 0),
      primarySchool: bool,
      repeatGradeIndicator: bool,
      schoolChoice: bool,
      schoolChoiceTransfer: bool,
      termCompletionIndicator: bool
    },
    equal: [
      ["schoolReference.schoolId", "calendarReference.schoolId"],
      ["schoolYearTypeReference.schoolYear", "calendarReference.schoolYear"]
    ]
  },
  staffs: {
    name: "Staff",
    fields: {
      staffUniqueId: key(text(32)),
      ...person,
      birthDate: date,
      sexDescriptor: descriptor("Sex"),
      hispanicLatinoEthnicity: bool,
      highlyQualifiedTeacher: bool,
      loginId: text(60),
      yearsOfPriorProfessionalExperience: decimal(2, 0),
      yearsOfPriorTeachingExperience: decimal(2, 0),
      addresses,
      electronicMails,
      identificationDocuments,
      languages,
      otherNames,
      races,
      telephones,
      visas
    }
  },
  studentEducationOrganizationAssociations: {
    name: "StudentEducationOrganizationAssociation",
    fields: {
      educationOrganizationReference: key(reference("educationOrganizations")),
      studentReference: key(reference("students")),
      sexDescriptor: descriptor("Sex"),
      hispanicLatinoEthnicity: bool,
      limitedEnglishProficiencyDescriptor: descriptor("LimitedEnglishProficiency"),
      loginId: text(60),
      addresses,
      electronicMails,
      languages,
      races,
      telephones,
      studentIdentificationCodes: list({
        studentIdentificationSystemDescriptor: key(descriptor("StudentIdentificationSystem")),
        assigningOrganizationIdentificationCode: key(text(60)),
        identificationCode: required(text(60))
      }),
      studentCharacteristics: list({
        studentCharacteristicDescriptor: key(descriptor("StudentCharacteristic")),
        designatedBy: text(60),
        periods: list({ beginDate: key(date), endDate: date })
      })
    }
  }
}
