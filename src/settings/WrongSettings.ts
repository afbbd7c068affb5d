/** The error of a wrong command line or environment, with every problem. */
import * as Schema from "effect/Schema"

/** One wrong setting. */
export class SettingProblem extends Schema.Class<SettingProblem>("SettingProblem")({
  /** `--clientCount` */
  flag: Schema.String,
  /** `--clientCount abc`, `CLIENT_COUNT=abc (--clientCount)` or `--baseUrl is missing`; never a secret. */
  given: Schema.String,
  /** `accepts a whole number from 1 to 100000` */
  accepted: Schema.String
}) {}

/** The command did not start. Exit code 2. */
export class WrongSettings extends Schema.TaggedError<WrongSettings>()("WrongSettings", {
  problems: Schema.NonEmptyArray(SettingProblem),
  /** The consequence, for the message: `nothing was sent`. */
  consequence: Schema.optionalWith(Schema.String, { default: () => "nothing was sent" })
}) {
  override get message(): string {
    const count = this.problems.length
    const lines = this.problems.map(({ accepted, given }) => `  ${given}: ${accepted}`)
    return [`${count} wrong setting${count === 1 ? "" : "s"}, ${this.consequence}:`, ...lines].join("\n")
  }
}

/** The error of one wrong setting. @example wrongSetting("--recordCount", "--recordCount 5", "needs ...") */
export const wrongSetting = (flag: string, given: string, accepted: string): WrongSettings =>
  new WrongSettings({ problems: [new SettingProblem({ flag, given, accepted })] })
