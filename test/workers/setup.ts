/** The setup that the coordinator of these tests sends to its workers. */
import * as Duration from "effect/Duration"
import * as Redacted from "effect/Redacted"
import { Setup } from "../../src/workers/messages.ts"

const login = { key: Redacted.make("key"), secret: Redacted.make("the-secret") }

export const setup = new Setup({
  dms: {
    baseUrl: "http://dms.test",
    ignoreCertificateErrors: false,
    requestTimeout: Duration.seconds(20),
    maxResponseBytes: 16 * 1024 * 1024,
    wire: "undici",
    retryTransport: false,
    strictDecoding: false,
    resourceNaming: "endpoint"
  },
  urls: {
    data: "http://dms.test/data",
    oauth: new URL("http://dms.test/oauth/token"),
    batch: new URL("http://dms.test/batch")
  },
  bearer: Redacted.make("token-1"),
  login,
  scenarios: [{ name: "StudentBatchVolumeTest", batchTripleCount: 1 }],
  modules: [],
  seed: 255901,
  logSamples: false
})

/** The configuration of the coordinator. */
export const dmsConfig = { ...setup.dms, ...login }
