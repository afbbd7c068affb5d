/**
 * Bundles src/page into src/output/pageBundle.generated.ts: a module, so that whatever carries the program (tsc,
 * vitest, bundlers of those who use the library) carries its page with it.
 */
import { build, type Metafile } from "esbuild"
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("..", import.meta.url))
const target = `${root}src/output/pageBundle.generated.ts`

/** The licences of the packages whose code is in the bundle: they ask to be kept with it. */
const licences = ({ outputs }: Metafile): string => {
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs))
  const used = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0)
  const folders = used.flatMap(([path]) => {
    const [folder] = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []
    return folder === undefined ? [] : [folder]
  })
  const texts = [...new Set(folders)].toSorted().map((folder) => {
    const file = readdirSync(`${root}${folder}`).find((name) => /^licen[cs]e/i.test(name))
    if (file === undefined) throw new Error(`${folder} has no licence file, and its code is in the page`)
    const name = folder.slice(folder.lastIndexOf("node_modules/") + "node_modules/".length)
    return `${name}\n\n${readFileSync(`${root}${folder}/${file}`, "utf8").trim()}`
  })
  return `/*!\nThis page contains code of the following packages.\n\n${texts.join("\n\n")}\n*/\n`
}

const { metafile, outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: ["src/page/main.tsx"],
  outdir: "page",
  bundle: true,
  write: false,
  metafile: true,
  format: "iife",
  target: "es2022",
  minify: true,
  charset: "utf8",
  legalComments: "inline",
  tsconfig: "src/page/tsconfig.json"
})

const output = (extension: string): string =>
  outputFiles.find(({ path }) => path.endsWith(extension))?.text.trim() ?? ""

const script = licences(metafile) + output(".js")
const style = output(".css")

// Both stand inside HTML elements, which these would end, or make end elsewhere.
for (const ending of [/<\/script/i, /<script/i, /<!--/]) {
  if (ending.test(script)) throw new Error(`the script of the page has ${ending.source} in it`)
}
if (/<\/style/i.test(style)) throw new Error("the style of the page has </style in it")

const generated = `/** Made by scripts/buildPage.ts from src/page; \`npm run page\` makes it anew. */
export const script: string = ${JSON.stringify(script)}
export const style: string = ${JSON.stringify(style)}
`

// Written only when it differs, and in one step: tests and builds may be reading it.
if (!existsSync(target) || readFileSync(target, "utf8") !== generated) {
  writeFileSync(`${target}.${process.pid}`, generated)
  renameSync(`${target}.${process.pid}`, target)
}
