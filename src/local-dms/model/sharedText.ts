/** Texts that many documents have in common: names, cities, codes. */

const slotCount = 4096

/** Longer texts are rarely the same. */
const maxLength = 128

const slots: Array<string> = Array.from({ length: slotCount }, () => "")

/**
 * An equal text that was seen before, or this one, so that stored documents share it. A text takes the place of another
 * one with the same slot, so at most 4096 are remembered.
 */
export const sharedText = (text: string): string => {
  const { length } = text
  if (length > maxLength || length === 0) return text
  const slot =
    (length * 977 +
      text.charCodeAt(0) * 31 +
      text.charCodeAt(length >> 1) * 577 +
      text.charCodeAt(length - 1) * 131) %
    slotCount
  const seen = slots[slot]
  if (seen === text) return seen
  slots[slot] = text
  return text
}
