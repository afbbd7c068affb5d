/** Journals of plans for tests. */
import type { JournalPhase, PlanJournal } from "../../src/result/PlanJournal.ts"

export const phaseOf = (name: string, command: string, some: Partial<JournalPhase> = {}): JournalPhase => ({
  name,
  command,
  settings: { resources: "students" },
  continueOnFailure: false,
  folder: `01-${name}`,
  plannedSeconds: 60,
  state: "completed",
  startedAt: "2026-11-28T20:00:00.000Z",
  endedAt: "2026-11-28T20:01:00.000Z",
  exitCode: 0,
  reason: null,
  files: ["report.html"],
  setAside: [],
  ...some
})

/** What every journal of these tests begins with. */
export const journalHead = {
  version: "0.1.0",
  name: "mine",
  description: null,
  source: "mine.yaml",
  digest: "abc",
  target: { baseUrl: "http://127.0.0.1:8080" }
} as const

export const journalOf = (...phases: ReadonlyArray<JournalPhase>): PlanJournal => ({
  ...journalHead,
  startedAt: "2026-11-28T20:00:00.000Z",
  endedAt: "2026-11-28T21:00:00.000Z",
  phases
})
