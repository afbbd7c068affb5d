/** The exit code of each error that ends a command. */
import { type ExitCode, exitCodes } from "./exitCodes.ts"

/** By the tag of the error. */
export const failureCodes = {
  UnknownCommand: exitCodes.wrongInput,
  WrongSettings: exitCodes.wrongInput,
  UnreadableRun: exitCodes.wrongInput,
  SpecificationUnusable: exitCodes.wrongInput,
  KeysExhausted: exitCodes.wrongInput,
  RouteUnusable: exitCodes.wrongInput,
  OutputNotWritable: exitCodes.wrongInput,
  PlanFolderUnusable: exitCodes.wrongInput,
  PortUnavailable: exitCodes.wrongInput,
  PageUnavailable: exitCodes.wrongInput,
  PageNotWritable: exitCodes.limitCrossed,
  AgentsUnusable: exitCodes.wrongInput,
  AgentsMissing: exitCodes.notReady,
  AgentNotReady: exitCodes.notReady,
  AgentEnded: exitCodes.notReady,
  DmsUnreachable: exitCodes.notReady,
  InsecureAddress: exitCodes.notReady,
  LoginRefused: exitCodes.notReady,
  SpecificationsUnavailable: exitCodes.notReady,
  TokenUnavailable: exitCodes.notReady,
  BatchUnsupported: exitCodes.notReady,
  NamingUnknown: exitCodes.notReady,
  ChangeQueriesUnavailable: exitCodes.notReady,
  ChangeStateAhead: exitCodes.notReady,
  ChangeStateUnreadable: exitCodes.wrongInput,
  FixtureMissing: exitCodes.notReady,
  FixtureRefused: exitCodes.notReady,
  ReadNotReady: exitCodes.notReady,
  ScenarioNotReady: exitCodes.notReady,
  LocalDmsFailed: exitCodes.notReady,
  StoreUnavailable: exitCodes.notReady,
  DatabaseUnreachable: exitCodes.notReady,
  ProcessesUnreadable: exitCodes.notReady
} as const satisfies Readonly<Record<string, ExitCode>>
