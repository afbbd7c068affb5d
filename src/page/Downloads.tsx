/** The files of the run. */
import { Section } from "./parts.tsx"

/** What the names of our files end with, and what is in them. */
const contents: ReadonlyArray<readonly [string, string]> = [
  ["report.html", "this page, with all of its data"],
  ["summary.json", "everything on this page, for programs"],
  ["_stats.csv", "Locust's columns, a row for each request name"],
  ["_stats_history.csv", "the same, once a second"],
  ["_failures.csv", "a row for each kind of failure"],
  ["_exceptions.csv", "defects of the load generator"],
  ["_samples.jsonl", "requests and seconds, a line each"],
  ["junit.xml", "a test case for the run, each request name and each threshold"],
  ["summary.md", "a summary for a pull request"]
]

export const Downloads = ({
  files,
  folder,
  underWay
}: {
  readonly files: ReadonlyArray<string>
  readonly folder: string
  /** The run goes on. */
  readonly underWay: boolean
}) =>
  files.length === 0 ? null : (
    <Section id="files" title="Files">
      {underWay ? (
        <p class="note">
          What was counted until now. Files that judge a whole run, report.html among them, come when it ends.
        </p>
      ) : null}
      <ul class="files">
        {files.map((name) => (
          <li key={name}>
            <a href={`${folder}${encodeURIComponent(name)}`} download={folder === "" ? undefined : name}>
              {name}
            </a>{" "}
            <span class="note">{contents.find(([ending]) => name.endsWith(ending))?.[1]}</span>
          </li>
        ))}
      </ul>
    </Section>
  )
