/** One setting of a command: its flag, its variable, the values it accepts and its meaning. */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"

/**
 * `text` takes one value; `list` may be repeated or comma-separated; `switch` needs no value; `secret` is
 * `Redacted` from the flag on and appears in no message.
 */
export type SettingKind = "text" | "list" | "switch" | "secret"

/** The sections of the help, in their order. */
export const settingGroups = [
  "target",
  "server",
  "load",
  "scenarios",
  "objectives",
  "search",
  "slices",
  "thresholds",
  "faults",
  "agents",
  "output",
  "advanced"
] as const
export type SettingGroup = (typeof settingGroups)[number]

export interface Setting {
  /** The section of the help that lists it. */
  readonly group: SettingGroup
  /** One letter. */
  readonly alias?: string
  /** A second spelling of the flag, without its dashes. */
  readonly alsoNamed?: string
  /** Its names in older versions, which are refused with the new ones. */
  readonly formerly?: { readonly flag: string; readonly variable: string }
  /** The environment variable; without one the setting is a flag only. */
  readonly variable?: string
  readonly kind?: SettingKind
  /** What is accepted, completing "accepts ...". */
  readonly accepts: string
  /** The words that shell completion offers. */
  readonly values?: ReadonlyArray<string>
  /** The text that is decoded if no value is given. */
  readonly fallback?: string
  /** The default as help and documentation show it; the fallback if left out. */
  readonly defaultText?: string
  /** One line. */
  readonly help: string
}

const SettingId = Symbol.for("edfi-perf/settings/Setting")

/** A required member of a settings struct: its text decodes with `schema`. */
export const setting = <A, I>(schema: Schema.Schema<A, I>, meta: Setting & { readonly fallback: string }) =>
  Schema.propertySignature(schema).annotations({ [SettingId]: meta })

/** A member that stays `undefined` if no value is given. */
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
