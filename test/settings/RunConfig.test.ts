import { assert, describe, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"
import { maxUsersOf, type RunSpec, users } from "../../src/run/RunSpec.ts"
import { decodeRunConfig, loadRunConfig } from "../../src/settings/RunConfig.ts"
import type { GivenSettings } from "../../src/settings/readSettings.ts"
import { stagesText, steady } from "../../src/domain/Stages.ts"
import { scenarios } from "../../src/scenarios/index.ts"

type Texts = Readonly<Record<string, string>>

const decode = (texts: Texts) =>
  decodeRunConfig(
    Object.fromEntries(
      Object.entries(texts).map(([name, text]) => [
        name,
        {
          value: ["secret", "key", "databaseUrl"].includes(name) ? Redacted.make(text) : text,
          from: "flag" as const
        }
      ])
    ),
    { scenarios },
    randomSeed
  )

/** The seed of a run that was given none. */
const randomSeed = 42

const good = (texts: Texts) => Either.getOrThrow(decode({ local: "true", ...texts })).spec

/** The scenarios of a run, with their triples per batch. */
const plannedIn = ({ scenarios: planned }: RunSpec) =>
  planned.map(({ batchTripleCount, scenario }) => [scenario.name, batchTripleCount])

/** The flags that are reported to be wrong, in order. */
const wrong = (texts: Texts) =>
  Either.match(decode(texts), {
    onLeft: ({ problems }) => problems.map(({ flag }) => flag),
    onRight: () => []
  })
const wrongLocal = (texts: Texts) => wrong({ local: "true", ...texts })

describe("decodeRunConfig", () => {
  it("has the documented defaults", () => {
    const { settings, spec } = Either.getOrThrow(decode({ local: "true" }))
    const { requestTimeout, ...dms } = spec.dms
    assert.deepInclude(spec, {
      target: { _tag: "LocalDms" },
      testType: "BATCH_VOLUME",
      seed: randomSeed,
      workers: 1,
      thresholds: [],
      abortDelayMillis: undefined,
      printsOutcomes: false,
      files: { folder: "out", out: [] },
      fixtures: { localEducationAgencyId: 255901, schoolYear: undefined },
      reported: { maxBatchOperations: 100, web: false }
    })
    assert.deepStrictEqual(
      spec.plan,
      users(10, 300, { waits: { seed: randomSeed, minMillis: 0, maxMillis: 0 } })
    )
    assert.deepInclude(dms, { resourceNaming: "auto", retryTransport: false, strictDecoding: false })
    assert.strictEqual(Duration.toSeconds(requestTimeout), 60)
    assert.strictEqual(settings.logLevel, "INFO")
    assert.deepStrictEqual(plannedIn(spec), [
      ["StudentBatchVolumeTest", 10],
      ["SectionBatchVolumeTest", 10]
    ])
  })

  it("reports invalid values and conflicts together", () => {
    assert.deepStrictEqual(
      wrong({
        testType: "VOLUMES",
        clientCount: "0",
        spawnRate: "fast",
        runTimeInMinutes: "-1",
        batchTripleCount: "34",
        maxFailRatio: "1.5",
        requestTimeout: "soon",
        seed: "1.5",
        logLevel: "LOUD",
        resourceNaming: "both",
        minWait: "10",
        maxWait: "5"
      }),
      [
        "--clientCount",
        "--spawnRate",
        "--runTimeInMinutes",
        "--maxFailRatio",
        "--requestTimeout",
        "--resourceNaming",
        "--seed",
        "--logLevel",
        "--baseUrl",
        "--key",
        "--secret",
        "--testType",
        "--batchTripleCount",
        "--minWait"
      ]
    )
    assert.deepStrictEqual(wrongLocal({ batchTripleCount: "34", clientCount: "x" }), [
      "--clientCount",
      "--batchTripleCount"
    ])
  })

  it("checks the names of scenarios also when the test type is wrong", () => {
    const texts = { testType: "VOLUMES", testList: "Nope", batchTripleCountFor: "StudentBatchVolumeTest=34" }
    assert.deepStrictEqual(wrongLocal(texts), ["--testType", "--testList", "--batchTripleCountFor"])
  })

  it("names the flag, the value and the accepted values", () => {
    const result = decode({ local: "true", clientCount: "ten", batchTripleCount: "50" })
    assert.isTrue(Either.isLeft(result))
    if (Either.isLeft(result)) {
      assert.strictEqual(
        result.left.message,
        "2 wrong settings, nothing was sent:\n" +
          "  --clientCount ten: accepts a whole number from 1 to 100000\n" +
          "  --batchTripleCount 50: 150 operations per batch exceed --maxBatchOperations 100; accepts at most 33"
      )
    }
  })

  it("takes the URL of a PostgreSQL database, and shows neither it nor its password", () => {
    const url = "postgres://perf:hunter2@db.test:5433/edfi?sslmode=require"
    const { databaseUrl, ...spec } = good({ databaseUrl: url })
    assert.strictEqual(databaseUrl && Redacted.value(databaseUrl), url)
    assert.notInclude(JSON.stringify([databaseUrl, spec]), "hunter2")
    for (const wrongUrl of [
      "mysql://perf:hunter2@db.test/edfi",
      "postgres://perf:hunter2@db.test",
      "postgres://perf:hunter2%zz@db.test/edfi",
      "postgres://perf:hunter2#5@db.test/edfi",
      "hunter2"
    ]) {
      const result = decode({ local: "true", databaseUrl: wrongUrl })
      const message = Either.isLeft(result) ? result.left.message : assert.fail(wrongUrl)
      assert.include(
        message,
        "--databaseUrl <redacted>: accepts a URL such as postgres://user:password@host:5432/database"
      )
      assert.notInclude(message, "hunter2")
    }
  })

  it("never shows a secret", () => {
    const result = decode({ baseUrl: "nonsense", key: "", secret: "hunter2", clientCount: "x" })
    assert.isTrue(Either.isLeft(result))
    if (Either.isLeft(result)) {
      assert.include(result.left.message, "--key <redacted>: accepts")
      assert.notInclude(result.left.message, "hunter2")
    }
    assert.notInclude(JSON.stringify(good({ secret: "hunter2", key: "k" })), "hunter2")
  })

  it("accepts secrets as plain texts, and shows none of them", () => {
    const plain = {
      baseUrl: "http://host",
      key: "hunter1",
      secret: "hunter2",
      databaseUrl: "postgres://hunter3"
    }
    const result = decodeRunConfig(
      Object.fromEntries(
        Object.entries(plain).map(([name, value]) => [name, { value, from: "flag" as const }])
      ),
      { scenarios },
      randomSeed
    )
    assert.isTrue(Either.isLeft(result))
    if (Either.isLeft(result)) {
      assert.match(result.left.message, /^1 wrong setting, .*\n {2}--databaseUrl <redacted>: accepts a URL/)
      assert.notMatch(result.left.message, /hunter/)
    }
    const {
      spec: { target }
    } = Either.getOrThrow(
      decodeRunConfig(
        {
          baseUrl: { value: "http://host", from: "flag" },
          key: { value: "k", from: "flag" },
          secret: { value: "s", from: "variable" }
        },
        { scenarios },
        randomSeed
      )
    )
    assert.strictEqual(target._tag === "Dms" ? Redacted.value(target.address.secret) : "", "s")
  })

  it.each([
    ["baseUrl", "http://host?code=hunter2"],
    ["baseUrl", "http://me:hun/hunter2@host"],
    ["baseUrl", "http://host/#hunter2"],
    ["apiPrefix", "/data?code=hunter2"],
    ["oauthEndpoint", "/oauth token?code=hunter2"],
    ["batchPath", "{tenant}/batch?code=hunter2"]
  ])("shows nothing of the query and the user of a wrong --%s", (name, text) => {
    const result = decode({ baseUrl: "http://host", key: "k", secret: "s", [name]: text })
    assert.isTrue(Either.isLeft(result))
    if (Either.isLeft(result)) {
      assert.include(result.left.message, "<redacted>")
      assert.notInclude(result.left.message, "hunter2")
    }
  })

  it("takes test types, scenarios, levels and namings in any letter case", () => {
    const { settings, spec } = Either.getOrThrow(
      decode({
        local: "true",
        testType: "batch_volume",
        testList: "sectionbatchvolumetest",
        logLevel: "debug",
        resourceNaming: "Resource"
      })
    )
    assert.deepStrictEqual(
      [spec.testType, spec.scenarios[0].scenario.name, settings.logLevel, spec.dms.resourceNaming],
      ["BATCH_VOLUME", "SectionBatchVolumeTest", "DEBUG", "resource"]
    )
  })

  it("runs the mixed scenarios only when they are named, always with two triples", () => {
    const spec = good({
      testList: "MixedStudentSectionBatchVolumeTest, StudentBatchVolumeTest",
      batchTripleCount: "7"
    })
    assert.deepStrictEqual(plannedIn(spec), [
      ["MixedStudentSectionBatchVolumeTest", 2],
      ["StudentBatchVolumeTest", 7]
    ])
    assert.deepStrictEqual(wrongLocal({ batchTripleCountFor: "MixedStudentSectionBatchVolumeTest=4" }), [
      "--batchTripleCountFor"
    ])
    assert.deepStrictEqual(
      wrongLocal({ testList: "MixedStudentSectionBatchVolumeTest", maxBatchOperations: "5" }),
      ["--maxBatchOperations"]
    )
  })

  it("lets a scenario have its own number of triples, up to the limit of the server", () => {
    const { scenarios: chosen } = good({
      batchTripleCountFor: "SectionBatchVolumeTest=33",
      batchTripleCount: "1"
    })
    assert.deepStrictEqual(
      chosen.map((each) => each.batchTripleCount),
      [1, 33]
    )
    assert.deepStrictEqual(wrongLocal({ batchTripleCountFor: "SectionBatchVolumeTest=34" }), [
      "--batchTripleCountFor"
    ])
    assert.deepStrictEqual(wrongLocal({ batchTripleCountFor: "SectionBatchVolumeTest" }), [
      "--batchTripleCountFor"
    ])
    assert.deepStrictEqual(wrongLocal({ batchTripleCountFor: "Unknown=3" }), ["--batchTripleCountFor"])
  })

  it("takes as many triples as the server was said to accept", () => {
    assert.deepStrictEqual(wrongLocal({ batchTripleCount: "150" }), ["--batchTripleCount"])
    const { scenarios: planned } = good({ batchTripleCount: "150", maxBatchOperations: "450" })
    assert.strictEqual(planned[0].batchTripleCount, 150)
  })

  it("counts two operations per record in batches that delete nothing", () => {
    const keeping = { deleteResources: "false" }
    const { scenarios: planned } = good({ ...keeping, batchTripleCount: "50" })
    assert.deepInclude(planned[0], { batchTripleCount: 50, deleteResources: false })
    const tooMany = { local: "true", ...keeping, batchTripleCount: "51" }
    const given = Object.fromEntries(
      Object.entries(tooMany).map(([name, value]) => [name, { value, from: "flag" as const }])
    )
    assert.deepStrictEqual(
      Either.match(decodeRunConfig(given, { scenarios }, randomSeed), {
        onLeft: ({ problems }) => problems.map(({ accepted }) => accepted),
        onRight: () => []
      }),
      ["102 operations per batch exceed --maxBatchOperations 100; accepts at most 50"]
    )
    const mixed = { ...keeping, testList: "MixedStudentSectionBatchVolumeTest" }
    assert.deepStrictEqual(wrongLocal({ ...mixed, maxBatchOperations: "3" }), ["--maxBatchOperations"])
    good({ ...mixed, maxBatchOperations: "4" })
    assert.deepStrictEqual(
      wrongLocal({ ...keeping, batchTripleCount: "1", batchTripleCountFor: "SectionBatchVolumeTest=51" }),
      ["--batchTripleCountFor"]
    )
  })

  it("chooses single requests by their test type, which have no triples per batch", () => {
    const spec = good({ testType: "volume" })
    assert.deepStrictEqual(
      [spec.testType, plannedIn(spec)],
      [
        "VOLUME",
        [
          ["StudentVolumeTest", undefined],
          ["SectionVolumeTest", undefined]
        ]
      ]
    )
    assert.deepInclude(spec.scenarios[0], { deleteResources: true, failDeliberately: false })
    assert.deepStrictEqual(wrongLocal({ testType: "VOLUME", batchTripleCountFor: "StudentVolumeTest=3" }), [
      "--batchTripleCountFor"
    ])
  })

  it("distinguishes a scenario of another test type from an unknown one", () => {
    const words = "studentbatchvolumetest,Nope"
    const given = { local: "true", testType: "VOLUME", testList: words }
    const texts = Object.fromEntries(
      Object.entries(given).map(([name, value]) => [name, { value, from: "flag" as const }])
    )
    const accepted = Either.match(decodeRunConfig(texts, { scenarios }, randomSeed), {
      onLeft: ({ problems }) => problems.map((problem) => problem.accepted),
      onRight: () => []
    })
    const there = "StudentVolumeTest, SectionVolumeTest, EnrolledStudentVolumeTest"
    assert.deepStrictEqual(accepted, [
      `unknown: Nope; accepts ${there}`,
      `StudentBatchVolumeTest belongs to --testType BATCH_VOLUME; VOLUME has ${there}`
    ])
  })

  it("refuses flags that a test type has no use for, and leaves variables alone", () => {
    const single = { deleteResources: "false", failDeliberately: "true" }
    assert.deepStrictEqual(wrongLocal(single), ["--failDeliberately"])
    assert.deepStrictEqual(wrongLocal({ testType: "VOLUME", batchTripleCount: "5" }), ["--batchTripleCount"])
    assert.deepInclude(good({ testType: "VOLUME", ...single }).scenarios[0], {
      deleteResources: false,
      failDeliberately: true
    })
    const variables = Object.fromEntries(
      Object.entries({ local: "true", ...single, batchTripleCount: "51" }).map(([name, value]) => [
        name,
        { value, from: "variable" as const }
      ])
    )
    assert.isTrue(Either.isLeft(decodeRunConfig(variables, { scenarios }, randomSeed)))
    const volume = { ...variables, testType: { value: "VOLUME", from: "flag" as const } }
    assert.isTrue(Either.isRight(decodeRunConfig(volume, { scenarios }, randomSeed)))
    const batches = { ...variables, batchTripleCount: undefined }
    assert.isTrue(Either.isRight(decodeRunConfig(batches, { scenarios }, randomSeed)))
  })

  it("lets a lone --minWait stand for both bounds", () => {
    const waits = (texts: Texts) => {
      const { plan } = good(texts)
      return plan._tag === "Arrivals" ? undefined : plan.waits
    }
    assert.deepInclude(waits({ minWait: "500" }), { minMillis: 500, maxMillis: 500 })
    assert.deepInclude(waits({ minWait: "500", maxWait: "900" }), { minMillis: 500, maxMillis: 900 })
  })

  it.each([
    ["60", 60_000],
    ["500ms", 500],
    ["30 seconds", 30_000],
    ["1.5m", 90_000],
    ["1 hour", 3_600_000]
  ])("reads the duration %s", (text, millis) => {
    assert.strictEqual(Duration.toMillis(good({ requestTimeout: text }).dms.requestTimeout), millis)
  })

  it.each(["2 hours", "0", "-5", "5 parsecs", "s", ""])("refuses the duration '%s'", (text) => {
    assert.deepStrictEqual(wrongLocal({ requestTimeout: text }), ["--requestTimeout"])
  })

  it.each([
    "ftp://host",
    "host:8080",
    "http://{tenant}.host",
    "http://me:pass@host",
    "http://",
    "http://host?tenant=1",
    "http://host/?",
    "http://host/#/docs"
  ])("refuses the base URL %s", (baseUrl) => {
    assert.deepStrictEqual(wrong({ baseUrl, key: "k", secret: "s" }), ["--baseUrl"])
  })

  it("accepts a query in the address of one request, but not where paths are appended", () => {
    const queried = "/x?code=1"
    const { batchPath, oauthEndpoint } = good({ batchPath: queried, oauthEndpoint: queried }).dms
    assert.deepStrictEqual([batchPath, oauthEndpoint], [queried, queried])
    assert.deepStrictEqual(wrongLocal({ apiPrefix: queried }), ["--apiPrefix"])
  })

  it("does not take --local and --baseUrl together", () => {
    assert.deepStrictEqual(wrongLocal({ baseUrl: "http://host" }), ["--baseUrl"])
  })

  it("keeps the base URL without its trailing slash", () => {
    const { spec } = Either.getOrThrow(decode({ baseUrl: "http://host/api/", key: "k", secret: "s" }))
    const { target } = spec
    assert.strictEqual(target._tag === "Dms" ? target.address.baseUrl : "", "http://host/api")
  })
})

describe("the load", () => {
  const flag = (value: string) => ({ value, from: "flag" as const })
  const variable = (value: string) => ({ value, from: "variable" as const })
  const decode = (given: GivenSettings) =>
    decodeRunConfig({ local: flag("true"), ...given }, { scenarios }, randomSeed)
  const planOf = (given: GivenSettings) => Either.getOrThrow(decode(given)).spec.plan
  const chosen = (given: GivenSettings) => {
    const plan = planOf(given)
    const model = { _tag: plan._tag, users: maxUsersOf(plan), seconds: plan.runMillis / 1000 }
    switch (plan._tag) {
      case "Users":
        return { ...model, spawnPerSecond: plan.spawnPerSecond }
      case "StagedUsers":
        return { ...model, stages: stagesText({ of: "users", stages: plan.users }) }
      case "Arrivals":
        return { ...model, stages: stagesText({ of: "arrivals", stages: plan.arrivals }) }
    }
  }
  const problemsOf = (given: GivenSettings) =>
    Either.match(decode(given), {
      onLeft: ({ problems }) => problems.map(({ accepted, given: shown }) => `${shown}: ${accepted}`),
      onRight: () => []
    })

  it("is 10 users by default, or arrivals with up to 1000 users", () => {
    assert.deepStrictEqual(chosen({}), { _tag: "Users", users: 10, seconds: 300, spawnPerSecond: 25 })
    for (const rate of ["50", "50/s", " 50 / s "]) {
      assert.deepStrictEqual(chosen({ arrivalRate: flag(rate) }), {
        _tag: "Arrivals",
        users: 1000,
        seconds: 300,
        stages: "0s:50/s,300s:50/s"
      })
    }
    assert.deepInclude(chosen({ arrivalRate: flag("0.5"), clientCount: flag("7") }), { users: 7 })
  })

  it("is stages, which determine the run time and the maximum of users", () => {
    assert.deepStrictEqual(chosen({ stages: flag("30s:10/s,2m:100/s,30s:0/s") }), {
      _tag: "Arrivals",
      users: 1000,
      seconds: 180,
      stages: "30s:10/s,120s:100/s,30s:0/s"
    })
    assert.deepStrictEqual(chosen({ stages: flag("30s:10,1m:40,30s:0") }), {
      _tag: "StagedUsers",
      users: 40,
      seconds: 120,
      stages: "30s:10,60s:40,30s:0"
    })
  })

  it("is one pass of one user in debug mode", () => {
    assert.deepInclude(planOf({ runInDebugMode: flag("true") }), {
      users: 1,
      passes: 1,
      runMillis: Number.POSITIVE_INFINITY
    })
  })

  it.each([
    ["arrivalRate", "0"],
    ["arrivalRate", "fast"],
    ["arrivalRate", "50/min"],
    ["startWithin", "0"]
  ])("refuses --%s %s", (name, value) => {
    assert.match(problemsOf({ [name]: flag(value) })[0] ?? "", /^--\w+ \S+: accepts /)
  })

  it("marks the mistake in stages", () => {
    assert.deepStrictEqual(problemsOf({ stages: variable("30s:10/s, 2m:100") }), [
      [
        "PERF_STAGES (--stages): cannot be used",
        "    30s:10/s, 2m:100",
        "                 ^ expected a rate such as 10/s, like the stages before it"
      ].join("\n")
    ])
  })

  it("refuses settings of two models, and names both", () => {
    assert.deepStrictEqual(
      problemsOf({ arrivalRate: flag("50"), spawnRate: flag("5"), minWait: flag("0"), stages: flag("1s:1") }),
      [
        "--stages 1s:1: cannot be combined with --arrivalRate: both set the rate",
        "--spawnRate 5: cannot be combined with --arrivalRate: iterations begin when they are due",
        "--minWait 0: cannot be combined with --arrivalRate: iterations begin when they are due",
        "--spawnRate 5: cannot be combined with --stages: the stages determine the number of users"
      ]
    )
    assert.deepStrictEqual(problemsOf({ stages: variable("1s:1/s"), runTimeInMinutes: variable("5") }), [
      "RUN_TIME_IN_MINUTES=5 (--runTimeInMinutes): cannot be combined with PERF_STAGES (--stages): the stages determine the duration"
    ])
    assert.deepStrictEqual(problemsOf({ stages: flag("1s:1"), clientCount: flag("5") }), [
      "--clientCount 5: cannot be combined with --stages: the stages determine the number of users"
    ])
    assert.deepStrictEqual(problemsOf({ arrivalRate: flag("5"), runInDebugMode: flag("true") }), [
      "--runInDebugMode true: cannot be combined with --arrivalRate: debug mode is one pass of one user"
    ])
    assert.deepStrictEqual(problemsOf({ arrivalRate: flag("5"), runInDebugMode: flag("false") }), [])
  })

  it("warms up before the run time, in either model", () => {
    assert.deepInclude(planOf({ warmUp: flag("30s"), runTimeInMinutes: flag("2") }), {
      _tag: "Users",
      warmUpMillis: 30_000,
      runMillis: 120_000
    })
    assert.deepInclude(planOf({ warmUp: flag("30"), runTimeInMinutes: flag("2"), arrivalRate: flag("5") }), {
      _tag: "Arrivals",
      arrivals: steady(5, 150_000),
      warmUpMillis: 30_000,
      runMillis: 120_000
    })
    assert.notProperty(planOf({}), "warmUpMillis")
  })

  it("refuses a warm-up with stages and in debug mode, together with all else that is wrong", () => {
    assert.deepStrictEqual(
      problemsOf({
        warmUp: flag("30s"),
        stages: flag("1m:3"),
        maxFailRatio: flag("2"),
        spawnRate: flag("5")
      }),
      [
        "--maxFailRatio 2: accepts a number from 0 to 1; 1 never stops",
        "--warmUp 30s: cannot be combined with --stages: the stages determine the load from its start",
        "--spawnRate 5: cannot be combined with --stages: the stages determine the number of users"
      ]
    )
    assert.deepStrictEqual(problemsOf({ warmUp: flag("30s"), runInDebugMode: flag("true") }), [
      "--runInDebugMode true: cannot be combined with --warmUp: debug mode is one pass of one user"
    ])
    assert.deepStrictEqual(problemsOf({ warmUp: flag("0"), runInDebugMode: flag("true") }), [])
    assert.deepStrictEqual(problemsOf({ warmUp: variable("30s"), runInDebugMode: flag("true") }), [])
    assert.deepStrictEqual(problemsOf({ warmUp: variable("30s"), stages: flag("1m:3") }), [])
  })

  it("is a number of records, which users share out until the last one", () => {
    const plan = planOf({ recordCount: flag("50000"), clientCount: flag("7") })
    assert.deepInclude(plan, {
      _tag: "Users",
      users: 7,
      records: 50_000,
      runMillis: Number.POSITIVE_INFINITY
    })
    assert.notProperty(planOf({}), "records")
    for (const value of ["0", "-1", "1.5", "many"]) {
      assert.match(problemsOf({ recordCount: flag(value) })[0] ?? "", /^--recordCount \S+: accepts a whole/)
    }
  })

  it("refuses a number of records beside another end, another model, a warm-up or debug mode", () => {
    const recordCount = flag("10")
    const problemsWith = (others: GivenSettings) => problemsOf({ recordCount, ...others })
    assert.deepStrictEqual(problemsWith({ runTimeInMinutes: flag("5"), warmUp: flag("3s") }), [
      "--runTimeInMinutes 5: cannot be combined with --recordCount: the run ends with its last record",
      "--warmUp 3s: cannot be combined with --recordCount: every record counts"
    ])
    const shared = "cannot be combined with --recordCount: users share out the records, in the closed model"
    assert.deepStrictEqual(problemsWith({ arrivalRate: flag("5") }), [`--arrivalRate 5: ${shared}`])
    assert.deepStrictEqual(problemsWith({ stages: flag("1s:1") }), [`--stages 1s:1: ${shared}`])
    assert.deepStrictEqual(problemsWith({ runInDebugMode: flag("true") }), [
      "--runInDebugMode true: cannot be combined with --recordCount: debug mode is one pass of one user"
    ])
    assert.deepStrictEqual(problemsWith({ runTimeInMinutes: variable("5"), warmUp: flag("0") }), [])
  })

  it("refuses --abortOnThreshold without a threshold", () => {
    assert.deepStrictEqual(problemsOf({ abortOnThreshold: flag("true") }), [
      "--abortOnThreshold: requires --threshold"
    ])
    assert.deepStrictEqual(problemsOf({ abortOnThreshold: flag("false") }), [])
    assert.deepStrictEqual(problemsOf({ abortOnThreshold: variable("true") }), [])
    const threshold = flag("failures.count < 1")
    assert.deepStrictEqual(problemsOf({ abortOnThreshold: flag("true"), threshold }), [])
  })

  it("refuses --startWithin where nothing is due, unless it is a variable that may be meant for another run", () => {
    const refused = ["--startWithin 2: requires --arrivalRate, or --stages with rates such as 30s:10/s"]
    assert.deepStrictEqual(problemsOf({ startWithin: flag("2") }), refused)
    assert.deepStrictEqual(problemsOf({ startWithin: flag("2"), stages: flag("1s:1") }), refused)
    assert.deepStrictEqual(problemsOf({ startWithin: variable("2") }), [])
    assert.deepStrictEqual(problemsOf({ startWithin: flag("2"), stages: flag("1s:1/s") }), [])
    // A rate that cannot be used is all that is wrong.
    assert.deepStrictEqual(problemsOf({ startWithin: flag("2"), arrivalRate: flag("many") }).length, 1)
  })

  it("lets a flag overrule a variable of another model", () => {
    const inEnv = {
      clientCount: variable("20"),
      spawnRate: variable("wrong"),
      minWait: variable("5"),
      runTimeInMinutes: variable("2")
    }
    assert.deepStrictEqual(chosen({ ...inEnv, arrivalRate: flag("50") }), {
      _tag: "Arrivals",
      users: 20,
      seconds: 120,
      stages: "0s:50/s,120s:50/s"
    })
    assert.deepInclude(chosen({ ...inEnv, stages: flag("1m:3") }), { users: 3, seconds: 60 })
    const open = { arrivalRate: variable("50") }
    assert.deepInclude(chosen({ ...open, spawnRate: flag("5") }), { _tag: "Users", users: 10 })
    assert.deepInclude(chosen({ ...open, stages: flag("1m:3") }), { _tag: "StagedUsers", users: 3 })
    assert.deepInclude(chosen({ ...open, runInDebugMode: flag("true") }), { _tag: "Users" })
    assert.deepInclude(chosen({ ...open, runInDebugMode: flag("false") }), { _tag: "Arrivals" })
  })
})

describe("thresholds", () => {
  it("on dropped starts are refused in the closed model, where they would always be kept", () => {
    const threshold = "starts.dropped < 1"
    assert.deepStrictEqual(wrongLocal({ threshold }), ["--threshold"])
    assert.strictEqual(good({ threshold, arrivalRate: "5" }).thresholds[0]?.figure, "starts.dropped")
  })

  it("on the server need what is watched, and name a process by its label", () => {
    const blocked = "database.blockedSeconds < 30"
    const growth = "name:dotnet.process.memoryGrowth < 50%"
    assert.deepStrictEqual(wrongLocal({ threshold: blocked }), ["--threshold"])
    assert.deepStrictEqual(wrongLocal({ threshold: growth }), ["--threshold"])
    assert.deepStrictEqual(wrongLocal({ threshold: growth, watch: "name:postgres" }), ["--threshold"])
    const { thresholds, watch } = good({
      threshold: `${blocked},${growth},process.memoryGrowth < 1`,
      watch: "name:dotnet,http://me:pw@host/metrics",
      databaseUrl: "postgres://localhost/edfi"
    })
    assert.deepStrictEqual(
      thresholds.map(({ bound, figure, name }) => [figure, name, bound]),
      [
        ["database.blockedSeconds", undefined, 30],
        ["process.memoryGrowth", "name:dotnet", 0.5],
        ["process.memoryGrowth", undefined, 1]
      ]
    )
    assert.deepStrictEqual(
      watch?.map(({ label }) => label),
      ["name:dotnet", "http://<redacted>@host/metrics"]
    )
  })

  const expressionsOf = (texts: Texts) => good(texts).thresholds.map(({ expression }) => expression)

  it("are none unless given, and in the order in which they were given", () => {
    assert.deepStrictEqual(expressionsOf({}), [])
    assert.deepStrictEqual(
      expressionsOf({ threshold: "latency.p95 < 500ms, failures.ratio < 1%,operations.perSecond > 3000" }),
      ["latency.p95 < 500ms", "failures.ratio < 1%", "operations.perSecond > 3000"]
    )
  })

  it("may be about any request that the chosen scenarios send", () => {
    const threshold = "students-batch-10.latency.p99 < 2s,sections-batch-4.failures.count < 1"
    assert.deepStrictEqual(
      good({ threshold, batchTripleCountFor: "SectionBatchVolumeTest=4" }).thresholds.map(({ name }) => name),
      ["students-batch-10", "sections-batch-4"]
    )
    const mixed = { testList: "MixedStudentSectionBatchVolumeTest", batchTripleCount: "7" }
    assert.lengthOf(
      expressionsOf({ ...mixed, threshold: "mixed-students-sections-batch-2.latency.p50<1" }),
      1
    )
  })

  it("may be about single requests, as far as they are sent", () => {
    const limit = (name: string) => ({ testType: "VOLUME", threshold: `${name}.latency.p95 < 1s` })
    const names = ["PUT /data/ed-fi/students/{id}", "DELETE /data/ed-fi/sections/{id}"]
    for (const name of names) assert.strictEqual(good(limit(name)).thresholds[0]?.name, name)
    const kept = { ...limit("DELETE /data/ed-fi/sections/{id}"), deleteResources: "false" }
    assert.deepStrictEqual(wrongLocal(kept), ["--threshold"])
    const bad = limit("POST /data/ed-fi/students [Deliberate Failure]")
    assert.deepStrictEqual(wrongLocal(bad), ["--threshold"])
    assert.lengthOf(expressionsOf({ ...bad, failDeliberately: "true" }), 1)
  })

  it("that are invalid are all reported once, with a mark at the character", () => {
    const result = decode({
      local: "true",
      clientCount: "0",
      threshold: "latency.p96 < 500ms,failures.ratio < 1%,students-batch-11.latency.p95 < 1s"
    })
    assert.strictEqual(
      Either.isLeft(result) ? result.left.message : "",
      [
        "3 wrong settings, nothing was sent:",
        "  --clientCount 0: accepts a whole number from 1 to 100000",
        "  --threshold: cannot be used",
        "    latency.p96 < 500ms",
        "            ^ expected one of min, mean, p50, p90, p95, p99, p999, max",
        "  --threshold: cannot be used",
        "    students-batch-11.latency.p95 < 1s",
        "    ^ expected students-batch-10 or sections-batch-10: no other requests are sent"
      ].join("\n")
    )
  })

  it("are not held against names that are not known while other settings are wrong", () => {
    const threshold = "students-batch-5.latency.p95 < 1s"
    assert.deepStrictEqual(wrongLocal({ threshold, batchTripleCount: "five" }), ["--batchTripleCount"])
    assert.deepStrictEqual(wrongLocal({ threshold, testList: "StudentBatchVolume" }), ["--testList"])
    assert.deepStrictEqual(wrongLocal({ threshold: "latency.p95", testList: "No" }), [
      "--testList",
      "--threshold"
    ])
  })
})

describe("loadRunConfig", () => {
  const variables = (entries: Texts) =>
    Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(entries))))

  it.effect("lets flags win over variables, and takes empty variables for absent ones", () =>
    Effect.gen(function* () {
      const { spec } = yield* loadRunConfig({ clientCount: "3", local: "true" }, { scenarios })
      assert.deepInclude(spec.plan, { users: 3, spawnPerSecond: 0.5, runMillis: 300_000 })
      assert.deepStrictEqual(spec.dms.strictDecoding, true)
    }).pipe(
      variables({
        CLIENT_COUNT: "4",
        SPAWN_RATE: "0.5",
        RUN_TIME_IN_MINUTES: "",
        PERF_STRICT_DECODING: "yes",
        PERF_SEED: ""
      })
    )
  )

  it.effect("names the variable where that was wrong", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(loadRunConfig({ local: "true" }, { scenarios }))
      assert.include(error.message, "CLIENT_COUNT=many (--clientCount): accepts a whole number")
    }).pipe(variables({ CLIENT_COUNT: "many" }))
  )

  it.effect("names the variable of a wrong threshold, and shows the expression once", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(loadRunConfig({ local: "true" }, { scenarios }))
      assert.strictEqual(
        error.message,
        [
          "1 wrong setting, nothing was sent:",
          "  PERF_THRESHOLD (--threshold): cannot be used",
          "    latency.p95 < 5x",
          "                   ^ expected us, ms, s, min or nothing more"
        ].join("\n")
      )
    }).pipe(variables({ PERF_THRESHOLD: "requests.total > 5, latency.p95 < 5x" }))
  )

  it.effect("reads a whole configuration from variables alone", () =>
    Effect.gen(function* () {
      const { spec } = yield* loadRunConfig({}, { scenarios })
      const { target } = spec
      assert.strictEqual(target._tag, "Dms")
      if (target._tag === "Dms") assert.strictEqual(Redacted.value(target.address.secret), "s, with comma")
      assert.deepStrictEqual(plannedIn(spec), [["StudentBatchVolumeTest", 5]])
    }).pipe(
      variables({
        PERF_API_BASEURL: "http://localhost:8080",
        PERF_API_KEY: "k",
        PERF_API_SECRET: "s, with comma",
        PERF_TEST_LIST: "StudentBatchVolumeTest,",
        PERF_BATCH_TRIPLE_COUNT_FOR: "StudentBatchVolumeTest=5"
      })
    )
  )
})
