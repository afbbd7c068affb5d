/** The agents of a command, and where they join. */
import type { OnAgentLost } from "../domain/AgentsOfRun.ts"

/** PEM files of the server that agents connect to. */
export interface AgentsTls {
  readonly certFile: string
  readonly keyFile: string
  /** Agents then need a certificate that one of these authorities signed. */
  readonly clientCaFile: string | undefined
}

export interface AgentsOptions {
  /** Number of agents that send the load together, >= 1. */
  readonly count: number
  /** Where they join: an address of this machine, and a port; 0 is any that is free. */
  readonly listen: { readonly host: string; readonly port: number }
  /** How long to wait for all of them to join. */
  readonly withinMillis: number
  readonly onLost: OnAgentLost
  /** Contains the secret that agents send when they join. */
  readonly joinTokenFile: string
  /** `undefined`: without TLS. */
  readonly tls: AgentsTls | undefined
}
