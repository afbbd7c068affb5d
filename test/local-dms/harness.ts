/** What the tests of the local DMS share: requests over whatever HttpClient is provided, and valid documents. */
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type { HttpMethod } from "@effect/platform/HttpMethod"
import * as Effect from "effect/Effect"
import type { Json, JsonObject } from "../../src/domain/Json.ts"
import { isObject } from "../../src/local-dms/json.ts"

/** Where requests go; a server on a port gives its own. */
export const root = "http://dms.test"

export interface Reply {
  readonly status: number
  readonly headers: { readonly [name: string]: string | undefined }
  readonly text: string
}

interface Extra {
  readonly headers?: { readonly [name: string]: string }
  /** The body as text; documents are sent with `json`. */
  readonly text?: string
  readonly json?: Json
  readonly root?: string
}

export const send = Effect.fnUntraced(function* (method: HttpMethod, path: string, extra: Extra = {}) {
  const client = yield* HttpClient.HttpClient
  const text = extra.json === undefined ? extra.text : JSON.stringify(extra.json)
  const bare = HttpClientRequest.make(method)((extra.root ?? root) + path, { headers: extra.headers })
  const request =
    text === undefined
      ? bare
      : HttpClientRequest.bodyText(bare, text, extra.headers?.["content-type"] ?? "application/json")
  const response = yield* client.execute(request)
  const reply: Reply = { status: response.status, headers: response.headers, text: yield* response.text }
  return reply
})

/** The body of a reply as JSON. */
export const jsonOf = ({ text }: Reply): Json => {
  const value: Json = JSON.parse(text)
  return value
}

/** The body of a reply that must be a JSON object. */
export const objectOf = (reply: Reply): JsonObject => {
  const value = jsonOf(reply)
  if (!isObject(value)) throw new Error(`not an object: ${reply.text}`)
  return value
}

/** The value at a path of names and positions: `at(body, "failedOperation", "problem", "type")`. */
export const at = (value: Json | undefined, ...path: ReadonlyArray<string | number>): Json | undefined => {
  let here = value
  for (const step of path) {
    if (Array.isArray(here)) here = here[Number(step)]
    else here = isObject(here) ? here[String(step)] : undefined
  }
  return here
}

export const form = { "content-type": "application/x-www-form-urlencoded" }
/** `Basic` of `local:local-secret`, the default credentials. */
export const basic = { authorization: "Basic bG9jYWw6bG9jYWwtc2VjcmV0" }

/** A token, by the way that works everywhere: Basic header and `grant_type` in the body. */
export const login = Effect.gen(function* () {
  const reply = yield* send("POST", "/oauth/token", {
    headers: { ...basic, ...form },
    text: "grant_type=client_credentials"
  })
  return String(objectOf(reply)["access_token"])
})

export type Method = "GET" | "POST" | "PUT" | "DELETE"

/** Requests that carry a good token. @param dataPath where the dialect has its documents */
const sessionAt = (dataPath: "/data" | "/data/v3") =>
  Effect.map(login, (token) => sessionWith(token, dataPath))

const sessionWith = (token: string, dataPath: string) => {
  const authorized = (extra: Extra = {}): Extra => ({
    ...extra,
    headers: { authorization: `Bearer ${token}`, ...extra.headers }
  })
  /** @param path with the project: `tpdm/candidates` */
  const inProject = (method: Method, path: string, extra?: Extra) =>
    send(method, `${dataPath}/${path}`, authorized(extra))
  const data = (method: Method, path: string, extra?: Extra) => inProject(method, `ed-fi/${path}`, extra)
  return {
    token,
    inProject,
    data,
    get: (path: string) => data("GET", path),
    post: (endpoint: string, json: Json) => data("POST", endpoint, { json }),
    /** Creates a valid document; returns its id. */
    create: (endpoint: string, json: Json) =>
      Effect.map(data("POST", endpoint, { json }), (reply) => {
        if (reply.status !== 201) throw new Error(`${endpoint}: ${reply.status} ${reply.text}`)
        return reply.headers["location"]?.split("/").at(-1) ?? ""
      }),
    batch: (operations: Json) => send("POST", "/batch", authorized({ json: operations })),
    batchText: (text: string) => send("POST", "/batch", authorized({ text }))
  }
}

export const session = sessionAt("/data")
/** The same in the dialect `ods`. */
export const odsSession = sessionAt("/data/v3")

/** What went wrong: status, and the problem type after `urn:ed-fi:api:`. */
export const problemOf = (reply: Reply): readonly [number, string] => [
  reply.status,
  String(objectOf(reply)["type"]).replace("urn:ed-fi:api:", "")
]

/** The same of the operation that failed in a batch, with its index. */
export const failureOf = (reply: Reply): readonly [number, number, string] => {
  const body = objectOf(reply)
  if (body["type"] !== "urn:ed-fi:api:batch-operation-failed") throw new Error(reply.text)
  const type = String(at(body, "failedOperation", "problem", "type")).replace("urn:ed-fi:api:", "")
  return [reply.status, Number(at(body, "failedOperation", "index")), type]
}

const uri = (name: string, code: string) => `uri://ed-fi.org/${name}Descriptor#${code}`

