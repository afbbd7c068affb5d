/** The files of `deploy/` against their formats, the command and each other. */
import { assert, describe, it } from "@effect/vitest"
import { Ajv2019 } from "ajv/dist/2019.js"
import * as Schema from "effect/Schema"
import { agentCommandSettings } from "../../src/settings/AgentConfig.ts"
import { runSettings } from "../../src/settings/RunConfig.ts"
import {
  composeSchema,
  copiedPaths,
  documentsOf,
  imageLines,
  interpolated,
  kubernetesProblems,
  read,
  root
} from "./manifests.ts"
import { existsSync } from "node:fs"

const kubernetes = ["agents", "coordinator"].flatMap((name) => documentsOf(`deploy/kubernetes/${name}.yaml`))

const Container = Schema.Struct({
  image: Schema.String,
  args: Schema.Array(Schema.String),
  resources: Schema.Struct({ requests: Schema.Unknown, limits: Schema.Unknown })
})

const Job = Schema.Struct({
  kind: Schema.Literal("Job"),
  metadata: Schema.Struct({ name: Schema.String }),
  spec: Schema.Struct({
    completionMode: Schema.optional(Schema.String),
    completions: Schema.Int,
    parallelism: Schema.Int,
    backoffLimit: Schema.Int,
    template: Schema.Struct({
      spec: Schema.Struct({
        restartPolicy: Schema.String,
        automountServiceAccountToken: Schema.Boolean,
        affinity: Schema.Struct({ podAntiAffinity: Schema.Struct({}) }),
        containers: Schema.Tuple(Container)
      })
    })
  })
})

const jobs = kubernetes.filter(Schema.is(Job))
const jobNamed = (name: string) =>
  jobs.find(({ metadata }) => metadata.name === name) ?? assert.fail(`there is no Job ${name}`)
const [agents, coordinator] = [jobNamed("edfi-perf-agents"), jobNamed("edfi-perf-coordinator")]
const argsOf = ({ spec }: typeof agents) => spec.template.spec.containers[0].args

const Compose = Schema.Struct({
  services: Schema.Record({
    key: Schema.String,
    value: Schema.Struct({
      command: Schema.Array(Schema.String),
      deploy: Schema.optional(Schema.Struct({ replicas: Schema.Int }))
    })
  })
})

const composeText = read("deploy/compose.yaml")

/** The flags of arguments that are not flags of the command, which is the first one. */
const unknownFlags = ([command = "", ...words]: ReadonlyArray<string>): ReadonlyArray<string> => {
  const known = new Set((command === "agent" ? agentCommandSettings : runSettings).map(({ name }) => name))
  return words.flatMap((word) => /^--(\w+)/.exec(word)?.[1] ?? word).filter((name) => !known.has(name))
}

describe("deploy/kubernetes", () => {
  it("has documents that the types of the Kubernetes API accept", () => {
    assert.deepStrictEqual(kubernetesProblems(kubernetes), [])
  })

  it("would be told of a misspelt member and of values of a wrong type", () => {
    const container = { name: "agent", image: "edfi-perf" }
    const job = (spec: object, more: object = {}) => ({
      apiVersion: "batch/v1",
      kind: "Job",
      spec: {
        template: { spec: { containers: [{ ...container, ...more }], restartPolicy: "Never" } },
        ...spec
      }
    })
    const problems = kubernetesProblems([
      job({ backofLimit: 0 }),
      job({ completions: "3" }),
      job({}, { args: "agent" })
    ])
    assert.strictEqual(problems.length, 3)
    assert.include(problems[0], "backofLimit")
  })

  it("starts as many agents as the coordinator waits for, and none of them again", () => {
    const { backoffLimit, completionMode, completions, parallelism, template } = agents.spec
    assert.deepStrictEqual([completionMode, parallelism, backoffLimit], ["Indexed", completions, 0])
    assert.strictEqual(template.spec.restartPolicy, "Never")
    assert.include(argsOf(coordinator), `--agents=${completions}`)
    assert.include(argsOf(agents), "--once")
  })

  it("gives each pod processors of its own, and none of them access to the API of Kubernetes", () => {
    for (const { spec } of jobs) {
      const { automountServiceAccountToken, containers } = spec.template.spec
      assert.isFalse(automountServiceAccountToken)
      assert.deepStrictEqual(containers[0].resources.requests, containers[0].resources.limits)
    }
    const kinds = kubernetes.map(
      (document) => Schema.decodeUnknownSync(Schema.Struct({ kind: Schema.String }))(document).kind
    )
    assert.sameMembers(kinds, ["Job", "Job", "Service", "PersistentVolumeClaim"])
  })

  it("has no flag that the command does not have", () => {
    assert.deepStrictEqual([...unknownFlags(argsOf(agents)), ...unknownFlags(argsOf(coordinator))], [])
    assert.deepStrictEqual(unknownFlags(["run", "--agentz=3"]), ["agentz"])
  })

  it("has agents that dial the name of the Service and the port on which the coordinator listens", () => {
    assert.include(argsOf(agents), "--join=wss://edfi-perf-coordinator:7077")
    assert.include(argsOf(coordinator), "--agentsListen=0.0.0.0:7077")
  })
})

describe("deploy/compose.yaml", () => {
  const ajv = new Ajv2019({ strict: false, allErrors: true, validateFormats: false })
  // Its `id` members are those of an older draft; every reference is by path.
  const validate = ajv.removeKeyword("id").compile(composeSchema())
  const problemsIn = (value: unknown) =>
    validate(value)
      ? []
      : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)

  it("is valid by the Compose specification", () => {
    assert.deepStrictEqual(documentsOf("compose", interpolated(composeText, {})).flatMap(problemsIn), [])
    const misspelt = composeText.replace("stop_grace_period", "stop_grace_perid")
    assert.isAbove(documentsOf("compose", interpolated(misspelt, {})).flatMap(problemsIn).length, 0)
  })

  it("starts as many agents as the coordinator waits for", () => {
    for (const variables of [{}, { AGENTS: "4" }]) {
      const [document] = documentsOf("compose", interpolated(composeText, variables))
      const { services } = Schema.decodeUnknownSync(Compose)(document)
      const replicas = services["agent"]?.deploy?.replicas
      const unknown = Object.values(services).flatMap(({ command }) => unknownFlags(command))
      assert.deepStrictEqual(unknown, [])
      assert.include(services["coordinator"]?.command ?? [], `--agents=${replicas}`)
    }
  })
})

describe("deploy/Dockerfile", () => {
  const [image = "", ...copied] = imageLines()

  it("has an image of Node that the package supports", () => {
    assert.match(image, /^FROM node:(?:22|24)-\w+-slim$/)
  })

  it("copies what the command reads: all of it is in the repository or made by the build", () => {
    const sources = copiedPaths()
    assert.sameMembers(
      [...sources],
      ["package.json", "LICENSE", "dist/bin.js", "dist/bundle", "mixtures", "plans"]
    )
    for (const path of sources) assert.isTrue(path.startsWith("dist/") || existsSync(`${root}${path}`), path)
  })

  it("runs the command without a shell, as a user that is not root", () => {
    assert.include(copied, "USER 1000:1000")
    assert.include(copied, 'ENTRYPOINT ["node", "/app/dist/bin.js"]')
    assert.isFalse(copied.some((line) => line.startsWith("RUN ")))
  })
})
