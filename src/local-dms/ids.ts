/** Random identifiers, repeatable by seed. */
import type { PCGRandom } from "effect/Utils"

const byteDigits: ReadonlyArray<string> = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).padStart(2, "0")
)

/** Three random bytes as six digits; 24 bits fit integer arithmetic. */
const sixDigits = (random: PCGRandom): string => {
  const bits = (random.number() * 0x1000000) | 0
  return `${byteDigits[bits >> 16]}${byteDigits[(bits >> 8) & 255]}${byteDigits[bits & 255]}`
}

/** `length` random lower-case hexadecimal digits. */
export const hex = (random: PCGRandom, length: number): string => {
  let digits = ""
  while (digits.length < length) digits += sixDigits(random)
  return digits.slice(0, length)
}

/** The digits of a uuid and its dashes, as bytes; V8 makes one flat text of them, where pieces would stay pieces. */
const uuidBytes = Buffer.from("00000000-0000-4000-a000-000000000000")
const digitPlaces = Uint8Array.from(
  [...uuidBytes.keys()].filter((at) => ![8, 13, 14, 18, 19, 23].includes(at))
)
const digitBytes = Buffer.from("0123456789abcdef")

/** A random (version 4) uuid, lower case: 30 random digits, six of each number. */
export const uuid = (random: PCGRandom): string => {
  for (let at = 0; at < digitPlaces.length; at += 6) {
    const bits = (random.number() * 0x1000000) | 0
    for (let digit = 0; digit < 6; digit++) {
      uuidBytes[digitPlaces[at + digit] ?? 0] = digitBytes[(bits >> (20 - 4 * digit)) & 15] ?? 0
    }
  }
  return uuidBytes.toString("latin1")
}

const dashed = /^\{?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\}?$/
const bare = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/

/** A GUID in the stored format; `undefined` if it is not valid. Braces, upper case and missing dashes are accepted. */
export const parseUuid = (text: string): string | undefined => {
  const lower = text.trim().toLowerCase()
  return dashed.exec(lower)?.[1] ?? bare.exec(lower)?.slice(1).join("-")
}
