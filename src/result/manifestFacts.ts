/** What a run was made with, in names and texts. */
import type { Manifest } from "./Manifest.ts"
import { figure, plural } from "./numberFormat.ts"

type Fact = readonly [name: string, text: string]

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

/** @example [["tool", "edfi-perf 0.1.0"], ["server", "7.3, Ed-Fi 5.2.0"]] */
export const manifestFacts = (manifest: Manifest | null): ReadonlyArray<Fact> =>
  manifest === null
    ? []
    : [
        ["tool", `${manifest.tool.name} ${manifest.tool.version}`],
        ...serverFacts(manifest),
        ...machineFacts(manifest)
      ]
