/** Every test type in every output: live page and report in a browser, thresholds, JUnit, and a comparison of two runs. */
import * as NodeContext from "@effect/platform-node/NodeContext"
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { request } from "node:http"
import { pathToFileURL } from "node:url"
import type { Page } from "playwright-core"
import { LocalDms } from "../../src/local-dms/LocalDms.ts"
import { type Summary, SummaryJson } from "../../src/result/Summary.ts"
import { edfiPerf, folder, read } from "../cli/edfiPerf.ts"
import { listening } from "../listening.ts"
import { axeViolations, clippedTexts, desk, openAll, useBrowser } from "./browser.ts"

interface TestType {
  readonly words: ReadonlyArray<string>
  /** A limit that every run keeps. */
  readonly threshold: string
  /** What its page has and no other. */
  readonly table: RegExp
  /** The suite in `junit.xml` that tells of it. */
  readonly suite: string
  readonly judge: (summary: Summary) => void
}

const short = ["-c", "2", "-m", "0.02"]

const testTypes: Readonly<Record<string, TestType>> = {
  PIPECLEAN: {
    words: ["--testType", "PIPECLEAN", "--resources", "students,sections,courses,schoolYearTypes"],
    threshold: "failures.count < 1",
    table: /resource|verdict/i,
    suite: "PIPECLEAN.resources",
    judge: ({ pipeclean }) =>
      assert.deepStrictEqual(
        pipeclean?.map(({ verdict }) => verdict),
        ["passed", "passed", "passed", "readOnly"]
      )
  },
  CHANGE_QUERY: {
    words: ["--testType", "CHANGE_QUERY", "--resources", "students,studentSchoolAssociations,schools"],
    threshold: "failures.count < 1",
    table: /changed/i,
    suite: "CHANGE_QUERY.changes",
    judge: ({ changeQuery }) => assert.strictEqual(changeQuery?.resources.length, 3)
  },
  READ: {
    words: ["--testType", "READ", ...short],
    threshold: "rows.perSecond > 0",
    table: /requests/i,
    suite: "READ.requests",
    judge: ({ requests }) => assert.isAbove(requests.total, 0)
  },
  "a mixture": {
    words: ["--mixture", "district-day", "--testType", "VOLUME", ...short],
    threshold: "operations.perSecond > 0",
    table: /requests/i,
    suite: "VOLUME.requests",
    judge: ({ operations }) => assert.isAbove(operations.succeeded, 0)
  }
}

const openPage = useBrowser()

/** What is wrong with a page of a run. */
const problemsOf = async (page: Page, errors: ReadonlyArray<string>) => {
  await openAll(page)
  return [...errors, ...(await clippedTexts(page)), ...(await axeViolations(page))]
}

const serve = LocalDms.serve({
  port: 0,
  key: "key",
  secret: Redacted.make("secret"),
  dialect: "main",
  population: 60
})

/** Forwards requests to a server; while it is closed they wait. */
const gateTo = (url: string) =>
  Effect.gen(function* () {
    let [opened, open] = [Promise.resolve(), () => {}]
    const address = yield* listening((incoming, response) => {
      void opened.then(() => {
        const { headers, method, url: path } = incoming
        const outgoing = request(`${url}${path}`, { headers, method }, (answer) => {
          response.writeHead(answer.statusCode ?? 502, answer.headers)
          answer.pipe(response)
        })
        incoming.pipe(outgoing)
      })
    })
    return {
      address,
      close: () => {
        opened = new Promise((resolve) => (open = resolve))
      },
      open: () => open()
    }
  })

/** A run whose live page is opened before it sends its load and, after its end, closed. */
const runWithPage = (dms: string, output: string, { table, threshold, words }: TestType) =>
  Effect.gen(function* () {
    const gate = yield* gateTo(dms)
    const target = ["-b", gate.address, "-k", "key", "-s", "secret", "-o", output]
    const announced = yield* Deferred.make<string>()
    const page = ["--web", "--webPort", "0", "--webLinger", "untilClosed"]
    const outputs = ["--out", "junit,markdown", "--threshold", threshold, "--seed", "7"]
    const command = edfiPerf(["run", ...target, ...words, ...page, ...outputs], {}, (line) => {
      const [, url] = /^page: (http:\S+)$/.exec(line) ?? []
      if (url === undefined) return
      gate.close()
      Deferred.unsafeDone(announced, Effect.succeed(url))
    })
    const running = yield* Effect.fork(command)
    const url = yield* Effect.raceFirst(
      Deferred.await(announced),
      Effect.flatMap(Fiber.join(running), ({ err, out }) => Effect.dieMessage(`${err}\n${out}`))
    )
    const problems = yield* Effect.promise(async () => {
      const live = await openPage(url, desk)
      gate.open()
      await live.page
        .locator(".status", { hasText: /ended|completed/ })
        .first()
        .waitFor()
      await live.page.getByRole("table").filter({ hasText: table }).first().waitFor()
      const found = await problemsOf(live.page, live.errors)
      await live.page.close()
      return found
    })
    return { ...(yield* Fiber.join(running)), problems }
  })

describe("outputs of every test type", () => {
  it.scopedLive.each(Object.entries(testTypes))("%s", ([, testType]) =>
    Effect.gen(function* () {
      const dms = yield* serve
      const parent = yield* folder
      const target = (run: string) => ["-b", dms.url, "-k", "key", "-s", "secret", "-o", `${parent}/${run}`]

      const { err, exitCode, out, problems } = yield* runWithPage(dms.url, `${parent}/before`, testType)
      assert.deepStrictEqual(problems, [])
      assert.strictEqual(exitCode, 0, `${err}\n${out}`)
      const summary = yield* Effect.flatMap(
        read(parent, "before", "summary.json"),
        Schema.decode(SummaryJson)
      )
      testType.judge(summary)
      assert.deepStrictEqual(
        summary.thresholds.map(({ passed }) => passed),
        [true]
      )
      const junit = yield* read(parent, "before", "junit.xml")
      assert.match(junit, /<testsuites [^>]*failures="0"/)
      assert.include(junit, testType.suite)
      assert.include(yield* read(parent, "before", "summary.md"), "passed**")

      const report = pathToFileURL(`${parent}/before/report.html`).href
      const inReport = yield* Effect.promise(async () => {
        const { errors, page } = await openPage(report, desk)
        await page.getByRole("table").filter({ hasText: testType.table }).first().waitFor()
        return problemsOf(page, errors)
      })
      assert.deepStrictEqual(inReport, [])

      const again = yield* edfiPerf(["run", ...target("after"), ...testType.words, "--seed", "8"])
      assert.strictEqual(again.exitCode, 0, again.err)
      const html = `${parent}/compared.html`
      const words = ["compare", `${parent}/before`, `${parent}/after`, "--page", html]
      const compared = yield* edfiPerf(words)
      assert.strictEqual(compared.exitCode, 0, compared.err)
      const inComparison = yield* Effect.promise(async () => {
        const { errors, page } = await openPage(pathToFileURL(html).href, desk)
        await page.getByRole("table").first().waitFor()
        return problemsOf(page, errors)
      })
      assert.deepStrictEqual(inComparison, [])
    }).pipe(Effect.provide(NodeContext.layer))
  )
})
