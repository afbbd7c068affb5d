/** What an API offers, for a terminal: at most 110 characters wide. */
import { figure } from "../result/numberFormat.ts"
import type { DescribedApi, DescribedResource } from "../schema/describeApi.ts"

const pageWidth = 110

/** The columns: resource, key, parents, update. */
const widths = [22, 31, 29, 22] as const
const gap = "  "

/** A word that is longer than a line, in pieces: broken before a capital letter if there is one. */
const pieces = (word: string, width: number): ReadonlyArray<string> => {
  if (word.length <= width) return [word]
  const hump = word.slice(1, width + 1).search(/[A-Z][^A-Z]*$/) + 1
  const end = hump === 0 ? width : hump
  return [word.slice(0, end), ...pieces(word.slice(end), width)]
}

/** Lines of at most `width` characters, broken at blanks, and inside of words that are longer. */
const wrapped = (text: string, width: number): ReadonlyArray<string> => {
  const lines: Array<string> = []
  for (const word of text.split(" ").flatMap((each) => pieces(each, width))) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

/** `students` of the same project, `ed-fi/students` of another. */
const shortPath = (path: string, from: string): string => {
  const [project = "", endpoint = ""] = path.split("/")
  return from.startsWith(`${project}/`) ? endpoint : path
}

const updateText = ({ hasKeyCascade, update }: DescribedResource): string => {
  const change = update === null ? "none" : `${update.member} (${update.kind})`
  return hasKeyCascade ? `${change}, key` : change
}

/** The cells side by side; a name that is longer than its column has a line of its own. */
const rowOf = (resource: DescribedResource): ReadonlyArray<string> => {
  const { key, newPerRecord, parents, path } = resource
  const marked = parents.map((parent) => shortPath(parent, path) + (newPerRecord.includes(parent) ? "*" : ""))
  const cells = [key.join(", "), marked.join(", ") || "-", updateText(resource)]
  const isLong = path.length > widths[0]
  const columns = [
    [isLong ? "" : path],
    ...cells.map((cell, at) => wrapped(cell, widths[at + 1] ?? pageWidth))
  ]
  const height = Math.max(...columns.map(({ length }) => length))
  const lines = Array.from({ length: height }, (_, line) =>
    columns
      .map((column, at) => (column[line] ?? "").padEnd(widths[at] ?? 0))
      .join(gap)
      .trimEnd()
  )
  return isLong ? [path, ...lines] : lines
}

const header = ["resource", "key", "parents", "update changes"]
  .map((title, at) => title.padEnd(widths[at] ?? 0))
  .join(gap)
  .trimEnd()

/** `name: reason`, further lines indented. */
const reasonLines = (path: string, reason: string): ReadonlyArray<string> =>
  wrapped(`${path}: ${reason}`, pageWidth - 4).map((line, at) => (at === 0 ? `  ${line}` : `    ${line}`))

const section = (title: string, lines: ReadonlyArray<string>): ReadonlyArray<string> =>
  lines.length === 0 ? [] : ["", title, ...lines]

/**
 * The resources that can be tested as a table, then those that cannot, each with its reason.
 *
 * @param api with texts of another party that are safe to print, as `readOpenApi` makes them
 */
export const resourcesText = ({ descriptors, resources, sources, unreadable }: DescribedApi): string => {
  const testable = resources.filter(({ untestable }) => untestable === null)
  const others = resources.flatMap(({ path, untestable }) =>
    untestable === null ? [] : reasonLines(path, untestable)
  )
  return [
    ...wrapped(
      `${figure(testable.length)} of ${figure(resources.length)} resources can be tested, ` +
        `${figure(descriptors)} descriptors: ${sources.join(", ")}`,
      pageWidth
    ),
    ...(testable.length === 0 ? [] : ["", header, ...testable.flatMap(rowOf)]),
    ...(testable.some(({ newPerRecord }) => newPerRecord.length > 1)
      ? ["", "*: new for each record, so that its key is unique; all other parents are shared."]
      : []),
    ...section("Cannot be tested", others),
    ...section(
      "Cannot be read",
      unreadable.flatMap(({ detail, path }) => reasonLines(path, detail))
    )
  ].join("\n")
}
