/** Encodes operations for `POST /batch`. */
import type { Operation } from "../domain/Operation.ts"
import { type ResourceNaming, spell } from "../domain/Resource.ts"

const utf8 = new TextEncoder()

/**
 * One operation as JSON: `{"op":"delete","resource":"students","naturalKey":{...}}`.
 *
 * @param naming the spelling of resources that the server expects
 */
export const encodeOperation = (operation: Operation, naming: ResourceNaming): string => {
  const { op } = operation
  const resource = spell(operation.resource, naming)
  switch (op) {
    case "create":
      return JSON.stringify({ op, resource, document: operation.document })
    case "update":
      return JSON.stringify({ op, resource, ...operation.target, document: operation.document })
    case "delete":
      return JSON.stringify({ op, resource, ...operation.target })
  }
}

/** The body of a batch: its operations as a JSON array, UTF-8. */
export const encodeBatch = (operations: ReadonlyArray<Operation>, naming: ResourceNaming): Uint8Array =>
  utf8.encode(`[${operations.map((operation) => encodeOperation(operation, naming)).join(",")}]`)
