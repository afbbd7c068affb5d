/** Words and sentences put together. */

/** @example listed(["1 user", "3 users", "4 users"]) // "1 user, 3 users and 4 users" */
export const listed = (words: ReadonlyArray<string>): string =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`

/** @example uncapitalized("Student") // "student" */
export const uncapitalized = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)

/** @example capitalized("the load generator") // "The load generator" */
export const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
