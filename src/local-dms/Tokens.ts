/** The issued tokens and their expiry. */
import * as Encoding from "effect/Encoding"
import type { PCGRandom } from "effect/Utils"
import { hex } from "./ids.ts"

export class Tokens {
  readonly #expiryMillis = new Map<string, number>()
  constructor(
    /** In seconds. */
    readonly lifetime: number,
    readonly random: PCGRandom
  ) {}

  /** A new token with the three parts of a JWT; the signature is random. */
  issue(key: string, nowMillis: number): string {
    for (const [token, expiryMillis] of this.#expiryMillis) {
      if (expiryMillis <= nowMillis) this.#expiryMillis.delete(token)
    }
    const expiryMillis = nowMillis + this.lifetime * 1000
    const claims = { client_id: key, exp: Math.floor(expiryMillis / 1000), jti: hex(this.random, 32) }
    const parts = [JSON.stringify({ alg: "RS256", typ: "JWT" }), JSON.stringify(claims), hex(this.random, 48)]
    const token = parts.map((part) => Encoding.encodeBase64Url(part)).join(".")
    this.#expiryMillis.set(token, expiryMillis)
    return token
  }

  /** @param authorization the header: `Bearer <token>` */
  accepts(authorization: string | undefined, nowMillis: number): boolean {
    if (authorization === undefined || !/^bearer /i.test(authorization)) return false
    const expiryMillis = this.#expiryMillis.get(authorization.slice(7).trim())
    return expiryMillis !== undefined && nowMillis < expiryMillis
  }

  /** Invalidates all tokens, like a server with new signing keys. */
  drop(): void {
    this.#expiryMillis.clear()
  }
}
