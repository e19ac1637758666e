import { describe, expect, test } from 'vitest'
import { modelFromJson, modelToJson } from '../../src/template/changes/model-json.ts'
import { parseTexts } from '../support/registry.ts'
import { issuesOf, templateOf } from './issues-of.ts'

const run = (more: string) =>
  `name: run\n${more}\nkey: [name]\nfields: { name: string, image: { type: reference, to: run }, tags: [string], extra: json }\n`

test.each([
  ['search: true', { keptPast: { kind: 'all' }, isPastIndexed: false, retain: undefined }],
  ['history: true', { keptPast: { kind: 'all' }, isPastIndexed: false, retain: undefined }],
  ['history: false', { keptPast: { kind: 'none' }, isPastIndexed: false, retain: undefined }],
  ['history: { days: 90 }', { keptPast: { kind: 'days', days: 90 }, isPastIndexed: false, retain: undefined }],
  [
    'history: { keep: 100, indexed: true }',
    { keptPast: { kind: 'versions', count: 100 }, isPastIndexed: true, retain: undefined },
  ],
  ['history: { indexed: true }', { keptPast: { kind: 'all' }, isPastIndexed: true, retain: undefined }],
  ['retain: { days: 30 }', { keptPast: { kind: 'all' }, isPastIndexed: false, retain: { kind: 'days', days: 30 } }],
  [
    'retain: { last: 20, per: [name, image] }',
    {
      keptPast: { kind: 'all' },
      isPastIndexed: false,
      retain: { kind: 'last', count: 20, per: ['name', 'image'] },
    },
  ],
])('%s is read, and recorded with the model', (written, expected) => {
  expect(templateOf(run(written))).toMatchObject(expected)
  const recorded = JSON.parse(JSON.stringify(modelToJson(parseTexts([run(written)]))))
  expect(modelFromJson(recorded).templates[0]).toMatchObject(expected)
})

test('a template that keeps all is recorded as before there was a history, so that its digest stays', () => {
  const [recorded] = modelToJson(parseTexts([run('history: true')])).templates as readonly object[]
  expect(Object.keys(recorded ?? {})).not.toEqual(expect.arrayContaining(['keptPast']))
  expect(recorded).toEqual((modelToJson(parseTexts([run('search: true')])).templates as readonly object[])[0])
})

describe('what is wrong is an issue with its place', () => {
  test.each([
    ['history: 90', '2:10 WRONG_TYPE history: 90 is not true, false or a mapping such as { days: 90 }.'],
    ['history: {}', '2:10 EMPTY history: history needs at least one entry.'],
    ['history: { days: 0 }', '2:18 WRONG_VALUE history.days: 0 is less than 1.'],
    ['history: { days: 36501 }', '2:18 WRONG_VALUE history.days: 36501 is greater than 36500.'],
    ['history: { day: 3 }', '2:12 UNKNOWN_KEY history.day: "day" is not a key of history. Did you mean "days"?'],
    [
      'history: { days: 3, keep: 3 }',
      '2:1 WRONG_HISTORY history: history keeps either so many days or so many versions of an object, not both. Remove days or keep.',
    ],
    ['retain: 30', '2:9 WRONG_TYPE retain: 30 is not a mapping of names to values.'],
    ['retain: { days: 30d }', '2:17 WRONG_TYPE retain.days: "30d" is not a whole number.'],
    [
      'retain: { keep: 3 }',
      '2:11 UNKNOWN_KEY retain.keep: "keep" is not a key of retain. The keys are days, last, per.',
    ],
    [
      'retain: { days: 3, last: 3 }',
      '2:1 WRONG_RETAIN retain: retain takes either days, or last and per, not both. Remove days, or last and per.',
    ],
    [
      'retain: { per: [name] }',
      '2:1 WRONG_RETAIN retain: retain does not say how many objects stay. Write last: 20 beside per, or days: 30.',
    ],
    ['retain: { last: 3 }', '2:1 WRONG_RETAIN retain: last does not say of which objects together. Add per: [name].'],
    [
      'retain: { last: 3, per: [nmae] }',
      '2:26 WRONG_RETAIN retain.per[0]: "nmae" is not a field of run. Did you mean "name"?',
    ],
    [
      'retain: { last: 3, per: [name, tags] }',
      '2:32 WRONG_RETAIN retain.per[1]: tags is of the type [string], which makes no groups. Fields that make groups: name, image.',
    ],
  ])('%s', (written, expected) => {
    expect(issuesOf(run(written))).toEqual([`image.yaml:${expected}`])
  })
})
