/** Which part of the load path a function belongs to: the one table to adapt when files move. */

/** The parts, in the order of a batch's life. */
export const parts = [
  "documents",
  "encoding",
  "sending",
  "reading",
  "decoding",
  "recording",
  "Effect runtime and engine",
  "garbage collection",
  "system and other"
] as const
export type Part = (typeof parts)[number]

/**
 * The first rule that fits decides. What fits none (Node's internals, native functions such as `JSON.parse`) counts
 * for whoever called it.
 */
const rules: ReadonlyArray<{ readonly part: Part; readonly url: RegExp; readonly name?: RegExp }> = [
  { part: "documents", url: /\/src\/(documents|scenarios)\/|\/src\/domain\/(RecordId|Operation|Resource)\./ },
  { part: "encoding", url: /\/src\/dms\/(encode|keyedTemplate|variantTemplate)|\/src\/wire\/RequestBuffer/ },
  { part: "decoding", url: /\/src\/dms\/(decode|parseJson|ResponseTemplate|AnswerLayout)/ },
  // V8 puts the comparison of an answer into the function that asks for it.
  { part: "decoding", url: /\/src\/dms\/(postBatch|recordedSend)/, name: /^(check|onEnd)$/ },
  { part: "recording", url: /\/src\/metrics\/|\/src\/domain\/Sample\./ },
  { part: "reading", url: /\/src\/wire\/(ResponseParser|bodyReaders|parseHead)/ },
  { part: "reading", url: /\/src\/wire\//, name: /^(onBytes|settle|onRe.*|complete|callback)$/ },
  { part: "sending", url: /\/src\/(dms|wire)\// },
  { part: "reading", url: /^wasm:/ },
  {
    part: "reading",
    url: /node_modules\/undici\//,
    name: /^(on[A-Z]|execute|readMore|wasm_|consume|finish|trackHeader|parse|bufferToLower|getResolveErrorBody)/
  },
  { part: "sending", url: /node_modules\/undici\// },
  {
    part: "Effect runtime and engine",
    url: /node_modules\/effect\/|node_modules\/@effect\/|\/src\/engine\//
  },
  { part: "reading", url: /^node:/, name: /^(onStreamRead|readableAddChunk|emitReadable|onSocketRead)/ }
]

/** What V8 reports in place of a function. */
const special: Readonly<Record<string, Part>> = {
  "(garbage collector)": "garbage collection",
  "(program)": "system and other"
}

/** The part of a function, as a profile names it; `undefined` where its caller decides. */
export const partOf = (functionName: string, url: string): Part | undefined =>
  special[functionName] ??
  rules.find((rule) => rule.url.test(url) && (rule.name === undefined || rule.name.test(functionName)))?.part
