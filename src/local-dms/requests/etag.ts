/** The versions of documents that the dialects name in `ETag` and `_etag`; here without quotes. */
import { createHash } from "node:crypto"
import type { Stored } from "../Store.ts"

/** Branch [B]: base64 SHA-256 of the JSON text, so the order of members matters, and equal contents have equal tags. */
export const contentTag = ({ body }: Stored): string =>
  createHash("sha256").update(JSON.stringify(body)).digest("base64")

/**
 * DMS main: the version of the content, and the variant of its representation, of which there is one here:
 * `1767225600000-1`.
 */
export const versionTag = ({ modifiedMillis }: Stored): string => `${modifiedMillis}-1`

/** 1970-01-01 in ticks of 100 ns since the year 1, and the bit of .NET that says UTC. */
const epochTicks = 621_355_968_000_000_000n
const utc = 1n << 62n

/** ODS/API: the modification time as .NET writes it in one number, `5250093105232954695` for 2024-01-13T02:11:20Z. */
export const timeTag = ({ modifiedMillis }: Stored): string =>
  String(BigInt(modifiedMillis) * 10_000n + epochTicks + utc)
