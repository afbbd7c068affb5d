import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import { maxUsersOf } from "../../src/run/RunSpec.ts"
import type { GivenSettings } from "../../src/settings/readSettings.ts"
import { decodeStressConfig } from "../../src/settings/StressConfig.ts"
import { decodeSweepConfig } from "../../src/settings/SweepConfig.ts"
import { needsServer } from "../../src/settings/ResourceChoice.ts"
import { decodeVersusConfig, versusChoice } from "../../src/settings/VersusConfig.ts"
import type { WrongSettings } from "../../src/settings/WrongSettings.ts"
import { scenarios } from "../../src/scenarios/index.ts"

type Texts = Readonly<Record<string, string>>

const flags = (texts: Texts): GivenSettings =>
  Object.fromEntries(Object.entries(texts).map(([name, value]) => [name, { value, from: "flag" as const }]))

const versus = (texts: Texts) => decodeVersusConfig(flags({ local: "true", ...texts }), { scenarios }, 1)
const sweep = (texts: Texts) => decodeSweepConfig(flags({ local: "true", ...texts }), { scenarios }, 1)

const stress = (texts: Texts) => decodeStressConfig(flags({ local: "true", ...texts }), { scenarios }, 1)

/** All that is wrong, in lines. */
const wrong = <A>(decoded: Either.Either<A, WrongSettings>): ReadonlyArray<string> =>
  Either.match(decoded, {
    onLeft: ({ problems }) => problems.map(({ accepted, given }) => `${given}: ${accepted}`),
    onRight: () => []
  })

describe("the limits of the server in a study", () => {
  const databaseUrl = "postgres://reader:pw@localhost/edfi"
  const texts = "database.blockedSeconds < 30,process.memoryGrowth < 50%,latency.p95 < 500ms"

  it("end every load of it", () => {
    const [limited] = [texts.replace(/,latency.*/, "")]
    const { loads } = Either.getOrThrow(
      stress({ databaseUrl, watch: "name:dotnet,pid:7", threshold: limited ?? "" })
    )
    assert.deepStrictEqual(
      loads.map(({ abortDelayMillis, thresholds, watch = [] }) => [
        abortDelayMillis,
        thresholds.map(({ figure }) => figure),
        watch.map(({ label }) => label)
      ]),
      [[0, ["database.blockedSeconds", "process.memoryGrowth"], ["name:dotnet", "pid:7"]]]
    )
  })

  it("are not those of requests, which a variable and the defaults of a plan may have for runs", () => {
    const given = { ...flags({ local: "true", databaseUrl, watch: "pid:7" }) }
    const { loads } = Either.getOrThrow(
      decodeStressConfig({ ...given, threshold: { value: texts, from: "variable" } }, { scenarios }, 1)
    )
    assert.lengthOf(loads[0].thresholds, 2)
    assert.match(
      wrong(stress({ databaseUrl, watch: "pid:7", threshold: texts })).join(),
      /latency\.p95 < 500ms\n +\^ expected a figure of the server, database\.\* or process\.\*, in a study$/
    )
  })

  it("need what they limit", () => {
    assert.match(
      wrong(stress({ threshold: "database.blockedSeconds < 30" })).join(),
      /expected another figure: database\.blockedSeconds requires --databaseUrl/
    )
  })

  it("has no reset of statistics without a database", () => {
    for (const decoded of [stress, sweep, versus].map((decode) => decode({ resetStatistics: "true" }))) {
      assert.deepStrictEqual(wrong<unknown>(decoded), ["--resetStatistics: requires --databaseUrl"])
    }
  })
})

