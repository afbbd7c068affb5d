/** A folder or file that cannot be read as a run; exit code 2. */
import * as Schema from "effect/Schema"
import { excerpt } from "../domain/excerpt.ts"

/** Long enough for a path and for the names of some files. */
const maxLength = 1000

export class UnreadableRun extends Schema.TaggedError<UnreadableRun>()("UnreadableRun", {
  path: Schema.String,
  /** The problem and its place in the file; may quote the file. */
  detail: Schema.String
}) {
  override get message(): string {
    return `${excerpt(this.path, maxLength)}: ${excerpt(this.detail, maxLength)}`
  }
}
