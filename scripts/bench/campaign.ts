/** What `npm run bench` was asked for, and the folder in which it may work. */
import * as Effect from "effect/Effect"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { makeCertificate } from "../../test/certificate.ts"

export interface Campaign {
  readonly users: number
  readonly triples: number
  /** How long each window is. */
  readonly seconds: number
  /** How often each contender is measured, at least. */
  readonly rounds: number
  /** The file of names, as `Load` has it. */
  readonly people: string
  readonly folder: string
  /** Certificate and key of targets behind TLS. */
  readonly tls?: TlsFiles | undefined
}

/** Paths of PEM files. */
export interface TlsFiles {
  readonly key: string
  readonly cert: string
}

/** Makes a certificate for targets, which contenders on Node trust from now on; others do not look at it. */
export const makeTlsFiles = (folder: string): TlsFiles => {
  const files = { key: join(folder, "key.pem"), cert: join(folder, "cert.pem") }
  const { cert, key } = makeCertificate("127.0.0.1")
  writeFileSync(files.key, key)
  writeFileSync(files.cert, cert)
  process.env["NODE_EXTRA_CA_CERTS"] = files.cert
  return files
}

/** A temporary folder, removed with the scope. */
export const temporaryFolder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "edfi-perf-bench-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)