describe("decodeVersusConfig", () => {
  it("has two loads that differ in nothing but how the same records are sent", () => {
    const texts = { resources: "students,ed-fi/Sections", clientCount: "3", batchTripleCount: "5" }
    const { loads, settings } = Either.getOrThrow(versus(texts))
    assert.deepStrictEqual(
      loads.map(({ plan, scenarios, testType }) => [
        testType,
        maxUsersOf(plan),
        scenarios.map(({ batchTripleCount, scenario }) => [scenario.name, batchTripleCount])
      ]),
      [
        [
          "BATCH_VOLUME",
          3,
          [
            ["StudentBatchVolumeTest", 5],
            ["SectionBatchVolumeTest", 5]
          ]
        ],
        [
          "VOLUME",
          3,
          [
            ["StudentVolumeTest", undefined],
            ["SectionVolumeTest", undefined]
          ]
        ]
      ]
    )
    assert.deepStrictEqual(
      [settings.slices, Duration.toSeconds(settings.sliceTime), Duration.toSeconds(settings.warmUp)],
      [6, 10, 3]
    )
  })

  const namesOf = (texts: Texts) =>
    Either.getOrThrow(versus(texts)).loads.map(({ scenarios }) =>
      scenarios.map(({ scenario }) => scenario.name)
    )

  it("sends only the chosen resources, by default students", () => {
    assert.deepStrictEqual(namesOf({ resources: "Sections" }), [
      ["SectionBatchVolumeTest"],
      ["SectionVolumeTest"]
    ])
    assert.deepStrictEqual(namesOf({}), [["StudentBatchVolumeTest"], ["StudentVolumeTest"]])
  })

  it("asks the server only for resources without scenarios of their own", () => {
    const isAsked = (texts: Texts) => needsServer(versusChoice(flags(texts)))
    assert.deepStrictEqual(
      [{}, { resources: "ed-fi/students,Sections" }, { document: "full" }].map(isAsked),
      [false, false, false]
    )
    assert.deepStrictEqual(
      [{ resources: "students,courses" }, { resources: "all" }, { exclude: "students" }].map(isAsked),
      [true, true, true]
    )
  })

  it("refuses resources that are sent in one way only", () => {
    const chosen = scenarios.filter(({ name }) => name !== "StudentVolumeTest")
    const decoded = decodeVersusConfig(flags({ local: "true" }), { scenarios, chosen }, 1)
    assert.match(wrong(decoded).join(), /StudentBatchVolumeTest.*: sent in one way only/)
  })

  it("makes batches of the records that fit, unless a size is given", () => {
    assert.deepStrictEqual(
      Either.getOrThrow(versus({ maxBatchOperations: "20" })).loads[0].scenarios[0].batchTripleCount,
      6
    )
  })

  it("reports all problems together, and those of both loads once", () => {
    const texts = {
      local: "false",
      clientCount: "none",
      batchTripleCount: "50",
      slices: "0"
    }
    assert.deepStrictEqual(wrong(versus(texts)), [
      "--clientCount none: accepts a whole number from 1 to 100000",
      "--slices 0: accepts a whole number from 1 to 1000",
      "--baseUrl is missing: set --baseUrl or PERF_API_BASEURL, or use --local to test a local DMS",
      "--key is missing: set --key or PERF_API_KEY, or use --local to test a local DMS",
      "--secret is missing: set --secret or PERF_API_SECRET, or use --local to test a local DMS",
      "--batchTripleCount 50: 150 operations per batch exceed --maxBatchOperations 100; accepts at most 33"
    ])
  })

  it("accepts seeds after which every load still finds one of its own", () => {
    assert.deepStrictEqual(wrong(versus({ seed: String(2 ** 52) })), [])
    assert.deepStrictEqual(wrong(versus({ seed: String(2 ** 52 + 1) })), [
      "--seed 4503599627370497: accepts a whole number from 0 to 4503599627370496"
    ])
  })
})

describe("decodeSweepConfig", () => {
  it("has a load for every size with every number of users, each once, the smallest first", () => {
    const { loads } = Either.getOrThrow(sweep({ batchTripleCount: "20,1,20", clientCount: "10,1" }))
    assert.deepStrictEqual(
      loads.map(({ plan, scenarios }) => [maxUsersOf(plan), scenarios[0].batchTripleCount]),
      [
        [1, 1],
        [1, 20],
        [10, 1],
        [10, 20]
      ]
    )
  })

  it("tries sizes that the DMS may refuse, unless a maximum is set", () => {
    assert.deepStrictEqual(wrong(sweep({ batchTripleCount: "10,50,1000" })), [])
    assert.deepStrictEqual(wrong(sweep({ batchTripleCount: "10,50,1000", maxBatchOperations: "100" })), [
      "--batchTripleCount 50: 150 operations per batch exceed --maxBatchOperations 100; accepts at most 33",
      "--batchTripleCount 1000: 3000 operations per batch exceed --maxBatchOperations 100; accepts at most 33"
    ])
  })

  it("refuses lists that are none, scenarios of one size and scenarios that send no batches", () => {
    assert.deepStrictEqual(wrong(sweep({ batchTripleCount: "1,two", clientCount: "0" })), [
      "--batchTripleCount 1,two: accepts whole numbers from 1 to 333333, repeated or comma-separated, such as 1,10,33",
      "--clientCount 0: accepts whole numbers from 1 to 100000, repeated or comma-separated, such as 1,10,50"
    ])
    assert.deepStrictEqual(wrong(sweep({ testList: "MixedStudentSectionBatchVolumeTest" })), [
      "--testList MixedStudentSectionBatchVolumeTest: the batch size of MixedStudentSectionBatchVolumeTest is fixed"
    ])
    assert.match(wrong(sweep({ testList: "StudentVolumeTest" }))[0] ?? "", /StudentVolumeTest/)
  })

  it("varies only users with VOLUME: its own defaults, its own scenarios, and no flags about batches", () => {
    const { loads, settings } = Either.getOrThrow(sweep({ testType: "VOLUME" }))
    assert.deepStrictEqual([...settings.clientCount], [1, 2, 4, 8, 16, 32])
    assert.deepStrictEqual(
      loads.map(({ plan, scenarios, testType }) => [
        testType,
        maxUsersOf(plan),
        ...scenarios.map(({ scenario }) => scenario.name)
      ])[0],
      ["VOLUME", 1, "StudentVolumeTest", "SectionVolumeTest"]
    )
    assert.lengthOf(loads, 6)
    assert.deepStrictEqual(
      [...Either.getOrThrow(sweep({ testType: "VOLUME", clientCount: "5,3" })).settings.clientCount],
      [3, 5]
    )
    assert.deepStrictEqual(wrong(sweep({ testType: "VOLUME", batchTripleCount: "1,10" })), [
      "--batchTripleCount 1,10: VOLUME sends no batches; it varies --clientCount only"
    ])
    assert.match(
      wrong(sweep({ testType: "VOLUME", testList: "StudentBatchVolumeTest" }))[0] ?? "",
      /StudentBatchVolumeTest belongs to --testType BATCH_VOLUME/
    )
  })
})

