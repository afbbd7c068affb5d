/** Sends the recorded requests and compares the shapes of the answers: what a client can rely on, never wording. */
import type { HttpMethod } from "@effect/platform/HttpMethod"
import * as Effect from "effect/Effect"
import type { Json, JsonObject } from "../../../src/domain/Json.ts"
import { isArray, isObject } from "../../../src/local-dms/json.ts"
import { at, login, root, send } from "../harness.ts"
import type { Reply } from "../harness.ts"
import type { answers } from "./recorded.ts"

type Cases = ReturnType<typeof answers>

const good = `Basic ${Buffer.from("local:local-secret").toString("base64")}`
const wrong = `Basic ${Buffer.from("local:wrong").toString("base64")}`
const form = { "content-type": "application/x-www-form-urlencoded" }

interface Sent {
  readonly method: string
  readonly url: string
  readonly headers: { readonly [name: string]: Json | undefined }
  readonly body: Json | undefined
}

const tokenRequest = (body: Json | undefined, kind: Json | undefined): Sent => {
  const headers = { ...form, ...(isKind(kind) ? { authorization: kind === "good" ? good : wrong } : {}) }
  const sent = { method: "POST", url: "/oauth/token" }
  if (body === "json") {
    const json = { ...headers, "content-type": "application/json" }
    return { ...sent, headers: json, body: '{"grant_type":"client_credentials"}' }
  }
  const fields = "grant_type=client_credentials&client_id=local&client_secret=local-secret"
  return { ...sent, headers, body: body === "form" ? fields : body }
}

const isKind = (kind: Json | undefined): boolean => kind !== undefined && kind !== null

/** The request of a step. @param earlier the replies to the steps before it */
const requestOf = (
  step: ReadonlyArray<Json>,
  token: string,
  earlier: ReadonlyArray<Reply | undefined>
): Sent | undefined => {
  const [method, target, body, given] = step
  const own = isObject(given) ? given : {}
  const loc = at(target, "loc")
  const reply = earlier[Number(loc)]
  const tags = Object.entries(own).map(
    ([name, value]) => [name, value === "@etag" ? (reply?.headers["etag"] ?? "") : value] as const
  )
  const headers = {
    authorization: `Bearer ${token}`,
    "content-type": "application/json",
    ...Object.fromEntries(tags)
  }
  if (method === "BATCH") return { method: "POST", url: "/batch", headers, body }
  if (method === "BATCHGET") return { method: "GET", url: "/batch", headers, body }
  if (method === "ROOT") return { method: "GET", url: String(target), headers: {}, body }
  if (method === "TOKEN") return tokenRequest(body, own["kind"])
  if (loc === undefined) return { method: String(method), url: `/data/${String(target)}`, headers, body }
  const location = reply?.headers["location"]
  if (location === undefined) return undefined
  const id = location.split("/").at(-1) ?? ""
  const document = isObject(body) && body["id"] === "@" ? { ...body, id } : body
  return { method: String(method), url: location.replace(root, ""), headers, body: document }
}

const methods: ReadonlyArray<HttpMethod> = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]

const sendStep = ({ body, headers, method, url }: Sent) => {
  const verb = methods.find((one) => one === method) ?? "GET"
  const strings = Object.entries(headers).flatMap(([name, value]) =>
    typeof value === "string" ? [[name, value] as const] : []
  )
  const text =
    body === undefined || verb === "GET"
      ? {}
      : { text: typeof body === "string" ? body : JSON.stringify(body) }
  return send(verb, url, { headers: Object.fromEntries(strings), ...text })
}

const parsed = (text: string): Json | undefined => {
  try {
    const value: Json = JSON.parse(text)
    return value
  } catch {
    return undefined
  }
}

const withoutPrefix = (type: Json | undefined): Json | undefined =>
  typeof type === "string" ? type.replace("urn:ed-fi:api:", "") : type

/** Only the members that have a value. */
const present = (members: { readonly [name: string]: Json | undefined }): JsonObject =>
  Object.fromEntries(
    Object.entries(members).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))
  )

