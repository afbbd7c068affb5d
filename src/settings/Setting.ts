/** One setting of a command: how it is named on each of its ways in, what it accepts and what it means. */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"

/**
 * `text` takes one value; `list` may be repeated or comma-separated; `switch` needs no value; `secret` is
 * `Redacted` from the flag on and appears in no message.
 */
export type SettingKind = "text" | "list" | "switch" | "secret"

export interface Setting {
  /** One letter. */
  readonly alias?: string
  /** The environment variable. */
  readonly variable: string
  readonly kind?: SettingKind
  /** What is accepted, completing "accepts ...". */
  readonly accepts: string
  /** What is decoded when nothing was given. */
  readonly fallback?: string
  /** What the help says of the default; the fallback unless this is given. */
  readonly defaultText?: string
  readonly help: string
}

const SettingId = Symbol.for("edfi-perf/settings/Setting")

/** A required member of a settings struct: its text decodes with `schema`. */
export const setting = <A, I>(schema: Schema.Schema<A, I>, meta: Setting & { readonly fallback: string }) =>
  Schema.propertySignature(schema).annotations({ [SettingId]: meta })

/** A member that stays `undefined` when nothing was given. */
export const optionalSetting = <A, I>(schema: Schema.Schema<A, I>, meta: Setting) =>
  Schema.optional(schema).annotations({ [SettingId]: meta })

export interface NamedSetting extends Setting {
  /** The flag without its dashes, and the member of the struct. */
  readonly name: string
  readonly kind: SettingKind
}

/** The settings of a struct whose members were all made with `setting` or `optionalSetting`, in order. */
export const settingsOf = (struct: { readonly ast: SchemaAST.AST }): ReadonlyArray<NamedSetting> =>
  SchemaAST.getPropertySignatures(struct.ast).flatMap((property) =>
    Option.match(SchemaAST.getAnnotation<Setting>(SettingId)(property), {
      onNone: () => [],
      onSome: (meta) => [{ kind: "text", ...meta, name: String(property.name) }]
    })
  )

/** The last sentence of a setting's help: `default 10; CLIENT_COUNT`. */
export const describe = ({ defaultText, fallback, help, variable }: NamedSetting): string =>
  `${help} (default ${defaultText ?? fallback ?? "none"}; ${variable})`
