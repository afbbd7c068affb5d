/** What must never be shown: texts that come from the server pass through here before anybody sees them. */
import * as Redacted from "effect/Redacted"
import { parseJson } from "../domain/parseJson.ts"

/** A server may still quote the token before the last; those before that are no good to anybody. */
const mostTokens = 3

/** As `System.Text.Json` and careful JavaScript write it where JSON is cut off and cannot be parsed. */
const escaped = (text: string): string =>
  text.replaceAll(/[^A-Za-z0-9 _.,:;()/=-]/g, (character) => {
    const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")
    return `\\u${code}`
  })

/** A secret in the forms in which a server may echo it. */
const formsOf = (secret: Redacted.Redacted): ReadonlyArray<string> => {
  const text = Redacted.value(secret)
  if (text === "") return []
  return [...new Set([text, encodeURIComponent(text), JSON.stringify(text).slice(1, -1), escaped(text)])]
}

/** Replaces secrets by `<redacted>`, also inside JSON, whatever it escapes. */
export class Secrets {
  private readonly lasting: Array<string> = []
  private tokens: ReadonlyArray<ReadonlyArray<string>> = []

  add(...secrets: ReadonlyArray<Redacted.Redacted>): void {
    for (const secret of secrets) this.lasting.push(...formsOf(secret))
  }

  addToken(token: Redacted.Redacted): void {
    this.tokens = [formsOf(token), ...this.tokens].slice(0, mostTokens)
  }

  /** JSON comes back as JSON, with its values redacted; everything else as the text it was. */
  readonly redact = (text: string): string => {
    // A bare number or word is left as the text that it is.
    const json = /^\s*["[{]/.test(text) ? parseJson(text) : undefined
    return json === undefined ? this.redactText(text) : JSON.stringify(this.redactValue(json))
  }

  private redactText(text: string): string {
    let shown = text
    for (const form of [...this.lasting, ...this.tokens.flat()]) shown = shown.replaceAll(form, "<redacted>")
    return shown
  }

  private redactValue(value: unknown): unknown {
    if (typeof value === "string") return this.redact(value)
    if (Array.isArray(value)) return value.map((item: unknown) => this.redactValue(item))
    if (typeof value !== "object" || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [this.redactText(name), this.redactValue(member)])
    )
  }
}
