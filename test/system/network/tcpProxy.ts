/**
 * Forwards TCP connections: `tsx tcpProxy.ts LISTEN_HOST:PORT TARGET_HOST:PORT [DELAY_MILLIS [STALL_EVERY STALL_MILLIS]]`. Each chunk
 * arrives after the delay; every so many chunks one arrives later by the stall, with all that follow it, which is what TCP
 * makes of a lost packet. Prints a line when it listens.
 */
import { connect, createServer, type Socket } from "node:net"

const [listen = "", target = "", ...numbers] = process.argv.slice(2)
const [delayMillis = 0, stallEvery = 0, stallMillis = 0] = numbers.map(Number)

const hostAndPort = (text: string) => {
  const at = text.lastIndexOf(":")
  return { host: text.slice(0, at), port: Number(text.slice(at + 1)) }
}

let chunks = 0

/** When the next chunk may arrive; chunks keep their order. */
const forward = (from: Socket, to: Socket): void => {
  let notBefore = 0
  const later = (action: () => void) => {
    const now = performance.now()
    notBefore = Math.max(notBefore, now + delayMillis)
    if (notBefore <= now) action()
    else setTimeout(action, notBefore - now)
  }
  from.on("data", (chunk) => {
    chunks++
    if (stallEvery > 0 && chunks % stallEvery === 0) notBefore = performance.now() + delayMillis + stallMillis
    later(() => to.write(chunk))
  })
  from.on("end", () => later(() => to.end()))
  from.on("close", () => later(() => to.destroy()))
  from.on("error", () => to.destroy())
}

createServer((client) => {
  const server = connect(hostAndPort(target))
  for (const socket of [client, server]) socket.setNoDelay(true)
  forward(client, server)
  forward(server, client)
}).listen(hostAndPort(listen), () => process.stdout.write(`forwarding ${listen} to ${target}\n`))
