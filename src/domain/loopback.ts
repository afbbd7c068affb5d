/** Whether an address is on this machine. */

/**
 * Whether only this machine reaches an address.
 *
 * @param host without brackets: `localhost`, `127.0.0.1`, `::1`
 */
export const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host)

/**
 * Whether a server is on this machine, as far as its address tells.
 *
 * @example isOnThisMachine("http://127.0.0.1:8080/api") // true
 * @example isOnThisMachine("https://dms.example.org") // false
 */
export const isOnThisMachine = (url: string): boolean =>
  URL.canParse(url) && isLoopback(new URL(url).hostname.replace(/^\[(.*)\]$/, "$1"))
