import { assert, describe, it } from "@effect/vitest"
import { processCharts } from "../../src/page/processCharts.ts"
import type { WatchedProcesses } from "../../src/result/ProcessActivity.ts"
import { watched } from "../result/sampleProcesses.ts"

const columnsOf = (processes: ReadonlyArray<WatchedProcesses>) =>
  processCharts(processes, "all").map(({ columns, style }) => ({
    title: style.title,
    unit: style.unit,
    x: columns.x,
    series: columns.series.map(({ label, values }) => [label, values])
  }))

describe("charts of processes", () => {
  it("have a line for each label, and memory in the unit of its highest value", () => {
    assert.deepStrictEqual(
      columnsOf([watched("name:dotnet", [1, 2], 2e6), watched("pid:7", [0.5, 0.25], 1e6)]),
      [
        {
          title: "CPU of the server's processes",
          unit: "cores",
          x: [1, 2],
          series: [
            ["name:dotnet", [1, 2]],
            ["pid:7", [0.5, 0.25]]
          ]
        },
        {
          title: "Memory of the server's processes",
          unit: "MB",
          x: [1, 2],
          series: [
            ["name:dotnet", [2, 4]],
            ["pid:7", [1, 2]]
          ]
        }
      ]
    )
  })

  it("leave out the warm-up, and what was not read", () => {
    const one = watched("name:dotnet", [1, 2, 3, 4], 1000, -1)
    const [only, another] = columnsOf([
      { ...one, timeline: one.timeline.map((point) => ({ ...point, cores: null })) }
    ])
    assert.strictEqual(only?.title, "Memory of the server's processes")
    assert.deepStrictEqual(only?.x, [1, 2])
    assert.isUndefined(another)
  })

  it("need two readings", () => {
    assert.deepStrictEqual(columnsOf([watched("name:dotnet", [1], 1000)]), [])
  })
})
