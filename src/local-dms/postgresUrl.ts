/** What a command has to know of the PostgreSQL store before it loads it. */

/** As many connections as a run has users if nothing is said. */
export const defaultPoolSize = 10

/** Whether a text is a URL that names a PostgreSQL database. */
export const isPostgresUrl = (text: string): boolean => /^postgres(ql)?:\/\//.test(text) && URL.canParse(text)
