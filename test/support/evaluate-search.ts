import type { Template } from '../../src/template/model.ts'
import type { Document } from './evaluate.ts'

/** What a search finds by a plain evaluation of one object. */
export interface Fit {
  /** The smaller, the better. */
  readonly tier: number
  readonly field: string
}

/** The place at which a word begins: what stands from there to the next space, and whether it is the beginning of the value. */
interface Beginning {
  readonly text: string
  readonly isFirst: boolean
}

/** How the object fits a text; undefined if it lacks a word. */
export function fitOf(template: Template, document: Document, text: string): Fit | undefined {
  const words = wordsOfQuery(text)
  const searched = template.fields
    .filter(({ type }) => type !== 'boolean')
    .map((field) => ({ field, beginnings: beginningsIn(document[field.name]) }))
  const own = searched.filter(({ field }) => !field.reference)
  const ordered = [...own, ...searched.filter(({ field }) => field.reference)]
  const levelIn = (fields: typeof searched, word: string) =>
    Math.max(...fields.map(({ beginnings }) => levelOf(beginnings, word)), 0)
  const least = (fields: typeof searched) => Math.min(...words.map((word) => levelIn(fields, word)))
  const tier = least(own) > 0 ? 3 - least(own) : least(ordered) > 0 ? 5 - Math.min(least(ordered), 2) : undefined
  if (tier === undefined) return undefined
  const scores = ordered.map(({ field, beginnings }) => ({
    field,
    score: words.reduce((sum, word) => sum + levelOf(beginnings, word), 0),
  }))
  const best = Math.max(...scores.map(({ score }) => score))
  return { tier, field: String(scores.find(({ score }) => score === best)?.field.name) }
}

/** 3: a value up to its first space; 2: a whole word; 1: the beginning of one; 0: not there. */
function levelOf(beginnings: readonly Beginning[], word: string): number {
  return Math.max(
    0,
    ...beginnings.map(({ text, isFirst }) => {
      if (isFirst && text === word) return 3
      if (text === word || text.startsWith(`${word}-`)) return 2
      return text.startsWith(word) ? 1 : 0
    }),
  )
}

export function wordsOfQuery(text: string): string[] {
  const words = splitWords(Array.from(text)).map((characters) => cut(fold(characters.join(''))))
  return [...new Set(words)]
}

function beginningsIn(value: unknown): Beginning[] {
  if (typeof value === 'string') return beginningsOf(value)
  if (typeof value === 'number') return beginningsOf(printNumber(value)).slice(0, 1)
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(beginningsIn)
}

const alone = [/^.{4}-..-..t..-..-..-.*z$/su, /^.{8}-.{4}-.{4}-.{4}-.{12}$/su]

function beginningsOf(text: string): Beginning[] {
  const words = splitWords(Array.from(text).slice(0, 1_000))
  const all = words.flatMap((characters, i) =>
    characters.flatMap((_, at) =>
      beginsAt(characters, at)
        ? [{ text: cut(fold(characters.slice(at).join(''))), isFirst: i === 0 && at === 0 }]
        : [],
    ),
  )
  const whole = words.map((characters) => fold(characters.join(''))).join(' -')
  return alone.some((form) => form.test(whole)) ? all.slice(0, 1) : all
}

/** The words of a text between spaces, with the hyphen for each other separator. */
function splitWords(characters: readonly string[]): (readonly string[])[] {
  const words: string[][] = [[]]
  for (const character of characters) {
    const kind = kindOf(character)
    if (kind === 'space') words.push([])
    else words.at(-1)?.push(kind === 'separator' ? '-' : character)
  }
  return words.map(withoutOuter).filter((word) => word.length > 0)
}

function withoutOuter(word: readonly string[]): readonly string[] {
  const isInner = (character: string) => character !== '-'
  return word.slice(Math.max(word.findIndex(isInner), 0), word.findLastIndex(isInner) + 1)
}

function kindOf(character: string): 'space' | 'separator' | 'other' {
  const code = character.codePointAt(0) ?? 0
  if (code <= 0x20 || [0x7f, 0xa0, 0x2007, 0x202f, 0x3000].includes(code)) return 'space'
  if (code < 0x80) return /[A-Za-z0-9]/.test(character) ? 'other' : 'separator'
  return '«»‐‑–—‘’“”„…·'.includes(character) ? 'separator' : 'other'
}

function beginsAt(word: readonly string[], at: number): boolean {
  const [before = '', here = '', next = ''] = [word[at - 1], word[at], word[at + 1]]
  if (here === '-') return false
  if (at === 0 || before === '-') return true
  if (/[a-z0-9]/.test(before) && /[A-Z]/.test(here)) return true
  if (/[A-Z]/.test(before) && /[A-Z]/.test(here) && /[a-z]/.test(next)) return true
  if (!/[A-Za-z]/.test(before) || !/[0-9]/.test(here)) return false
  const start = word.lastIndexOf('-', at) + 1
  const end = word.indexOf('-', at) === -1 ? word.length : word.indexOf('-', at)
  const part = word.slice(start, end)
  return (
    /^[A-Za-z]+[0-9]+$/.test(part.join('')) &&
    part.every((_, i) => i === 0 || start + i >= at || !beginsAt(word, start + i))
  )
}

function fold(text: string): string {
  return text.normalize('NFC').toLowerCase().replaceAll('ς', 'σ').replace(/-+/g, '-')
}

function cut(word: string): string {
  return Array.from(word).slice(0, 64).join('')
}

/** As PostgreSQL prints it: without an exponent. */
function printNumber(value: number): string {
  const [, sign = '', whole = '', decimals = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value)) ?? []
  const digits = whole + decimals
  const point = whole.length + Number(exponent)
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  if (point >= digits.length) return sign + digits.padEnd(point, '0')
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`
}
