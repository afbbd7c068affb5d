/** The files of the run. */
import { Section } from "./Section.tsx"

/** The endings of file names, and the contents of the files. */
const contents: ReadonlyArray<readonly [string, string]> = [
  ["report.html", "this page, self-contained"],
  ["summary.json", "all figures of this page as JSON"],
  ["_stats.csv", "Locust's columns, one row per request name"],
  ["_stats_history.csv", "the same, one row per second"],
  ["_failures.csv", "one row per kind of failure"],
  ["_exceptions.csv", "defects of the load generator"],
  ["_samples.jsonl", "one line per request and per second"],
  ["junit.xml", "a test case for the run, for each request name and for each threshold"],
  ["summary.md", "a summary for a pull request"]
]

export const Downloads = ({
  files,
  folder,
  isRunning
}: {
  readonly files: ReadonlyArray<string>
  readonly folder: string
  /** The run is still in progress. */
  readonly isRunning: boolean
}) =>
  files.length === 0 ? null : (
    <Section id="files" title="Files">
      {isRunning ? (
        <p class="note">
          Figures up to now. Files about the whole run, such as report.html, appear when it ends.
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
