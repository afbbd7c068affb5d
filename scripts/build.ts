/** `npm run build`, after tsc: replaces the unbundled `dist/bin.js` by the bundled command. */
import { fileURLToPath } from "node:url"
import { buildBundle } from "./buildBundle.ts"

await buildBundle(fileURLToPath(new URL("../dist", import.meta.url)))
