/** Of the command and the package. */
export const version = "0.1.0"
