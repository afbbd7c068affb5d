/** What a run was made with, in names and texts. */
import type { Manifest } from "./Manifest.ts"
import { figure, megabytes, plural } from "./numberFormat.ts"

export type Fact = readonly [name: string, text: string]

const serverFacts = ({ server }: Manifest): ReadonlyArray<Fact> => {
  const models = (server?.dataModels ?? []).map(({ name, version }) =>
    version === null ? name : `${name} ${version}`
  )
  const versions = [server?.version, server?.informationalVersion, server?.build].filter(
    (text) => text !== null && text !== undefined
  )
  const about = [...versions, ...models]
  return about.length === 0 ? [] : [["server", about.join(", ")]]
}

const machineFacts = ({ machine }: Manifest): ReadonlyArray<Fact> => {
  if (machine === null) return []
  const { cores, cpu, memoryBytes, node, os } = machine
  const text = [cpu, plural(cores, "core"), `${figure(memoryBytes / 1e9)} GB`, os, `Node ${node}`].join(", ")
  return [["generator's machine", text]]
}

const toolText = ({ commit, name, version }: Manifest["tool"]): string =>
  `${name} ${version}${commit === null ? "" : `, commit ${commit.replace(/^([0-9a-f]{12})[0-9a-f]+/, "$1")}`}`

const databaseText = ({ bytesAfter, bytesBefore, version }: NonNullable<Manifest["database"]>): string =>
  `PostgreSQL ${version}` +
  (bytesBefore === null || bytesAfter === null
    ? ""
    : `, ${megabytes(bytesBefore)} before and ${megabytes(bytesAfter)} after the load`)

/** @example [["database", "PostgreSQL 15.18, 12.1 MB before and 30.4 MB after the load"], ["fresh database", "no: rows of dms.document had been updated or deleted, 3,012 times"]] */
export const databaseFacts = ({
  database,
  fresh
}: Pick<Manifest, "database" | "fresh">): ReadonlyArray<Fact> => [
  ...(database === null ? [] : ([["database", databaseText(database)]] as const)),
  ...(fresh === null
    ? []
    : ([["fresh database", `${fresh.isFresh ? "yes" : "no"}: ${fresh.because}`]] as const))
]

/** @example [["tool", "edfi-perf 0.1.0, commit 9f3c2ab41d20"], ["server", "7.3, Ed-Fi 5.2.0"]] */
export const manifestFacts = (manifest: Manifest | null): ReadonlyArray<Fact> =>
  manifest === null
    ? []
    : [["tool", toolText(manifest.tool)], ...serverFacts(manifest), ...machineFacts(manifest)]
