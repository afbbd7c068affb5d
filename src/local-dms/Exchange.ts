/** A request and its reply as the handler sees them, whether they travel over a socket or stay in memory. */

export interface Request {
  /** Upper case. */
  readonly method: string
  /** Path and query: `/data/ed-fi/students?limit=5`. */
  readonly target: string
  /** Scheme and host as the client wrote them, `http://localhost:8080`: where answered URLs begin. */
  readonly root: string
  /** By lower-case name. */
  readonly headers: { readonly [name: string]: string | undefined }
  readonly body: string
  /** The body was longer than `maxBodyBytes`; `body` is then empty. */
  readonly tooLong: boolean
}

/** Longest body read. @see contract section 3, Kestrel's 10 MiB */
export const maxBodyBytes = 10 * 1024 * 1024

export interface Answer {
  readonly _tag: "Answer"
  readonly status: number
  readonly headers: { readonly [name: string]: string }
  readonly body: string
}

/** The connection is torn down instead of an answer. */
export interface Reset {
  readonly _tag: "Reset"
}

export type Reply = Answer | Reset

export const reset: Reset = { _tag: "Reset" }

const jsonHeaders = { "content-type": "application/json; charset=utf-8" }

export const empty = (status: number, headers: Answer["headers"] = {}): Answer => ({
  _tag: "Answer",
  status,
  headers,
  body: ""
})

/** @param body the JSON text */
export const jsonText = (status: number, body: string, headers: Answer["headers"] = {}): Answer => ({
  _tag: "Answer",
  status,
  headers: { ...jsonHeaders, ...headers },
  body
})

export const json = (status: number, body: unknown, headers?: Answer["headers"]): Answer =>
  jsonText(status, JSON.stringify(body), headers)
