import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { jsonText } from "../../src/result/jsonText.ts"

describe("the text of a document", () => {
  it("has a line for each point of a timeline, wherever it is", () => {
    const text = jsonText({
      name: "a",
      used: [
        {
          timeline: [
            { at: 1, is: [2] },
            { at: 2, is: [] }
          ]
        }
      ],
      none: []
    })
    assert.strictEqual(
      text,
      [
        "{",
        '  "name": "a",',
        '  "used": [',
        "    {",
        '      "timeline": [',
        '        {"at":1,"is":[2]},',
        '        {"at":2,"is":[]}',
        "      ]",
        "    }",
        "  ],",
        '  "none": []',
        "}"
      ].join("\n")
    )
  })

  it("is that of JSON.stringify with two blanks, without timelines", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.jsonValue(), (value) => {
        FastCheck.pre(!JSON.stringify(value).includes('"timeline"'))
        assert.strictEqual(jsonText(value), JSON.stringify(value, null, 2))
      })
    )
  })

  it("can be read again", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.jsonValue(), (value) => {
        const document = { timeline: [value], other: { timeline: value } }
        assert.deepStrictEqual(JSON.parse(jsonText(document)), JSON.parse(JSON.stringify(document)))
      })
    )
  })
})
