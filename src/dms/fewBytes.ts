/** Bytes by fours: for few of them, such as a key, `Buffer.copy` takes several times as long. */

export const viewOf = ({ buffer, byteLength, byteOffset }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength)

/** Makes a view only when the buffer is not the one before. */
export const makeViewOf = (): ((buffer: Buffer) => DataView) => {
  let known: Buffer | undefined
  let view = viewOf(Buffer.alloc(0))
  return (buffer) => {
    if (buffer !== known) {
      known = buffer
      view = viewOf(buffer)
    }
    return view
  }
}

/** Copies `length` bytes. */
export const copyFewBytes = (
  source: DataView,
  from: number,
  target: DataView,
  to: number,
  length: number
): void => {
  if (length < 4) {
    for (let i = 0; i < length; i++) target.setUint8(to + i, source.getUint8(from + i))
    return
  }
  // The last four bytes may repeat some before them.
  const last = length - 4
  for (let i = 0; i < last; i += 4) target.setUint32(to + i, source.getUint32(from + i))
  target.setUint32(to + last, source.getUint32(from + last))
}
