/**
 * JMeter's test plan, written for a load: threads that send batches until they are ended. Documents are built for every
 * request by JMeter's own functions: a counter for the key, `__V` with a random index for names. Every answer is checked
 * by assertions, and the first wrong one ends the test.
 */

const escapeXml = (text: string): string => text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`)

const property = (kind: string, name: string, value: string | number | boolean): string =>
  `<${kind}Prop name="${name}">${escapeXml(String(value))}</${kind}Prop>`

/** A variable of the plan, as in "User Defined Variables". */
const argument = (name: string, value: string): string =>
  `<elementProp name="${escapeXml(name)}" elementType="Argument">${[
    property("string", "Argument.name", name),
    property("string", "Argument.value", value),
    property("string", "Argument.metadata", "=")
  ].join("")}</elementProp>`

/** `${__V(first${__Random(0,263,f4)})}`: any of the names, whose number is then known as `f4`. */
const anyOf = (list: string, count: number, index: string): string =>
  `\${__V(${list}\${__Random(0,${count - 1},${index})})}`

/** The three operations of the student at one place of the batch. */
const triple = (at: number, names: number): string => {
  const key = `\${__threadNum}-\${n}-${at}`
  const document = (firstName: string, rest: string): string =>
    `{"studentUniqueId":"${key}","firstName":"${firstName}",${rest}}`
  const first = `\${__V(first\${f${at}})}`
  const created = [
    `"middleName":"${anyOf("first", names, `m${at}`)}"`,
    `"lastSurname":"${anyOf("last", names, `l${at}`)}"`,
    `"preferredFirstName":"${first}"`,
    `"personalTitlePrefix":"${anyOf("title", 3, `t${at}`)}"`,
    `"generationCodeSuffix":"${anyOf("suffix", 4, `s${at}`)}"`,
    `"birthDate":"\${__Random(2007,2019,y${at})}-0\${__Random(1,9,o${at})}-\${__Random(10,28,d${at})}"`,
    `"birthCity":"${anyOf("city", names, `c${at}`)}"`,
    `"multipleBirthStatus":false`
  ].join(",")
  const updated = [
    `"middleName":"\${__V(first\${m${at}})}"`,
    `"lastSurname":"\${__V(last\${l${at}})}"`,
    `"preferredFirstName":"${first}"`,
    `"personalTitlePrefix":"\${__V(title\${t${at}})}"`,
    `"generationCodeSuffix":"\${__V(suffix\${s${at}})}"`,
    `"birthDate":"\${y${at}}-0\${o${at}}-\${d${at}}"`,
    `"birthCity":"\${__V(city\${c${at}})}"`,
    `"multipleBirthStatus":false`
  ].join(",")
  const target = `"naturalKey":{"studentUniqueId":"${key}"}`
  return [
    `{"op":"create","resource":"students","document":${document(anyOf("first", names, `f${at}`), created)}}`,
    `{"op":"update","resource":"students",${target},"document":${document(`${first} Updated`, updated)}}`,
    `{"op":"delete","resource":"students",${target}}`
  ].join(",")
}

const header = (name: string, value: string): string =>
  `<elementProp name="${name}" elementType="Header">${property("string", "Header.name", name)}${property("string", "Header.value", value)}</elementProp>`

/** Test type 2: the field contains the pattern. "Asserion" is JMeter's own spelling. */
const assertion = (field: string, pattern: string): string =>
  `<ResponseAssertion guiclass="AssertionGui" testclass="ResponseAssertion" testname="${field}" enabled="true">
