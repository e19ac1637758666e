/**
 * The template model: the object templates, validated, resolved and frozen.
 * All other rooms trust it without further checks.
 */

import type { FieldTypeName } from './field-types/field-types.ts'
import type { Json, JsonObject } from './json.ts'
import type { TargetKeys } from './object-key.ts'
import type { KeptPast, Retain } from './retention/retention.ts'

export type { FieldTypeName }

/** All templates of one registry, in the order of their names. */
export interface TemplateModel {
  readonly templates: readonly Template[]
  readonly byName: ReadonlyMap<string, Template>
  /** The templates whose files are gone and whose objects are still stored, in the order of their names. */
  readonly removed: readonly Template[]
  /** The names of storages that are gone or about to go; no template gets one of them again. */
  readonly spent: readonly string[]
}

export interface Template {
  /** As written, `vm_image`. */
  readonly name: string
  /** Its name in the database: the template's first name, so that renaming a template moves no data. */
  readonly stored: string
  /** The storages that newer templates than these have given it since, with other keys. */
  readonly laterStorages: readonly string[]
  /** The GraphQL type, `VmImage`. */
  readonly typeName: string
  /** The GraphQL field of one object, `vmImage`. */
  readonly fieldName: string
  /** The GraphQL field of many objects, `vmImages`; `plural` in the template or the English plural. */
  readonly pluralName: string
  readonly description: string | undefined
  /** The fields that together identify an object, in the order of `key`; at least one. */
  readonly key: readonly Field[]
  /** All fields, including key fields, in the order of the file. */
  readonly fields: readonly Field[]
  /** By the names of files and by those of GraphQL, which never stand for different fields. */
  readonly fieldByName: ReadonlyMap<string, Field>
  /** The names of fields whose values are unique together; an object that lacks one of them is exempt. */
  readonly unique: readonly (readonly string[])[]
  /** The names of fields that have an index together. */
  readonly indexes: readonly (readonly string[])[]
  readonly additionalFields: boolean
  /** Objects may have attributes that no field named: additional ones are allowed, or were. */
  readonly wasOpen: boolean
  /** Its objects take part in `search`. */
  readonly isSearched: boolean
  /** Its former names, newest first. Some may never have been in use. */
  readonly renamedFrom: readonly string[]
  /** Which objects count as a success: a `where` over the template's own fields, by their names. */
  readonly passed: JsonObject | undefined
  /** The name of the field that says which of several objects is the latest; undefined: the update time does. */
  readonly latestBy: string | undefined
  /** A success older than this counts as stale: a duration in its stored form, `P14D`. */
  readonly staleAfter: string | undefined
  /** How much of what its objects were is kept. */
  readonly keptPast: KeptPast
  /** The past has an index for filters. */
  readonly isPastIndexed: boolean
  /** Which objects stay; undefined: all. */
  readonly retain: Retain | undefined
  /** The other sides of the references that point to this template. */
  readonly reverseFields: readonly ReverseField[]
  /** The fields that the template no longer has and whose values are still stored. */
  readonly removed: readonly Field[]
  /** The template with its former key, whose storage follows this one for the sake of servers that still read it. */
  readonly former: Template | undefined
}

export interface Field {
  /** Its own name, as in the template: in files, on the command line and in `_document`. */
  readonly name: string
  /** Its name in GraphQL: the same, if it has letters, digits and `_` only. */
  readonly graphqlName: string
  /** Its name in documents, `refs`, indexes and cursors: the field's first name, so that renaming a field moves no data. */
  readonly attribute: string
  readonly type: FieldTypeName
  /** The value is a list of `type`. */
  readonly list: boolean
  /** The template says so, or it is a key field. */
  readonly required: boolean
  readonly isKey: boolean
  readonly description: string | undefined
  /** The reason, if the field is deprecated. */
  readonly deprecated: string | undefined
  readonly default: FieldDefault | undefined
  readonly unique: boolean
  readonly indexed: boolean
  /** It is in a list of the template's `unique` or `indexes`. */
  readonly isIndexedTogether?: true
  readonly constraints: FieldConstraints
  /** Which value an object keeps when it is written again; absent: the latest one. */
  readonly merge?: Merge
  /** The members of an `enum`, in their order, by their texts: those have names in GraphQL. Empty for other types. */
  readonly values: readonly string[]
  /** The members of an `object`; empty for other types. Members are never keys, references, unique or indexed. */
  readonly members: readonly Field[]
  /** Set if and only if `type` is `reference`. */
  readonly reference: Reference | undefined
  /** Its former names, newest first. Some may never have been in use. */
  readonly renamedFrom: readonly string[]
  /**
   * What stored values of a former type become, by their texts: values in the form that is stored now, for a list its items. It
   * may be left from an earlier conversion. The record has no prototype.
   */
  readonly convert: Readonly<Record<string, Json>> | undefined
  /**
   * The attributes of the former forms whose values `convert` is about: they alone get back the texts that it replaced. Undefined
   * without `convert`, and in models that were recorded before there was this list; then it is all.
   */
  readonly convertsFrom: readonly string[] | undefined
  /**
   * The field's forms of other types, newest first, each under its own attribute: an attribute never holds values of two types.
   * The database keeps all forms of a value in step. A value that has no form of the present type has only such a form.
   */
  readonly formers: readonly Field[]
  /** What objects get that were written before the field was required. */
  readonly fill: Fill | undefined
  /** Some of these objects may not have been filled yet, or have the value only under a former type that the present one is wider than. */
  readonly isFilling: boolean
  /** Stored objects may break the field's rules, such as `required`, because they are older than the rules. */
  readonly isViolated: boolean
  /** The members that the field no longer has and whose values are still stored. */
  readonly removed: readonly Field[]
}

/**
 * Which of the values that are written one after another stays: the first, the least, the greatest, or that of the write whose field
 * `by` is greatest. All but the first do not depend on the order of the writes.
 */
export type Merge =
  | { readonly kind: 'first' | 'min' | 'max' }
  /** `by` is the field's name. That field is merged by `max` itself. */
  | { readonly kind: 'maxBy'; readonly by: string }

/** The value of a new required field in older objects: a literal, the object's creator, or a uuid made from the object's own. */
export type Fill =
  /** `keys`: of a reference, those of its targets. */
  | { readonly kind: 'literal'; readonly value: Json; readonly keys?: TargetKeys }
  | { readonly kind: 'creator' }
  | { readonly kind: 'uuid' }

export interface FieldConstraints {
  /** A regular expression in RE2 syntax. It may match anywhere in the text, unless the template has anchors. */
  readonly pattern?: string
  /** In code points, as in JSON Schema. */
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
}

export interface Reference {
  /** The target template's name. */
  readonly to: string
  /** The target's name in the database; set in former forms only, because the target may have got another since. */
  readonly stored?: string
  /** The name of the connection on the target's side. */
  readonly reverse: string
  readonly onMissing: 'reject' | 'allow'
  readonly onDelete: 'restrict' | 'cascade' | 'unset'
}

/** On the target of a reference: the connection to the objects that point here. */
export interface ReverseField {
  /** The GraphQL field, `roles`. */
  readonly name: string
  /** The template whose objects point here. */
  readonly from: string
  /** That template's reference field. */
  readonly field: string
}

/** The value if none is given: a literal in its stored form, or computed at each write. */
export type FieldDefault =
  | { readonly kind: 'literal'; readonly value: Json }
  /** The time of the write: the field's own form, or for text a strftime format. */
  | { readonly kind: 'now'; readonly format: string | undefined }
  | { readonly kind: 'uuid' }
  | { readonly kind: 'actor' }
