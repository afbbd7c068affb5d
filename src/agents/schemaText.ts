/** The encoded form of a schema as a text that changes whenever the form does. */
import type * as SchemaAST from "effect/SchemaAST"

const textOf = (ast: SchemaAST.AST, open: ReadonlySet<SchemaAST.AST>): string => {
  switch (ast._tag) {
    case "Transformation":
    case "Refinement":
      return textOf(ast.from, open)
    case "Suspend":
      return open.has(ast) ? "itself" : textOf(ast.f(), new Set([...open, ast]))
    case "TypeLiteral": {
      const members = ast.propertySignatures.map(
        ({ isOptional, name, type }) => `${String(name)}${isOptional ? "?" : ""}:${textOf(type, open)}`
      )
      const records = ast.indexSignatures.map(
        ({ parameter, type }) => `[${textOf(parameter, open)}]:${textOf(type, open)}`
      )
      return `{${[...members, ...records].join(";")}}`
    }
    case "TupleType": {
      const elements = ast.elements.map(
        ({ isOptional, type }) => `${textOf(type, open)}${isOptional ? "?" : ""}`
      )
      return `[${[...elements, ...ast.rest.map(({ type }) => `...${textOf(type, open)}`)].join(",")}]`
    }
    case "Union":
      return ast.types.map((type) => textOf(type, open)).join("|")
    default:
      return String(ast)
  }
}

/** @example schemaText(Schema.Struct({ load: Schema.NonNegativeInt }).ast) // "{load:number}" */
export const schemaText = (ast: SchemaAST.AST): string => textOf(ast, new Set())
