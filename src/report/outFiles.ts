/** Files that are written only when they are asked for (`--out`). */
import { junitXml } from "./junit.ts"
import { markdownReport } from "./markdown.ts"
import type { Summary } from "./Summary.ts"

export type OutKind = "json" | "junit" | "markdown"

export interface OutFile {
  readonly kind: OutKind
  readonly name: string
  /** Its text at the end of a run; one that is written all along has none. */
  readonly render?: (summary: Summary) => string
}

/** @param testType names the samples: `BATCH_VOLUME` makes `batch_volume_samples.jsonl` */
export const outFiles = (testType: string): ReadonlyArray<OutFile> => [
  { kind: "json", name: `${testType.toLowerCase()}_samples.jsonl` },
  { kind: "junit", name: "junit.xml", render: junitXml },
  { kind: "markdown", name: "summary.md", render: markdownReport }
]