const problemShape = (body: JsonObject): JsonObject => {
  const errors = body["validationErrors"]
  const paths = isObject(errors) ? Object.keys(errors).sort() : []
  return present({
    keys: Object.keys(body).sort().join(","),
    type: withoutPrefix(body["type"]),
    title: body["title"],
    status: body["status"],
    at: paths.length === 0 ? undefined : paths
  })
}

/** A document without what the server adds, links included; numbers of ids are `n`. */
const plain = (value: Json | undefined): Json => {
  if (isArray(value)) return value.map(plain)
  if (!isObject(value)) return value ?? null
  return Object.fromEntries(
    Object.keys(value)
      .filter((name) => name !== "link")
      .sort()
      .map((name) => [
        name,
        name.endsWith("Id") && typeof value[name] === "number" ? "n" : plain(value[name])
      ])
  )
}

/** Members that differ each time. */
const ofServer = new Set(["id", "_etag", "_lastModifiedDate", "studentUniqueId"])

const documentOf = (value: Json | undefined): Json => {
  const members = Object.entries(isObject(value) ? value : {})
  return plain(Object.fromEntries(members.filter(([name]) => !ofServer.has(name))))
}

const listShape = (list: ReadonlyArray<Json>, { method, url }: Sent): JsonObject => {
  const isBatch = at(list[0], "status") === "success"
  const rows = isBatch
    ? list.map(
        (row) =>
          `${String(at(row, "index"))} ${String(at(row, "op"))} ${String(at(row, "resource"))} ${Object.keys(Object(row)).sort().join(",")}`
      )
    : list.length > 3
      ? "many"
      : list.length
  const one = list.length === 1 && method === "GET" && url.includes("studentUniqueId=")
  return present({ rows, doc: one ? documentOf(list[0]) : undefined })
}

const objectShape = (body: JsonObject, status: number, { method }: Sent): JsonObject => {
  if (status < 300) {
    const doc = body["id"] !== undefined && method === "GET" ? documentOf(body) : undefined
    return present({ keys: Object.keys(body).sort().join(","), doc })
  }
  const failed = body["failedOperation"]
  const { index, op, problem, resource } = isObject(failed) ? failed : {}
  return present({
    problem: problemShape(body),
    failed: isObject(problem) ? present({ index, op, resource, ...problemShape(problem) }) : undefined
  })
}

const shapeOf = ({ headers, status, text }: Reply, sent: Sent): JsonObject => {
  const outer = text === "" ? undefined : parsed(text)
  const twice = typeof outer === "string"
  const body = typeof outer === "string" ? parsed(outer) : outer
  const allow = headers["allow"]?.split(/, */).sort().join(",")
  const etag = headers["etag"]
  return present({
    s: status,
    ct: (headers["content-type"] ?? "").replace(/; *charset=utf-8/i, ""),
    twice: twice ? true : undefined,
    etag: etag === undefined ? undefined : etag.startsWith('"') ? "quoted" : "bare",
    loc: headers["location"] === undefined ? undefined : true,
    total: headers["total-count"] === undefined ? undefined : true,
    www: headers["www-authenticate"],
    allow,
    ...(isArray(body) ? listShape(body, sent) : isObject(body) ? objectShape(body, status, sent) : {})
  })
}

/** Plays all cases in order, since some find what others left. */
export const play = Effect.fnUntraced(function* (cases: Cases) {
  const token = yield* login
  const differences: Array<string> = []
  let count = 0
  for (const { answers, name, steps } of cases) {
    const replies: Array<Reply | undefined> = []
    for (const [index, step] of steps.entries()) {
      const sent = requestOf(step, token, replies)
      const reply = sent === undefined ? undefined : yield* sendStep(sent)
      replies.push(reply)
      const here = sent === undefined || reply === undefined ? { skipped: true } : shapeOf(reply, sent)
      count++
      const [ours, theirs] = [JSON.stringify(plain(here)), JSON.stringify(plain(answers[index]))]
      if (ours !== theirs) differences.push(`${name} [${index}]: ${ours} | real ${theirs}`)
    }
  }
  return { count, differences }
})
