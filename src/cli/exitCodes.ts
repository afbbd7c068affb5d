/** The exit codes; CI jobs depend on them. */
export const exitCodes = {
  /** Completed within its limits. */
  done: 0,
  /** The failure ratio or another limit was exceeded, or files could not be written. */
  limitCrossed: 1,
  /** Wrong input; nothing was sent. */
  wrongInput: 2,
  /**
   * The DMS or its database could not be reached or refused the login, fixtures could not be prepared, a scenario was
   * refused from the start, or the local DMS exited during the load.
   */
  notReady: 3,
  /** A defect of this program. */
  defect: 4,
  /** Interrupted; results until then are written. */
  interrupted: 130
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]
