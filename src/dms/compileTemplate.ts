/** Makes the template of a pattern. */
import type * as Either from "effect/Either"
import type { BatchPattern } from "../domain/BatchPattern.ts"
import type { ResourceNaming } from "../domain/Resource.ts"
import type { BatchTemplate } from "./BatchTemplate.ts"
import { compileKeyedTemplate } from "./keyedTemplate.ts"
import { compileVariantTemplate } from "./variantTemplate.ts"

/** @returns the template, or why the pattern has none; its batches are then encoded one by one */
export const compileTemplate = (
  pattern: BatchPattern,
  naming: ResourceNaming
): Either.Either<BatchTemplate, string> =>
  pattern.keysIn === undefined
    ? compileVariantTemplate(pattern, naming)
    : compileKeyedTemplate(pattern, pattern.keysIn, naming)