export const student = (studentUniqueId: string, extra: JsonObject = {}): JsonObject => ({
  studentUniqueId,
  firstName: "Ana",
  lastSurname: "Lopez",
  birthDate: "2010-05-01",
  ...extra
})

export const school = (schoolId: number, extra: JsonObject = {}): JsonObject => ({
  schoolId,
  nameOfInstitution: "Grand Bend High School",
  educationOrganizationCategories: [
    { educationOrganizationCategoryDescriptor: uri("EducationOrganizationCategory", "School") }
  ],
  gradeLevels: [{ gradeLevelDescriptor: uri("GradeLevel", "Ninth grade") }],
  ...extra
})

export const gradeLevel = (code: string): JsonObject => ({ gradeLevelDescriptor: uri("GradeLevel", code) })

const schoolId = 255901001
const schoolYear = 2025
const sessionName = "Fall"
const gradingPeriodKey = {
  gradingPeriodDescriptor: uri("GradingPeriod", "First Six Weeks"),
  gradingPeriodName: "1st",
  schoolId,
  schoolYear
}

/** A school with everything a section needs, in creation order; `section` is the last step. */
export const campus = {
  schoolId,
  schoolYear,
  school: school(schoolId),
  course: {
    courseCode: "ELA-01",
    courseTitle: "English",
    numberOfParts: 1,
    educationOrganizationReference: { educationOrganizationId: schoolId },
    identificationCodes: [
      {
        courseIdentificationSystemDescriptor: uri("CourseIdentificationSystem", "LEA course code"),
        identificationCode: "ELA-01"
      }
    ]
  },
  gradingPeriod: {
    gradingPeriodDescriptor: gradingPeriodKey.gradingPeriodDescriptor,
    gradingPeriodName: "1st",
    beginDate: "2024-08-15",
    endDate: "2024-10-01",
    totalInstructionalDays: 30,
    schoolReference: { schoolId },
    schoolYearTypeReference: { schoolYear }
  },
  session: {
    sessionName,
    termDescriptor: uri("Term", "Fall Semester"),
    beginDate: "2024-08-15",
    endDate: "2024-12-15",
    totalInstructionalDays: 80,
    schoolReference: { schoolId },
    schoolYearTypeReference: { schoolYear },
    gradingPeriods: [{ gradingPeriodReference: gradingPeriodKey }]
  },
  courseOffering: {
    localCourseCode: "ELA-01",
    schoolReference: { schoolId },
    sessionReference: { schoolId, schoolYear, sessionName },
    courseReference: { courseCode: "ELA-01", educationOrganizationId: schoolId }
  },
  classPeriod: { classPeriodName: "First", schoolReference: { schoolId } },
  location: { classroomIdentificationCode: "101", schoolReference: { schoolId } }
} as const

export const section = (sectionIdentifier: string, extra: JsonObject = {}): JsonObject => ({
  sectionIdentifier,
  courseOfferingReference: { localCourseCode: "ELA-01", schoolId, schoolYear, sessionName },
  classPeriods: [{ classPeriodReference: { classPeriodName: "First", schoolId } }],
  locationReference: { classroomIdentificationCode: "101", schoolId },
  locationSchoolReference: { schoolId },
  sequenceOfCourse: 1,
  ...extra
})

/** The natural key of a section, flat as the Python suite sends it. */
export const sectionKey = (sectionIdentifier: string): JsonObject => ({
  sectionIdentifier,
  localCourseCode: "ELA-01",
  schoolId,
  schoolYear,
  sessionName
})

/** What the campus consists of, by endpoint, parents first. */
export const creationOrder = [
  ["schools", campus.school],
  ["courses", campus.course],
  ["gradingPeriods", campus.gradingPeriod],
  ["classPeriods", campus.classPeriod],
  ["locations", campus.location],
  ["sessions", campus.session],
  ["courseOfferings", campus.courseOffering]
] as const

/** An id that no document has. */
export const absent = "00000000-0000-4000-a000-000000000000"

/** Creates the campus; returns the ids of its documents by endpoint. */
export const createCampus = Effect.flatMap(session, (one) => createCampusIn(one))

type Session = Effect.Effect.Success<typeof session>

export const createCampusIn = Effect.fnUntraced(function* ({ create }: Pick<Session, "create">) {
  return {
    schools: yield* create("schools", campus.school),
    courses: yield* create("courses", campus.course),
    gradingPeriods: yield* create("gradingPeriods", campus.gradingPeriod),
    classPeriods: yield* create("classPeriods", campus.classPeriod),
    locations: yield* create("locations", campus.location),
    sessions: yield* create("sessions", campus.session),
    courseOfferings: yield* create("courseOfferings", campus.courseOffering)
  }
})

/** The natural key of a student. */
export const studentKey = (studentUniqueId: string) => ({ studentUniqueId })

/** The `documentId` at a position of a batch response. */
export const idAt = (reply: Reply, index: number) => String(at(jsonOf(reply), index, "documentId"))

/** Operations of a batch. */
export const op = {
  create: (document: JsonObject, resource = "students") => ({ op: "create", resource, document }),
  update: (naturalKey: JsonObject, document: JsonObject, resource = "students") => ({
    op: "update",
    resource,
    naturalKey,
    document
  }),
  remove: (naturalKey: JsonObject, resource = "students") => ({ op: "delete", resource, naturalKey })
}
