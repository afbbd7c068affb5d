/** The issued tokens and their expiry. */
import * as Encoding from "effect/Encoding"
import type { PCGRandom } from "effect/Utils"
import { hex } from "../ids.ts"

export class Tokens {
  readonly #expiryMillis = new Map<string, number>()
  constructor(
    /** In seconds. */
    readonly lifetime: number,
    readonly random: PCGRandom
  ) {}

  /** A new token with the three parts of a JWT; the signature is random. */
  issue(key: string, nowMillis: number): string {
    const expiryMillis = this.#expiryOf(nowMillis)
    const claims = { client_id: key, exp: Math.floor(expiryMillis / 1000), jti: hex(this.random, 32) }
    const parts = [JSON.stringify({ alg: "RS256", typ: "JWT" }), JSON.stringify(claims), hex(this.random, 48)]
    const token = parts.map((part) => Encoding.encodeBase64Url(part)).join(".")
    this.#expiryMillis.set(token, expiryMillis)
    return token
  }

  /** A new token of 32 digits, which says nothing about its holder. */
  issueOpaque(nowMillis: number): string {
    const token = hex(this.random, 32)
    this.#expiryMillis.set(token, this.#expiryOf(nowMillis))
    return token
  }

  /** How many tokens are valid. */
  valid(nowMillis: number): number {
    this.#dropExpired(nowMillis)
    return this.#expiryMillis.size
  }

  /** @param authorization the header: `Bearer <token>` */
  accepts(authorization: string | undefined, nowMillis: number): boolean {
    if (authorization === undefined || !/^bearer /i.test(authorization)) return false
    const expiryMillis = this.#expiryMillis.get(authorization.slice(7).trim())
    return expiryMillis !== undefined && nowMillis < expiryMillis
  }

  /** When a token of now expires. */
  #expiryOf(nowMillis: number): number {
    this.#dropExpired(nowMillis)
    return nowMillis + this.lifetime * 1000
  }

  #dropExpired(nowMillis: number): void {
    for (const [token, expiryMillis] of this.#expiryMillis) {
      if (expiryMillis <= nowMillis) this.#expiryMillis.delete(token)
    }
  }

  /** Invalidates all tokens, like a server with new signing keys. */
  drop(): void {
    this.#expiryMillis.clear()
  }
}
