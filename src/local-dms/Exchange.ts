/** Requests and replies as the handler sees them, over a socket or in memory. */

export interface Request {
  /** Upper case. */
  readonly method: string
  /** Path and query: `/data/ed-fi/students?limit=5`. */
  readonly target: string
  /** Scheme and host as sent by the client, `http://localhost:8080`: the base of URLs in responses. */
  readonly root: string
  /** Keyed by lower-case name. */
  readonly headers: { readonly [name: string]: string | undefined }
  readonly body: string
  /** The body is longer than `maxBodyBytes`; `body` is then empty. */
  readonly tooLong: boolean
}

/** Maximum size of a body. @see contract section 3, Kestrel's 10 MiB */
export const maxBodyBytes = 10 * 1024 * 1024

export interface Response {
  readonly _tag: "Response"
  readonly status: number
  readonly headers: { readonly [name: string]: string }
  readonly body: string
}

/** The connection is reset instead of a response. */
export interface Reset {
  readonly _tag: "Reset"
}

export type Reply = Response | Reset

export const reset: Reset = { _tag: "Reset" }

const jsonHeaders = { "content-type": "application/json; charset=utf-8" }

export const empty = (status: number, headers: Response["headers"] = {}): Response => ({
  _tag: "Response",
  status,
  headers,
  body: ""
})

/** @param body the JSON text */
export const jsonText = (status: number, body: string, headers: Response["headers"] = {}): Response => ({
  _tag: "Response",
  status,
  headers: { ...jsonHeaders, ...headers },
  body
})

export const json = (status: number, body: unknown, headers?: Response["headers"]): Response =>
  jsonText(status, JSON.stringify(body), headers)
