import { assert, describe, it } from "@effect/vitest"
import {
  addByName,
  mergeOthers,
  otherCores,
  othersText,
  parseMachineTime,
  parseProcess,
  parseProcessors,
  usedBetween
} from "../../src/metrics/OtherPrograms.ts"
import { statLine } from "./statLine.ts"

const machine = `cpu  300 20 60 9000 35 0 24 16 0 0
cpu0 100 10 20 4000 5 0 12 8 0 0
cpu1 200 10 40 5000 30 0 12 8 7 0
intr 24035 0
`

describe("the files of /proc", () => {
  it.each([
    ["Name:\tnode\nCpus_allowed_list:\t0-1\nMems", [0, 1]],
    ["Cpus_allowed_list:\t0,2-4,9\n", [0, 2, 3, 4, 9]],
    ["Cpus_allowed_list:\t\n", []],
    ["", []]
  ])("%j allow the processors %j", (text, processors) => {
    assert.deepStrictEqual([...parseProcessors(text)], processors)
  })

  it("have the time of programs and kernel on the processors that may be used", () => {
    const timeOf = (...allowed: ReadonlyArray<number>) => parseMachineTime(machine, new Set(allowed))
    assert.deepStrictEqual(timeOf(0, 1), { usedMicros: 3_800_000, processors: 2 })
    assert.deepStrictEqual(timeOf(1), { usedMicros: 2_500_000, processors: 1 })
    assert.isUndefined(timeOf())
    assert.isUndefined(parseMachineTime("", new Set([0])))
  })

  it.each([
    ["postgres", "postgres"],
    ["a) R 1 (b", "a) R 1 (b"],
    ["evil\u001b[2J\nname", "evil\\u001B[2J name"]
  ])("have the time of the process %j, whose name is safe to print", (name, shown) => {
    assert.deepStrictEqual(parseProcess(statLine(7, name, 10, 2, 1)), {
      name: shown,
      usedMicros: 120_000,
      processor: 1
    })
  })

  it.each(["", "7 (x", "7 (x) R 1 2", "7 ) x ( R"])("that are cut, %j, have none", (text) => {
    assert.isUndefined(parseProcess(text))
  })
})

describe("two scans", () => {
  const scan = (
    ...processes: ReadonlyArray<readonly [id: number, name: string, used: number, processor?: number]>
  ) =>
    new Map(processes.map(([id, name, usedMicros, processor = 0]) => [id, { name, usedMicros, processor }]))

  it("give the time of each name since the first, with new processes and without idle ones", () => {
    const before = scan([1, "postgres", 100], [2, "postgres", 50], [3, "sleep", 7], [4, "old", 90])
    const after = scan(
      [1, "postgres", 130],
      [2, "postgres", 60],
      [3, "sleep", 7],
      // The id of a process that has ended.
      [4, "new", 20],
      [5, "gcc", 300],
      [6, "elsewhere", 900, 5]
    )
    assert.deepStrictEqual(usedBetween(before, after, new Set([0])), [
      { name: "gcc", usedMicros: 300 },
      { name: "postgres", usedMicros: 40 },
      { name: "new", usedMicros: 20 }
    ])
  })

  it("keep the eight busiest names", () => {
    const twenty = Array.from({ length: 20 }, (_, i) => ({ name: `p${i}`, usedMicros: i }))
    assert.deepStrictEqual(
      addByName(twenty).map(({ name }) => name),
      ["p19", "p18", "p17", "p16", "p15", "p14", "p13", "p12"]
    )
  })
})

describe("other programs", () => {
  const one = {
    usedMicros: 1_500_000,
    processors: 2,
    namedMicros: 800_000,
    byName: [{ name: "postgres", usedMicros: 720_000 }]
  }

  it("are added up over time, and unknown if a part is unknown", () => {
    const two = {
      usedMicros: 500_000,
      processors: 2,
      namedMicros: 1_200_000,
      byName: [
        { name: "node", usedMicros: 900_000 },
        { name: "postgres", usedMicros: 80_000 }
      ]
    }
    const both = mergeOthers(one, two)
    assert.deepStrictEqual(both, {
      usedMicros: 2_000_000,
      processors: 2,
      namedMicros: 2_000_000,
      byName: [
        { name: "node", usedMicros: 900_000 },
        { name: "postgres", usedMicros: 800_000 }
      ]
    })
    assert.isNull(mergeOthers(one, null))
    assert.deepStrictEqual(otherCores({ observedMicros: 2_000_000, others: both }), {
      cores: 1,
      processors: 2,
      busiest: [
        { name: "node", cores: 0.45 },
        { name: "postgres", cores: 0.4 }
      ]
    })
  })

  it("are none where they are not known or nothing was observed", () => {
    assert.isNull(otherCores({ observedMicros: 1_000_000, others: null }))
    assert.isNull(otherCores({ observedMicros: 0, others: one }))
  })

  it("have no names before the second scan, and none that hardly ran", () => {
    const unnamed = { ...one, namedMicros: 0, byName: [] }
    assert.deepStrictEqual(otherCores({ observedMicros: 1_000_000, others: unnamed })?.busiest, [])
    const idle = { ...one, byName: [{ name: "cron", usedMicros: 79_000 }] }
    assert.deepStrictEqual(otherCores({ observedMicros: 1_000_000, others: idle })?.busiest, [])
  })

  it.each([
    [[], "1.8 of 2 cores"],
    [[["postgres", 1.1]], "1.8 of 2 cores, most of all postgres (1.1 cores)"],
    [
      [
        ["postgres", 1.1],
        ["dotnet", 0.6],
        ["node", 0.12]
      ],
      "1.8 of 2 cores, most of all postgres (1.1 cores), dotnet (0.6) and node (0.1)"
    ]
  ] as const)("%j are %j", (busiest, text) => {
    assert.strictEqual(
      othersText({ cores: 1.83, processors: 2, busiest: busiest.map(([name, cores]) => ({ name, cores })) }),
      text
    )
  })
})
