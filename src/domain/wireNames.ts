/** What can send the requests of a load: `node:net` with a parser of our own, or undici. */
export const wireNames = ["node", "undici"] as const
export type WireName = (typeof wireNames)[number]
