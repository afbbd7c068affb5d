/** A server with a strange response at one step: every step gives a message, and none a defect. */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { IncomingMessage } from "node:http"
import { gzipSync } from "node:zlib"
import { listening } from "../listening.ts"
import { edfiPerf, folder, read } from "../cli/edfiPerf.ts"

interface Strange {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string | Buffer
}

const secret = "a-secret 73519264"
const echoes = [secret, Buffer.from(secret).toString("base64"), Buffer.from(secret).toString("hex")]

const nested = "[".repeat(5000) + "]".repeat(5000)
const long = "x\u001b[2J".repeat(300_000)

const strange: Readonly<Record<string, Strange>> = {
  "nested JSON": { status: 200, body: nested },
  "an object with nested members": {
    status: 200,
    body: `{"urls":${nested},"access_token":${nested},"failedOperation":${nested}}`
  },
  "nested JSON with 400": { status: 400, body: `{"detail":${nested}}` },
  "long texts with control characters": {
    status: 400,
    body: JSON.stringify({ type: long, detail: long, access_token: long, urls: { oauth: long } })
  },
  "the secret in several forms": {
    status: 400,
    headers: { "x-why": "it-quotes" },
    body: JSON.stringify({
      type: `urn:${secret}`,
      detail: `bad ${echoes.join(" ")}`,
      errors: echoes,
      validationErrors: { [`$.${secret}`]: echoes }
    })
  },
  "an unknown coding": { status: 200, headers: { "content-encoding": "zstd" }, body: "?" },
  "gzip of something else": {
    status: 200,
    headers: { "content-encoding": "gzip" },
    body: gzipSync("<html>a page of a gateway</html>")
  },
  "invalid gzip": { status: 200, headers: { "content-encoding": "gzip" }, body: "not gzip" },
  "more than --maxResponseBytes": { status: 200, body: " ".repeat(2_000_000) },
  "no UTF-8": { status: 200, body: Buffer.from([0x7b, 0xff, 0xfe, 0x00, 0x7d]) }
}

type Step = "discovery" | "login" | "naming" | "fixtures" | "load"
const steps: ReadonlyArray<Step> = ["discovery", "login", "naming", "fixtures", "load"]

const stepOf = ({ method, url = "" }: IncomingMessage, batches: number): Step => {
  if (url === "/") return "discovery"
  if (url === "/oauth") return "login"
  if (method === "GET") return "fixtures"
  return batches === 0 ? "naming" : "load"
}

/** Answers of a DMS at each step that are enough to reach the next one. */
const sensible = (step: Step, base: string): Strange => {
  const urls = { oauth: `${base}/oauth`, dataManagementApi: `${base}/data`, batchApi: `${base}/batch` }
  switch (step) {
    case "discovery":
      return { status: 200, body: JSON.stringify({ urls }) }
    case "login":
      return { status: 200, body: JSON.stringify({ access_token: "a-token", expires_in: 1800 }) }
    case "naming":
      return {
        status: 404,
        body: JSON.stringify({
          failedOperation: { index: 0, op: "delete", resource: "students", problem: {} }
        })
      }
    case "fixtures":
    case "load":
      return { status: 500, body: "" }
  }
}

const serve = (at: Step, answer: Strange) =>
  Effect.suspend(() => {
    let batches = 0
    return listening((request, response) => {
      request.resume().on("end", () => {
        const step = stepOf(request, batches)
        if (request.url === "/batch") batches++
        const { body, headers, status } =
          step === at ? answer : sensible(step, `http://${request.headers.host}`)
        response.writeHead(status, headers).end(body)
      })
    })
  })

/** The names of the files in a folder; none where it is not there. */
const listed = (path: string) =>
  Effect.orElseSucceed(
    Effect.provide(
      Effect.flatMap(FileSystem.FileSystem, (fs) => fs.readDirectory(path)),
      NodeContext.layer
    ),
    (): ReadonlyArray<string> => []
  )

const wordsOf = (step: Step): ReadonlyArray<string> =>
  step === "fixtures"
    ? ["--testType", "VOLUME", "--testList", "SectionVolumeTest"]
    : ["--testList", "StudentBatchVolumeTest", "--batchTripleCount", "1"]

describe("a server with strange responses", () => {
  for (const [what, answer] of Object.entries(strange)) {
    it.scopedLive(`with ${what}: told at every step, before the load with exit code 3`, () =>
      Effect.forEach(
        steps,
        (step) =>
          Effect.gen(function* () {
            const output = yield* folder
            const baseUrl = yield* serve(step, answer)
            const { err, exitCode, out } = yield* edfiPerf(
              ["run", "-b", baseUrl, "-g", ...wordsOf(step), "--maxResponseBytes", "1MB"].concat(
                ["--output", output],
                ["--out", "json,junit,markdown"]
              ),
              { PERF_API_KEY: "key", PERF_API_SECRET: secret }
            )
            const told = `${step}: ${exitCode}\n${err}\n${out}`
            // A discovery document that cannot be read does not end the run: the usual paths are tried, and lead
            // nowhere here.
            assert.strictEqual(exitCode, step === "load" ? 1 : 3, told)
            assert.notInclude(told, "defect")
            assert.notMatch(told.replaceAll("\n", ""), /\p{Cc}/u)
            assert.isBelow(told.length, 6000, told)
            const files = yield* Effect.forEach(yield* listed(output), (name) => read(output, name))
            assert.strictEqual(files.length > 0, step === "load")
            for (const text of [told, ...files]) {
              for (const echo of echoes) assert.notInclude(text, echo)
              // Of our own there are line ends, and tabs in the script of the page.
              assert.notMatch(text.replaceAll(/[\r\n\t]/g, ""), /\p{Cc}/u)
            }
          }),
        { concurrency: "unbounded", discard: true }
      )
    )
  }
})