describe("decodeSweepConfig of READ", () => {
  it("has a load for each page size and number of users", () => {
    const texts = { testType: "READ", pageSize: "25,100", clientCount: "2,4" }
    assert.deepStrictEqual(
      Either.getOrThrow(sweep(texts)).loads.map(({ plan, scenarios: [{ batchTripleCount, reads }] }) => [
        maxUsersOf(plan),
        reads?.pageSizes,
        batchTripleCount
      ]),
      [
        [2, [25], undefined],
        [2, [100], undefined],
        [4, [25], undefined],
        [4, [100], undefined]
      ]
    )
  })

  it("refuses flags about what it never writes, but not those that choose resources", () => {
    const chosen = { testType: "READ", resources: "students", exclude: "sections", spec: "api.json" }
    assert.deepStrictEqual(wrong(sweep(chosen)), [])
    assert.deepStrictEqual(
      wrong(sweep({ ...chosen, batchTripleCount: "3", document: "full", companions: "never" })),
      [
        "--batchTripleCount 3: READ varies --pageSize and --clientCount",
        "--document full: READ writes nothing in its load",
        "--companions never: READ writes nothing in its load"
      ]
    )
    assert.deepStrictEqual(wrong(sweep({ testType: "READ", parents: "pooled" })), [
      "--parents pooled: READ writes nothing in its load"
    ])
  })
})

describe("decodeStressConfig", () => {
  const begins = (texts: Texts) => {
    const { loads, settings } = Either.getOrThrow(stress(texts))
    return [settings.raised, settings.first, settings.maximum, maxUsersOf(loads[0].plan)]
  }

  it("begins with one user, and doubles them up to 1,024", () => {
    assert.deepStrictEqual(begins({}), ["users", 1, 1024, 1024])
    assert.deepStrictEqual(begins({ clientCount: "5", maxUsers: "40" }), ["users", 5, 40, 40])
    assert.deepStrictEqual(begins({ clientCount: "2000" }), ["users", 2000, 2000, 2000])
  })

  it("raises the rate where one is given", () => {
    assert.deepStrictEqual(begins({ arrivalRate: "5/s" }), ["rate", 5, 100_000, 1000])
    assert.deepStrictEqual(begins({ arrivalRate: "5", maxRate: "80/s", clientCount: "50" }), [
      "rate",
      5,
      80,
      50
    ])
  })

  it("refuses maxima below the first load, and those of the other model", () => {
    assert.deepStrictEqual(wrong(stress({ clientCount: "10", maxUsers: "5" })), [
      "--maxUsers 5: accepts at least --clientCount, 10"
    ])
    assert.deepStrictEqual(wrong(stress({ maxRate: "5/s" })), ["--maxRate 5/s: requires --arrivalRate"])
    assert.deepStrictEqual(wrong(stress({ arrivalRate: "5/s", maxUsers: "5", maxRate: "1" })), [
      "--maxUsers 5: cannot be combined with --arrivalRate, whose maximum is --maxRate",
      "--maxRate 1: accepts at least --arrivalRate, 5/s"
    ])
  })

  it("takes reads with their mix and page sizes", () => {
    const [load] = Either.getOrThrow(stress({ testType: "read", readMix: "page", pageSize: "25,100" })).loads
    assert.strictEqual(load.testType, "READ")
    assert.deepInclude(load.scenarios[0].reads, { pageSizes: [25, 100] })
    assert.match(wrong(stress({ pageSize: "25" })).join(), /--pageSize 25: requires --testType READ/)
    assert.deepStrictEqual(wrong(stress({ testType: "READ", document: "full" })), [
      "--document full: READ writes nothing in its load"
    ])
  })

  it("reads the duration of a soak", () => {
    const { soakAfter } = Either.getOrThrow(stress({ soakAfter: "60m" })).settings
    assert.strictEqual(soakAfter === undefined ? 0 : Duration.toMinutes(soakAfter), 60)
    assert.lengthOf(wrong(stress({ soakAfter: "0" })), 1)
  })
})
