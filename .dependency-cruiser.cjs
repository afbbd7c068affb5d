// The room rules: who may import whom under src/ (docs/architecture.md draws them), and no cycles anywhere.
// A room not named on the right of its row cannot be imported; bin.ts and index.ts may import any room.
const rooms = {
  domain: [],
  metrics: ["domain"],
  schema: ["domain"],
  engine: ["domain", "metrics"],
  wire: ["domain"],
  dms: ["domain", "wire"],
  documents: ["domain", "schema"],
  fixtures: ["domain", "wire", "dms", "documents", "schema"],
  scenarios: ["domain", "engine", "dms", "documents", "fixtures"],
  workers: ["domain", "metrics", "engine", "wire", "dms", "documents", "fixtures", "scenarios"],
  agents: ["domain", "metrics", "engine", "wire", "dms", "workers"],
  result: ["domain", "metrics"],
  output: ["domain", "metrics", "schema", "result"],
  database: ["domain", "metrics", "result"],
  processes: ["domain", "metrics", "result"],
  studies: ["domain", "metrics", "result"],
  plans: ["domain", "result"],
  compare: ["domain", "metrics", "result"],
  page: ["domain", "metrics", "result"],
  web: ["domain", "metrics", "result"],
  otlp: ["result"],
  run: [
    "domain",
    "metrics",
    "engine",
    "schema",
    "dms",
    "documents",
    "fixtures",
    "scenarios",
    "workers",
    "agents",
    "result",
    "output",
    "database",
    "processes",
    "studies"
  ],
  settings: ["domain", "engine", "agents", "run", "compare", "local-dms"],
  "local-dms": ["domain"]
}

const roomRules = Object.entries(rooms).map(([room, allowed]) => ({
  name: `room-${room}`,
  comment: `src/${room} may import ${["itself", ...allowed].join(", ")} and packages`,
  severity: "error",
  from: { path: `^src/${room}/` },
  to: { path: "^src/", pathNot: [room, ...allowed].map((name) => `^src/${name}/`) }
}))

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    ...roomRules,
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "domain-knows-effect-only",
      severity: "error",
      from: { path: "^src/domain/" },
      to: { pathNot: ["^src/domain/", "node_modules/effect/"] }
    },
    {
      name: "engine-knows-no-http",
      severity: "error",
      from: { path: "^src/(engine|metrics|schema|documents|scenarios)/" },
      to: { path: "node_modules/(undici|@effect/platform)" }
    },
    {
      name: "no-effect-schema-package",
      comment: "Schema comes from effect: docs/decisions/0001-effect-3.md",
      severity: "error",
      from: {},
      to: { path: "@effect/schema" }
    }
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "types", "node"] }
  }
}