<collectionProp name="Asserion.test_strings">${property("string", "pattern", pattern)}</collectionProp>
${property("string", "Assertion.test_field", `Assertion.${field}`)}${property("bool", "Assertion.assume_success", false)}${property("int", "Assertion.test_type", 2)}
</ResponseAssertion><hashTree/>`

/** The plan as JMX. @param people rows of `firstName,lastSurname,birthCity` */
export const jmeterPlan = (load: {
  readonly url: string
  readonly users: number
  readonly triples: number
  readonly people: string
}): string => {
  const { people, triples, url, users } = load
  const { hostname, port } = new URL(url)
  const rows = people
    .trim()
    .split("\n")
    .map((row) => row.split(","))
  const variables = [
    ...rows.flatMap(([first = "", last = "", city = ""], index) => [
      argument(`first${index}`, first),
      argument(`last${index}`, last),
      argument(`city${index}`, city)
    ]),
    ...["Mr", "Ms", "Mx"].map((title, index) => argument(`title${index}`, title)),
    ...["Jr", "Sr", "II", "III"].map((suffix, index) => argument(`suffix${index}`, suffix))
  ]
  const operations = Array.from({ length: triples }, (_, at) => triple(at, rows.length))
  const outcomes = ["create", "update", "delete"].map(
    (op) => `\\{"index":\\d+,"status":"success","op":"${op}","resource":"[a-z]+","documentId":"[^"]+"\\}`
  )
  return `<?xml version="1.0" encoding="UTF-8"?>
<jmeterTestPlan version="1.2" properties="2.8">
<hashTree>
<TestPlan guiclass="TestPlanGui" testclass="TestPlan" testname="batches" enabled="true">
<elementProp name="TestPlan.user_defined_variables" elementType="Arguments"><collectionProp name="Arguments.arguments">${variables.join("\n")}</collectionProp></elementProp>
</TestPlan>
<hashTree>
<ThreadGroup guiclass="ThreadGroupGui" testclass="ThreadGroup" testname="users" enabled="true">
${property("string", "ThreadGroup.on_sample_error", "stoptestnow")}
<elementProp name="ThreadGroup.main_controller" elementType="LoopController">${property("bool", "LoopController.continue_forever", false)}${property("int", "LoopController.loops", -1)}</elementProp>
${property("string", "ThreadGroup.num_threads", users)}${property("string", "ThreadGroup.ramp_time", 0)}
</ThreadGroup>
<hashTree>
<CounterConfig guiclass="CounterConfigGui" testclass="CounterConfig" testname="n" enabled="true">
${property("string", "CounterConfig.start", 1)}${property("string", "CounterConfig.incr", 1)}${property("string", "CounterConfig.name", "n")}${property("string", "CounterConfig.format", "")}${property("bool", "CounterConfig.per_user", true)}
</CounterConfig><hashTree/>
<HeaderManager guiclass="HeaderPanel" testclass="HeaderManager" testname="headers" enabled="true">
<collectionProp name="HeaderManager.headers">${header("content-type", "application/json")}${header("authorization", "Bearer bench-token")}</collectionProp>
</HeaderManager><hashTree/>
<HTTPSamplerProxy guiclass="HttpTestSampleGui" testclass="HTTPSamplerProxy" testname="batch" enabled="true">
${property("bool", "HTTPSampler.postBodyRaw", true)}
<elementProp name="HTTPsampler.Arguments" elementType="Arguments"><collectionProp name="Arguments.arguments"><elementProp name="" elementType="HTTPArgument">${property("bool", "HTTPArgument.always_encode", false)}${property("string", "Argument.value", `[${operations.join(",")}]`)}${property("string", "Argument.metadata", "=")}</elementProp></collectionProp></elementProp>
${property("string", "HTTPSampler.domain", hostname)}${property("string", "HTTPSampler.port", port)}${property("string", "HTTPSampler.protocol", "http")}${property("string", "HTTPSampler.contentEncoding", "UTF-8")}${property("string", "HTTPSampler.path", "/batch")}${property("string", "HTTPSampler.method", "POST")}${property("bool", "HTTPSampler.use_keepalive", true)}${property("string", "HTTPSampler.implementation", "HttpClient4")}
</HTTPSamplerProxy>
<hashTree>
${assertion("response_code", "200")}
${assertion("response_data", `^\\[(${outcomes.join(",")},?){${triples}}\\]$`)}
</hashTree>
</hashTree>
</hashTree>
</hashTree>
</jmeterTestPlan>
`
}
