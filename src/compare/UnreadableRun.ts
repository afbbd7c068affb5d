/** The error of a folder or file that holds no run that could be compared; exit code 2. */
import * as Schema from "effect/Schema"

export class UnreadableRun extends Schema.TaggedError<UnreadableRun>()("UnreadableRun", {
  path: Schema.String,
  /** What is wrong, and where in the file. */
  detail: Schema.String
}) {
  override get message(): string {
    return `${this.path}: ${this.detail}`
  }
}
