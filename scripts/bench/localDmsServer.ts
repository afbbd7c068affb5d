/** A local DMS in a process of its own, and batches for it: their statuses are checked, its CPU time and memory read. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"
import { request } from "undici"
import type { Json, JsonObject } from "../../src/domain/Json.ts"
import { creationOrder, section, sectionKey, student, studentKey } from "../../test/local-dms/harness.ts"
import { makeDocuments } from "../../test/local-dms/everyResource/makeDocuments.ts"
import { usageOf } from "./procfs.ts"
import { onCore } from "./report.ts"

export type Operations = ReadonlyArray<JsonObject>

/** A kind of batch: what must be there before, and the operations of one record. */
export interface Load {
  readonly name: string
  readonly before: Operations
  /** @param key of the record, unique */
  readonly operationsOf: (key: string) => Operations
}

const create = (resource: string, document: JsonObject): JsonObject => ({ op: "create", resource, document })

const triple = (
  resource: string,
  naturalKey: JsonObject,
  document: JsonObject,
  changed: JsonObject
): Operations => [
  create(resource, document),
  { op: "update", resource, naturalKey, document: { ...document, ...changed } },
  { op: "delete", resource, naturalKey }
]

export const students: Load = {
  name: "students",
  before: [],
  operationsOf: (key) => triple("students", studentKey(key), student(key), { firstName: "Eva" })
}

export const sections: Load = {
  name: "sections",
  before: creationOrder.map(([resource, document]) => create(resource, document)),
  operationsOf: (key) =>
    triple("sections", sectionKey(key), section(key), { sequenceOfCourse: 2, officialAttendancePeriod: true })
}

const made = makeDocuments()
const fullOf = (endpoint: string): JsonObject =>
  made.find(({ model }) => model.endpoint === endpoint)?.full ?? {}
/** A minimal document of each other resource. */
const others = made
  .filter(({ model }) => !["courseTranscripts", "schoolYearTypes"].includes(model.endpoint))
  .map(({ minimal, model }) => create(model.endpoint, minimal))

/** Full students, which differ in their key and their names. */
export const fullStudents: Load = {
  name: "full students",
  before: others.filter(({ resource }) => resource === "people"),
  operationsOf: (key) => [
    create("students", {
      ...fullOf("students"),
      studentUniqueId: key,
      firstName: `First name of ${key}`,
      lastSurname: `Surname of ${key}`
    })
  ]
}

/** Full course transcripts, the same one in each triple, which deletes it again. */
export const courseTranscripts: Load = {
  name: "full courseTranscripts",
  before: others,
  operationsOf: () => {
    const document = fullOf("courseTranscripts")
    const naturalKey = Object.fromEntries(
      ["courseAttemptResultDescriptor", "courseReference", "studentAcademicRecordReference"].map((name) => [
        name,
        document[name]
      ])
    )
    return triple("courseTranscripts", naturalKey, document, { courseTitle: "Another title" })
  }
}

export interface Server {
  readonly send: (operations: Operations) => Promise<void>
  /** Processor time so far in microseconds. */
  readonly cpuMicros: () => number
  /** The most memory that it had, in megabytes. */
  readonly peakRssMegabytes: () => number
  readonly stop: () => Promise<void>
}

/** @param bin the command, `dist/bin.js`  @param store `memory` or a URL */
export const startServer = async (bin: string, store: string): Promise<Server> => {
  const words = ["local-dms", "--port", "0", "--quiet", "--exitWithParent"]
  const command = onCore(1, process.execPath, bin, ...words)
  const child = spawn(command.program, command.words, {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, PERF_LOCAL_DMS_STORE: store }
  })
  const ended = once(child, "exit")
  const [ready] = await once(createInterface(child.stdout), "line")
  const url = /http:\S+/.exec(String(ready))?.[0] ?? ""
  const post = async (path: string, authorization: string, body: string): Promise<Json> => {
    const type = path === "/batch" ? "application/json" : "application/x-www-form-urlencoded"
    const headers = { authorization, "content-type": type }
    const response = await request(url + path, { method: "POST", headers, body })
    const text = await response.body.text()
    if (response.statusCode !== 200) throw new Error(`${path}: ${response.statusCode} ${text.slice(0, 500)}`)
    return JSON.parse(text)
  }
  const basic = `Basic ${Buffer.from("local:local-secret").toString("base64")}`
  const login = await post("/oauth/token", basic, "grant_type=client_credentials")
  const authorization = `Bearer ${String(Object(login)["access_token"])}`
  const usage = () => usageOf(child.pid ?? 0)
  return {
    send: async (operations) => void (await post("/batch", authorization, JSON.stringify(operations))),
    cpuMicros: () => usage()?.cpuMicros ?? Number.NaN,
    peakRssMegabytes: () => (usage()?.peakRssBytes ?? Number.NaN) / 1e6,
    stop: async () => {
      child.stdin.end()
      await ended
    }
  }
}

/** Creates what a load needs. */
export const prepare = async (server: Server, { before }: Load): Promise<void> => {
  for (let first = 0; first < before.length; first += 50) await server.send(before.slice(first, first + 50))
}

let records = 0

/** Sends batches of so many records, one after the other. */
export const sendBatches = async (
  server: Server,
  { operationsOf }: Load,
  batches: number,
  recordsPerBatch: number
): Promise<void> => {
  for (let batch = 0; batch < batches; batch++) {
    await server.send(
      Array.from({ length: recordsPerBatch }, () => operationsOf(`R${(records++).toString(36)}`)).flat()
    )
  }
}
