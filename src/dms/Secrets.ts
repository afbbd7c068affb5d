/** What must never be shown: texts that come from the server pass through here before anybody sees them. */
import * as Redacted from "effect/Redacted"

/** Shorter ones would blank out ordinary words. */
const leastLength = 4

/** Replaces secrets by `<redacted>`, as they are, percent-encoded and inside a Basic header. */
export class Secrets {
  private readonly texts = new Set<string>()

  add(...secrets: ReadonlyArray<Redacted.Redacted>): void {
    for (const secret of secrets) {
      const text = Redacted.value(secret)
      if (text.length < leastLength) continue
      this.texts.add(text)
      this.texts.add(encodeURIComponent(text))
    }
  }

  readonly redact = (text: string): string => {
    let shown = text
    for (const secret of this.texts) shown = shown.replaceAll(secret, "<redacted>")
    return shown
  }
}

/** The first 200 characters of what a server said, on one line. */
export const excerpt = (text: string): string => {
  const line = text.replaceAll(/\s+/g, " ").trim()
  return line.length > 200 ? `${line.slice(0, 200)}...` : line
}
