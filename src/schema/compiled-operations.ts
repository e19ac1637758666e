import { type Bounds, createBoundedMap } from '../store/bounded-map.ts'
import { type CompiledField, compileOperation, type RootOperation } from './compile-operation.ts'
import {
  printForm,
  type VariablePlace,
  type Variables,
  type VariableTypes,
  valueAt,
  withOpenVariables,
} from './open-variables.ts'
import type { RequestContext } from './request-context.ts'

/** Gives the root fields of one operation, compiled for these variables. */
export type Compile = (variables: Variables, context: RequestContext) => readonly CompiledField[]

/** Gives what compiles an operation, or finds what was compiled for variables of the same form. */
export type CompiledOperations = (operation: RootOperation, types: VariableTypes) => Compile

/** Weights are in bytes. */
const compiledBounds: Bounds = { entries: 10_000, weight: 16_000_000 }
const settledBounds: Bounds = { entries: 10_000, weight: 2_000_000 }
/** A longer document is not kept, and so neither is what is compiled of it. In characters, as the keys are. */
export const longestDocument = 20_000
const longestKey = 4_000
/** Measured: the memory that a plan and its statements take for each character of the document. */
const bytesPerCharacter = 20

/**
 * An operation is compiled once for each form of its variables, whatever their values. A value that planning settles is
 * part of the key besides, with its place; so is the request's sight, since sources are compiled too.
 */
export function createCompiledOperations(): CompiledOperations {
  const compiled = createBoundedMap<readonly CompiledField[]>(compiledBounds)
  /** The places that were settled for a form. If they are forgotten, the operation is compiled again. */
  const settled = createBoundedMap<readonly VariablePlace[]>(settledBounds)
  let opened = 0
  return (operation, types) => {
    const number = opened++
    const length = operation.definition.loc?.source.body.length ?? 0
    return (variables, { request }) => {
      const printed = length <= longestDocument ? printForm(types, variables, longestKey) : undefined
      // Too long to be a key: compiled for these values alone, and not kept.
      if (printed === undefined) return compileOperation(operation, { variableValues: variables }, request)
      const form = `${number} ${JSON.stringify(request.rights.sight)} ${printed}`
      const places = settled.get(form) ?? []
      const known = compiled.get(keyOf(form, places, variables))
      if (known) return known
      const { result: fields, settled: found } = withOpenVariables(types, variables, (openVariables) =>
        compileOperation(operation, { variableValues: variables, openVariables }, request),
      )
      const allPlaces = mergePlaces(places, found)
      if (allPlaces.length > 0) settled.set(form, allPlaces, 2 * form.length + 200 * allPlaces.length)
      const key = keyOf(form, allPlaces, variables)
      if (key.length <= longestKey && isWorthKeeping(fields, allPlaces, variables))
        compiled.set(key, fields, 2 * key.length + bytesPerCharacter * length + weigh(fields))
      return fields
    }
  }
}

function keyOf(form: string, places: readonly VariablePlace[], variables: Variables): string {
  if (places.length === 0) return form
  return `${form} ${JSON.stringify(places.map((place) => [place, valueAt(variables, place)]))}`
}

/** What one plan settles depends on what else it settles: a form has the places of all its plans. */
function mergePlaces(known: readonly VariablePlace[], found: readonly VariablePlace[]): readonly VariablePlace[] {
  return [...new Map([...known, ...found].map((place) => [place.join('.'), place])).values()]
}

/** A settled string is a cursor, which hardly comes twice; a refusal is cheap to find again. */
function isWorthKeeping(
  fields: readonly CompiledField[],
  places: readonly VariablePlace[],
  variables: Variables,
): boolean {
  return (
    fields.every(({ kind }) => kind !== 'refused') &&
    places.every((place) => typeof valueAt(variables, place) !== 'string')
  )
}

/** In bytes, by estimate: the values of literals, which a statement keeps. */
function weigh(fields: readonly CompiledField[]): number {
  const values = fields.flatMap((field) => (field.kind === 'read' ? field.statement.values : []))
  return values.reduce<number>((sum, value) => sum + 300 + sizeOf(value), 1_000)
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return 2 * value.length
  return Array.isArray(value) ? value.reduce((sum, one) => sum + 20 + sizeOf(one), 0) : 0
}
