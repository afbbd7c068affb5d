/**
 * The page as one self-contained HTML document: script, style, icon and data are inline. Its content security policy
 * allows exactly this script and this style, so that no text from a server can run as code.
 */
import * as Schema from "effect/Schema"
import { createHash } from "node:crypto"
import { type PageData, PageDataJson } from "../result/PageData.ts"
import { script, style } from "./pageBundle.generated.ts"

const encode = Schema.encodeSync(PageDataJson)

const hashOf = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`

/** Computed once: hashing 300 KB for each page would take CPU time from a load. */
const [scriptHash, styleHash] = [hashOf(script), hashOf(style)]

const policy = (boot: PageData): string =>
  [
    "default-src 'none'",
    `script-src ${scriptHash}`,
    `style-src ${styleHash}`,
    "img-src data:",
    ...(boot._tag === "Live" ? ["connect-src 'self'"] : []),
    "base-uri 'none'",
    "form-action 'none'"
  ].join("; ")

/** The file beside a page with all of its figures. */
const fileOf: Readonly<Record<PageData["_tag"], string | undefined>> = {
  Live: "summary.json",
  Report: "summary.json",
  Compared: undefined,
  Versus: "versus.json",
  Sweep: "sweep.json",
  Capacity: "capacity.json",
  Stress: "stress.json",
  Plan: "report.md"
}

const withoutScript = ({ _tag }: PageData): string => {
  const file = fileOf[_tag]
  return `This page needs JavaScript to show its figures${file === undefined ? "" : `; ${file} has all of them`}.`
}

/** Three bars, the last one in the colour of the page. */
const icon = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path fill="#7d8590" d="M1 9h4v6H1zM6 5h4v10H6z"/><path fill="#0b6bcb" d="M11 1h4v14h-4z"/></svg>'
)}`

/**
 * The HTML of a page.
 *
 * @param boot embedded as JSON without any `<`, so that no text can end the element
 */
export const pageTemplate = (boot: PageData): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy(boot)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>edfi-perf</title>
<link rel="icon" href="${icon}">
<style>${style}</style>
</head>
<body>
<div id="page"><noscript>${withoutScript(boot)}</noscript></div>
<script type="application/json" id="boot">${encode(boot).replaceAll("<", String.raw`\u003c`)}</script>
<script>${script}</script>
</body>
</html>
`
