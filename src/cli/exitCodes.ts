/** What the command's exit codes mean; part of the contract with CI jobs. */
export const exitCodes = {
  /** The run was done and kept its limits. */
  done: 0,
  /** The run was done, but its failure ratio or another limit was crossed, or its files could not be written. */
  limitCrossed: 1,
  /** Wrong input; nothing was sent. */
  wrongInput: 2,
  /**
   * The DMS, or the database to be read, could not be reached or refused the login, fixtures could not be prepared, or a
   * scenario was refused from the start.
   */
  notReady: 3,
  /** A defect of ours. */
  defect: 4,
  /** Interrupted; everything until then was counted and written. */
  interrupted: 130
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]
