/** The text of a document as JSON. */

/**
 * Indented, but for timelines, of which each point is a line: they have thousands, and so a file stays small and can be read.
 *
 * @param value as a schema encodes it; members that are `undefined` are left out
 * @example jsonText({ a: [1], timeline: [{ second: 1 }] }) // '{\n  "a": [\n    1\n  ],\n  "timeline": [\n    {"second":1}\n  ]\n}'
 */
export const jsonText = (value: unknown, name?: string, indent = ""): string => {
  if (typeof value !== "object" || value === null) return JSON.stringify(value)
  const inner = `${indent}  `
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"]
  const members = Array.isArray(value)
    ? value.map((each) => (name === "timeline" ? JSON.stringify(each) : jsonText(each, undefined, inner)))
    : Object.entries(value).flatMap(([key, member]) =>
        member === undefined ? [] : [`${JSON.stringify(key)}: ${jsonText(member, key, inner)}`]
      )
  return members.length === 0
    ? `${open}${close}`
    : `${open}\n${inner}${members.join(`,\n${inner}`)}\n${indent}${close}`
}
