/** The value of a JSON text; `undefined` for what is no JSON. A plain call, because the load path makes it per answer. */
export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
