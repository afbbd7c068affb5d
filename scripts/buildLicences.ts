/** The licences of bundled packages, which must be distributed with their code. */
import type { Metafile } from "esbuild"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"

const packageFolder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/

/** `node_modules/effect` and others, of all packages whose code is in the output. */
const bundledFolders = ({ outputs }: Metafile): ReadonlyArray<string> => {
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs))
  const folders = inputs.flatMap(([path, { bytesInOutput }]) =>
    bytesInOutput > 0 ? (packageFolder.exec(path) ?? []) : []
  )
  return [...new Set(folders)].toSorted()
}

/** The licence files of a package, or else the section of its README. */
const licencesIn = (folder: string): ReadonlyArray<string> => {
  const read = (name: string) => readFileSync(join(folder, name), "utf8").trim()
  const names = readdirSync(folder).toSorted()
  const files = names.filter((name) => /^(?:licen[cs]e|notice)/i.test(name))
  if (files.length > 0) return files.map(read)
  const readme = names.filter((name) => /^readme/i.test(name)).map(read)
  const sections = readme.flatMap((text) => /^#+ *licen[cs]e\n.*copyright.*/ims.exec(text) ?? [])
  if (sections.length === 0) throw new Error(`${folder} has no licence text, and its code is bundled`)
  return sections
}

/** The licence of each package below its name. @param root the folder that the paths of the metafile are relative to */
export const licenceTexts = (metafile: Metafile, root: string): string =>
  bundledFolders(metafile)
    .map((folder) => {
      const name = folder.slice(folder.lastIndexOf("node_modules/") + "node_modules/".length)
      return [name, ...licencesIn(join(root, folder))].join("\n\n")
    })
    .join("\n\n")
