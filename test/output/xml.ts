/** A strict reader of XML 1.0, as far as result files go: it fails where a real one would refuse the document. */

export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: ReadonlyArray<XmlElement>
  /** All of its text, including text between elements. */
  readonly text: string
}

/** What the `Char` production of XML 1.0 leaves out. */
const noCharacter = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" }

const decoded = (text: string): string =>
  text.replaceAll(/&([^;&\s]*);?|</g, (reference, name: string | undefined) => {
    if (!reference.endsWith(";")) throw new Error(`${reference} is not escaped`)
    const [, digits] = /^#(\d+)$/.exec(name ?? "") ?? []
    const character = digits === undefined ? entities[name ?? ""] : String.fromCodePoint(Number(digits))
    if (character === undefined || noCharacter.test(character)) throw new Error(`${reference} is nothing`)
    return character
  })

export const readXml = (document: string): XmlElement => {
  const bad = noCharacter.exec(document)
  if (bad !== null) throw new Error(`a character that XML has not, at ${bad.index}`)
  let at = 0
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    const sticky = new RegExp(pattern, "y")
    sticky.lastIndex = at
    const match = sticky.exec(document) ?? undefined
    if (match !== undefined) at = sticky.lastIndex
    return match
  }
  const demand = (pattern: RegExp, what: string): RegExpExecArray => {
    const match = take(pattern)
    if (match === undefined) throw new Error(`${what} expected at ${document.slice(at, at + 40)}`)
    return match
  }
  const element = (): XmlElement => {
    const [, name = ""] = demand(/<([A-Za-z_][\w.-]*)/, "an element")
    const attributes: Record<string, string> = {}
    for (let given = take(/\s+([A-Za-z_][\w.-]*)="([^"<]*)"/); given !== undefined;) {
      const [, key = "", value = ""] = given
      if (Object.hasOwn(attributes, key)) throw new Error(`${key} is given twice`)
      // What a parser makes of white space in an attribute that is not written as a reference.
      attributes[key] = decoded(value.replaceAll(/[\t\n\r]/g, " "))
      given = take(/\s+([A-Za-z_][\w.-]*)="([^"<]*)"/)
    }
    if (take(/\s*\/>/) !== undefined) return { name, attributes, children: [], text: "" }
    demand(/\s*>/, "the end of a tag")
    const children: Array<XmlElement> = []
    let text = ""
    while (take(/<\//) === undefined) {
      const [plain = ""] = take(/[^<]+/) ?? []
      if (plain.includes("]]>")) throw new Error("]]> is not escaped")
      text += decoded(plain)
      if (plain === "") children.push(element())
    }
    demand(new RegExp(`${name}\\s*>`), `the end of ${name}`)
    return { name, attributes, children, text }
  }
  demand(/<\?xml version="1\.0" encoding="UTF-8"\?>\s*/, "the declaration")
  const root = element()
  demand(/\s*$/, "the end")
  return root
}
