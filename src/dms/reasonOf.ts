/** What an error of Node or undici says; a failed connection to a name with several addresses has only a code. */
export const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  if (error.message !== "") return error.message
  return "code" in error ? String(error.code) : error.name
}
