/** What a command needs to know about the PostgreSQL store without loading it. */

/** The default number of users of a run. */
export const defaultPoolSize = 10

/** Whether a text is the URL of a PostgreSQL database. */
export const isPostgresUrl = (text: string): boolean => /^postgres(ql)?:\/\//.test(text) && URL.canParse(text)
