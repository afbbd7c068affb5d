/** Bundles the command: docs/decisions/0023-bundled-command.md. */
import { build } from "esbuild"
import { readdirSync, rmSync, writeFileSync } from "node:fs"
import { basename, join } from "node:path"
import { fileURLToPath } from "node:url"
import { licenceTexts } from "./buildLicences.ts"
import { toolCommit } from "./toolCommit.ts"

const root = fileURLToPath(new URL("..", import.meta.url))

/** CommonJS packages call `require`, which modules do not have; a package may itself import `createRequire`. */
const banner =
  'import{createRequire as makeRequire}from"node:module";const require=makeRequire(import.meta.url);'

/**
 * Writes `bin.js`, and beside it the folder `bundle` with the program, the code of each command, the program of worker
 * threads, source maps without sources, and `LICENSES.txt`. Code that several of them need is in chunks that they
 * share.
 */
export const buildBundle = async (folder: string): Promise<void> => {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { bin: "src/bin.ts", "bundle/worker": "src/workers/worker.ts" },
    outdir: folder,
    chunkNames: "bundle/[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20.18",
    minifySyntax: true,
    minifyWhitespace: true,
    sourcemap: true,
    sourcesContent: false,
    metafile: true,
    external: ["pg-native"],
    define: { EDFI_PERF_COMMIT: JSON.stringify(toolCommit(root)) ?? "undefined" },
    banner: { js: banner }
  })
  const bundle = join(folder, "bundle")
  writeFileSync(
    join(bundle, "LICENSES.txt"),
    `The command contains code of the following packages.\n\n${licenceTexts(metafile, root)}\n`
  )
  const written = new Set(["LICENSES.txt", ...Object.keys(metafile.outputs).map((path) => basename(path))])
  // Names of chunks have a hash of their content in them, so that those of older builds would stay.
  for (const name of readdirSync(bundle)) if (!written.has(name)) rmSync(join(bundle, name))
}
