/** Descriptor values as they occur in documents: few different texts, each of them often. */
import { descriptorKey } from "./keys.ts"

export interface DescriptorValue {
  /** `uri://ed-fi.org/TermDescriptor#Fall Semester` */
  readonly uri: string
  readonly key: string
}

const known = new Map<string, DescriptorValue>()

/** More texts than a data model has values; whoever sends others makes them anew each time. */
const maxKnown = 10_000

/** The value with this text, the same one each time, so that stored documents share it. */
export const descriptorValue = (uri: string): DescriptorValue => {
  const seen = known.get(uri)
  if (seen !== undefined) return seen
  const value = { uri, key: descriptorKey(uri) }
  if (known.size < maxKnown) known.set(uri, value)
  return value
}
