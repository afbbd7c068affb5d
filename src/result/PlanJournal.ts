/** `plan.json`: the plan of a folder and the state of each of its phases. It is written after each change. */
import * as Schema from "effect/Schema"

const Texts = Schema.Record({ key: Schema.String, value: Schema.String })

/**
 * - `pending`: not begun yet
 * - `running`: begun; after a crash the phase that was lost
 * - `completed`: measured, exit code 0
 * - `failed`: ended with another exit code
 * - `interrupted`: ended by Ctrl-C, with the figures until then
 * - `skipped`: not begun, because the plan ended before
 */
export const PhaseState = Schema.Literal(
  "pending",
  "running",
  "completed",
  "failed",
  "interrupted",
  "skipped"
)
export type PhaseState = typeof PhaseState.Type

/** A phase as the file has it: `settings` are the texts of flags, without those of the command line. */
export const JournalPhase = Schema.Struct({
  name: Schema.String,
  /** `run`, `sweep` */
  command: Schema.String,
  settings: Texts,
  continueOnFailure: Schema.Boolean,
  /** Its folder in that of the plan: `02-students`. */
  folder: Schema.String.pipe(Schema.pattern(/^\d+-[\w-]+$/)),
  /** Planned duration; `null` where it depends on the server. */
  plannedSeconds: Schema.NullOr(Schema.Finite),
  state: PhaseState,
  /** ISO 8601, UTC; `null` before. */
  startedAt: Schema.NullOr(Schema.String),
  endedAt: Schema.NullOr(Schema.String),
  /** `null` until it has ended. */
  exitCode: Schema.NullOr(Schema.Int),
  /** Why it did not measure, or was skipped; `null` where its files say it. */
  reason: Schema.NullOr(Schema.String),
  /** Names of its files. */
  files: Schema.Array(Schema.String),
  /** Folders with what earlier attempts left. */
  setAside: Schema.Array(Schema.String)
})
export interface JournalPhase extends Schema.Schema.Type<typeof JournalPhase> {}

export const PlanJournal = Schema.Struct({
  /** Of this program. */
  version: Schema.String,
  name: Schema.String,
  description: Schema.NullOr(Schema.String),
  /** The plan as it was named: `mine.yaml`. */
  source: Schema.String,
  /** SHA-256 of what the file says; comments do not change it. */
  digest: Schema.String,
  /** The settings of the command line that select the server and its load, without secrets. */
  target: Texts,
  startedAt: Schema.String,
  /** `null` while it is carried out. */
  endedAt: Schema.NullOr(Schema.String),
  phases: Schema.Array(JournalPhase)
})
export interface PlanJournal extends Schema.Schema.Type<typeof PlanJournal> {}

export const PlanJournalJson = Schema.parseJson(PlanJournal, { space: 2 })

export const journalName = "plan.json"
