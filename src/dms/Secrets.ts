/** Redacts secrets: every text of the server passes through here before it is stored or shown. */
import * as Redacted from "effect/Redacted"
import { parseJson } from "../domain/parseJson.ts"
import { findSecrets } from "./findSecrets.ts"
import { formsOf, type SecretForms } from "./secretForms.ts"

/** The number of tokens to redact, newest first: a server may still quote a previous token; older ones are worthless. */
const maxTokens = 3

/** Maximum length to search, more than any message shows; the rest is dropped, because searching takes time. */
const maxTextLength = 16_384

/** Maximum length of the result; the text after it is searched only for the end of a secret that starts before it. */
const maxShownLength = 12_288

const mark = "<redacted>"

/**
 * Replaces secrets with `<redacted>` in all forms in which a server may echo them: unchanged, as a JSON number, with the
 * escapes of JSON, HTML, URLs and forms, in hex, and in base64, also as part of a longer text. A secret of one or two
 * characters is replaced only where it is a whole value.
 */
export class Secrets {
  private readonly lasting: Array<SecretForms> = []
  private tokens: ReadonlyArray<SecretForms> = []

  add(...secrets: ReadonlyArray<Redacted.Redacted>): void {
    for (const secret of secrets) {
      const text = Redacted.value(secret)
      if (text !== "") this.lasting.push(formsOf(text))
    }
  }

  addToken(token: Redacted.Redacted): void {
    this.tokens = [formsOf(Redacted.value(token)), ...this.tokens].slice(0, maxTokens)
  }

  /** Redacts a text; if it is JSON, the result is JSON as well. */
  readonly redact = (whole: string): string => {
    const text = whole.slice(0, maxTextLength)
    // A bare number or word is not treated as JSON.
    const json = /^\s*["[{]/.test(text) ? parseJson(text) : undefined
    return json === undefined ? this.redactText(text) : JSON.stringify(this.redactValue(json))
  }

  private redactText(text: string): string {
    const found = findSecrets(text, [...this.lasting, ...this.tokens]).toSorted((a, b) => a.start - b.start)
    let shown = ""
    let end = 0
    for (const range of found) {
      if (range.start >= maxShownLength) break
      if (range.start >= end) shown += `${text.slice(end, range.start)}${mark}`
      end = Math.max(end, range.end)
    }
    return shown + text.slice(end, Math.max(end, maxShownLength))
  }

  private redactValue(value: unknown): unknown {
    if (typeof value === "string") return this.redact(value)
    if (typeof value === "number") return this.isSecretNumber(value) ? mark : value
    if (Array.isArray(value)) return value.map((item: unknown) => this.redactValue(item))
    if (typeof value !== "object" || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [this.redactText(name), this.redactValue(member)])
    )
  }

  /** Compares by value as well as by text, because a parsed number keeps only 17 digits. */
  private isSecretNumber(value: number): boolean {
    const shown = String(value)
    return [...this.lasting, ...this.tokens].some(
      ({ isShort, number, text }) => number === value || (!isShort && shown.includes(text))
    )
  }
}
