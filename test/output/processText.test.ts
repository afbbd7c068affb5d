import { assert, describe, expect, it } from "@effect/vitest"
import { markdownReport } from "../../src/output/markdown.ts"
import { processLines } from "../../src/output/processText.ts"
import { watched } from "../result/sampleProcesses.ts"
import { sampleSummary } from "../result/sampleSummary.ts"

const processes = [watched("name:dotnet", [1.25, 2], 150e6), watched("http://host/metrics", [0.5], 9e6)]

describe("the processes of the server", () => {
  it("are a row each, with cores and memory, and what could not be read", () => {
    expect(processLines({ processes }).join("\n")).toMatchInlineSnapshot(`
      "
      processes            cores   max  busiest thread  MB first  last  max  threads  processes  MB read  MB written
      name:dotnet           1.63     2            0.75       150   300  300        9          1        0        1.50
      http://host/metrics   0.50  0.50            0.75         9     9    9        9          1        0        1.50
      name:dotnet: no disk.
      http://host/metrics: no disk."
    `)
  })

  it("are a table in Markdown", () => {
    const text = markdownReport({ ...sampleSummary(10, 1), processes })
    assert.include(text, "| name:dotnet | 1.63 | 2 | 0.75 | 150 | 300 | 300 | 9 | 1 |")
  })

  it("are in no report without --watch", () => {
    assert.deepStrictEqual(processLines({ processes: [] }), [])
  })
})
