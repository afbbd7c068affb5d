/**
 * The diagnostics channel that our wire tells of each connection that it has opened, as undici does on its own: messages are
 * `{ socket }`, and end with the `close` event of the socket.
 */
export const connectedChannel = "edfi-perf:connected"
