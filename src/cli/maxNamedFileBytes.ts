/** A plan or a mixture that people write is much smaller. Imports no package: it is read before the program is chosen. */
export const maxNamedFileBytes = 1024 * 1024
