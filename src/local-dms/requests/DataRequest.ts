/** A request for documents of one resource, and what comes of it. */
import type * as Exchange from "../Exchange.ts"
import type { ResourceModel } from "../model/ResourceModel.ts"
import type { ServerState } from "../ServerState.ts"
import type { Write } from "../Stats.ts"

export interface DataRequest {
  readonly server: ServerState
  readonly request: Exchange.Request
  readonly model: ResourceModel
  readonly nowMillis: number
}

/** The response, and the write that is counted after the commit. */
export interface Outcome {
  readonly response: Exchange.Response
  readonly write?: Write
}
