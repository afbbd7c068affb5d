/** Operations as `POST /batch` takes them. */
import type { Operation } from "../domain/Operation.ts"
import { type ResourceNaming, spell } from "../domain/Resource.ts"

const utf8 = new TextEncoder()

/**
 * The body of a batch, UTF-8 JSON: `[{"op":"delete","resource":"students","naturalKey":{...}}]`.
 *
 * @param naming how this server spells resources
 */
export const encodeBatch = (operations: ReadonlyArray<Operation>, naming: ResourceNaming): Uint8Array =>
  utf8.encode(
    JSON.stringify(
      operations.map((operation) => {
        const { op } = operation
        const resource = spell(operation.resource, naming)
        switch (op) {
          case "create":
            return { op, resource, document: operation.document }
          case "update":
            return { op, resource, ...operation.target, document: operation.document }
          case "delete":
            return { op, resource, ...operation.target }
        }
      })
    )
  )
