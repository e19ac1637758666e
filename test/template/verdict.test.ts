import { describe, expect, test } from 'vitest'
import { issuesOf, templateOf } from './issues-of.ts'

const fields = `
fields:
  name: string
  image: { type: reference, to: run }
  status: { type: enum, values: [ok, failed], renamedFrom: [result, state] }
  count: int
  big: bigint
  label: string
  done: datetime
  day: date
  took: duration
  release: version
  tags: [string]
  extra: json
  size: { type: object, fields: { width: { type: int, renamedFrom: wide }, unit: string } }
  disks: { type: [object], fields: { kind: string } }
`
/** A template whose lines from the second on are these. */
const run = (more: string) => `name: run\n${more}\nkey: [name]${fields}`

describe('passed', () => {
  test.each([
    ['{ status: { equals: ok } }', { status: { equals: 'ok' } }],
    ['{ status: { in: [ok, failed] } }', { status: { in: ['ok', 'failed'] } }],
    ['{ status: { isNull: false } }', { status: { isNull: false } }],
    ['{ count: { gte: 1, lt: 10 } }', { count: { gte: 1, lt: 10 } }],
    ['{ big: { equals: 9007199254740993 } }', { big: { equals: '9007199254740993' } }],
    ["{ label: { contains: 'x', mode: insensitive } }", { label: { contains: 'x', mode: 'insensitive' } }],
    ["{ done: { gt: '2026-11-22' } }", { done: { gt: '2026-11-22' } }],
    ['{ took: { lt: 90m } }', { took: { lt: '90m' } }],
    ["{ release: { gte: '5.10' } }", { release: { gte: '5.10' } }],
    ['{ tags: { has: green, isEmpty: false } }', { tags: { has: 'green', isEmpty: false } }],
    ['{ tags: { equals: [a, b] } }', { tags: { equals: ['a', 'b'] } }],
    ["{ extra: { path: [a, '0'], gt: 1 } }", { extra: { path: ['a', '0'], gt: 1 } }],
    [
      '{ size: { width: { equals: 1 }, unit: { isNull: true } } }',
      { size: { width: { equals: 1 }, unit: { isNull: true } } },
    ],
    ['{ size: { equals: { width: 1 } } }', { size: { equals: { width: 1 } } }],
    ['{ size: { NOT: { width: { gt: 3 } } } }', { size: { NOT: [{ width: { gt: 3 } }] } }],
    [
      '{ disks: { some: { kind: { equals: ssd } }, none: {} } }',
      { disks: { some: { kind: { equals: 'ssd' } }, none: {} } },
    ],
    [
      '{ AND: [{ count: { gt: 1 } }, { OR: { count: { lt: 5 } } }] }',
      { AND: [{ count: { gt: 1 } }, { OR: [{ count: { lt: 5 } }] }] },
    ],
    // Former names lead to the present ones.
    [
      '{ state: { equals: ok }, size: { wide: { equals: 1 } } }',
      { status: { equals: 'ok' }, size: { width: { equals: 1 } } },
    ],
  ])('%s is a filter', (written, expected) => {
    expect(templateOf(run(`passed: ${written}`)).passed).toEqual(expected)
  })

  test('is none by default', () => {
    expect(templateOf(run('')).passed).toBeUndefined()
  })

  test.each([
    ['true', '2:9 WRONG_TYPE passed: true is not a mapping of names to values.'],
    ['{}', '2:9 EMPTY passed: passed needs at least one entry.'],
    [
      '{ statsu: { equals: ok } }',
      '2:11 WRONG_PASSED passed.statsu: "statsu" is not a field of this template. Did you mean "status"?',
    ],
    [
      '{ _meta: { version: { gt: 1 } } }',
      '2:11 WRONG_PASSED passed._meta: "_meta" is not a field of this template. The fields are name, image, status, count, big, label, done, day, took, release, tags, extra, size, disks.',
    ],
    [
      '{ image: { name: { equals: x } } }',
      "2:11 WRONG_PASSED passed.image: image is a reference; passed looks at the object's own values only. Filter by another field.",
    ],
    ['{ status: ok }', '2:19 WRONG_PASSED passed.status: "ok" is not a filter. Write { equals: … }.'],
    ['{ status: {} }', '2:19 WRONG_PASSED passed.status: The filter is empty. Write { equals: … }.'],
    [
      '{ status: { equal: ok } }',
      '2:21 WRONG_PASSED passed.status.equal: "equal" is not an operator of status. Did you mean "equals"?',
    ],
    ['{ status: { equals: okay } }', '2:29 WRONG_PASSED passed.status.equals: "okay" is not one of ok, failed.'],
    ['{ status: { in: ok } }', '2:25 WRONG_PASSED passed.status.in: "ok" is not a list.'],
    ['{ status: { in: [ok, fine] } }', '2:30 WRONG_PASSED passed.status.in[1]: "fine" is not one of ok, failed.'],
    ['{ status: { equals: null } }', '2:29 WRONG_PASSED passed.status.equals: null is not allowed here.'],
    [
      '{ count: { equals: x } }',
      '2:28 WRONG_PASSED passed.count.equals: "x" is not a whole number from -2147483648 to 2147483647.',
    ],
    [
      '{ label: { equals: 20.10 } }',
      '2:28 UNQUOTED passed.label.equals: 20.10 without quotes is not a text in YAML. Write "20.10".',
    ],
    [
      '{ label: { contains: 7 } }',
      '2:30 UNQUOTED passed.label.contains: 7 without quotes is not a text in YAML. Write "7".',
    ],
    [
      '{ label: { mode: insensitive } }',
      '2:18 WRONG_PASSED passed.label: The filter compares nothing. Write { equals: … }.',
    ],
    [
      '{ label: { equals: a, mode: wild } }',
      '2:37 WRONG_PASSED passed.label.mode: "wild" is not one of default, insensitive.',
    ],
    [
      '{ done: { gt: now-7d } }',
      '2:23 WRONG_PASSED passed.done.gt: "now-7d" is relative to the time of a request; what passed says of an object must not change with the time. Write staleAfter to say how long a success counts.',
    ],
    ['{ label: { isNull: 1 } }', '2:28 WRONG_PASSED passed.label.isNull: 1 is not true or false.'],
    [
      '{ size: { depth: { equals: 1 } } }',
      '2:19 WRONG_PASSED passed.size.depth: "depth" is not an operator of size. size takes equals, not, in, notIn, isNull, width, unit, AND, OR, NOT.',
    ],
    ['{ extra: { gt: [1] } }', '2:24 WRONG_PASSED passed.extra.gt: [1] has no order. Write a number or a text.'],
    ['{ OR: [] }', '2:15 WRONG_PASSED passed.OR: The list is empty. Write at least one filter.'],
    [
      '{ OR: [{ x: { equals: 1 } }, { status: { equals: 1 } }] }',
      '2:18 WRONG_PASSED passed.OR[0].x: "x" is not a field of this template. The fields are name, image, status, count, big, label, done, day, took, release, tags, extra, size, disks.\nimage.yaml:2:58 UNQUOTED passed.OR[1].status.equals: 1 without quotes is not a text in YAML. Write "1".',
    ],
  ])('%s is refused, at its place', (written, expected) => {
    expect(issuesOf(run(`passed: ${written}`)).join('\n')).toBe(`image.yaml:${expected}`)
  })

  test('has at most 100 conditions', () => {
    const of = (count: number) => run(`passed: { OR: [${Array(count).fill('{ label: { equals: a } }').join(', ')}] }`)
    expect(issuesOf(of(49))).toEqual([])
    expect(issuesOf(of(50))).toEqual([
      'image.yaml:2:9 WRONG_PASSED passed: passed has 101 conditions; at most 100 are allowed.',
    ])
  })

  test('is not checked against a field that is wrong itself', () => {
    const text =
      'name: run\npassed: { status: { equals: ok } }\nkey: [name]\nfields:\n  name: string\n  status: { type: enmu, values: [ok] }\n'
    expect(issuesOf(text)).toEqual([expect.stringContaining('6:19 UNKNOWN_TYPE fields.status.type')])
  })
})

describe('latestBy', () => {
  test.each(['done', 'day', 'count', 'big', 'release'])('%s is a field that has an order in time', (name) => {
    expect(templateOf(run(`latestBy: ${name}`)).latestBy).toBe(name)
  })

  test('follows a renamed field', () => {
    const text = run('latestBy: finished').replace('done: datetime', 'done: { type: datetime, renamedFrom: finished }')
    expect(templateOf(text).latestBy).toBe('done')
  })

  const types = 'The field must be one of the types datetime, date, int, bigint, version.'
  test.each([
    ['dones', '2:11 WRONG_LATEST_BY latestBy: "dones" is not a field of run. Did you mean "done"?'],
    ['nothing_like_it', `2:11 WRONG_LATEST_BY latestBy: "nothing_like_it" is not a field of run. ${types}`],
    [
      'label',
      `2:11 WRONG_LATEST_BY latestBy: label is of the type string, which does not say what is latest. ${types}`,
    ],
    [
      'tags',
      `2:11 WRONG_LATEST_BY latestBy: tags is of the type [string], which does not say what is latest. ${types}`,
    ],
    ['[done]', '2:11 WRONG_TYPE latestBy: ["done"] is not a text.'],
  ])('%s is refused', (written, expected) => {
    expect(issuesOf(run(`latestBy: ${written}`))).toEqual([`image.yaml:${expected}`])
  })
})

describe('staleAfter', () => {
  const passed = 'passed: { status: { equals: ok } }'

  test.each([
    ['14d', 'P14D'],
    ['36h', 'P1DT12H'],
    ['1h30m', 'PT1H30M'],
    ['P36499DT23H', 'P36499DT23H'],
  ])('%s is a duration', (written, expected) => {
    expect(templateOf(run(`${passed}\nstaleAfter: ${written}`)).staleAfter).toBe(expected)
  })

  const form = 'Write a duration such as 14d or 36h.'
  test.each([
    ['14', '3:13 UNQUOTED staleAfter: 14 without quotes is a number in YAML, not a text. Write "14".'],
    ["'14'", `3:13 WRONG_STALE_AFTER staleAfter: "14" is not a duration such as "90m", "1h30m" or "P1DT2H". ${form}`],
    ['0s', `3:13 WRONG_STALE_AFTER staleAfter: "0s" is no time at all. ${form}`],
    ['36500d', `3:13 WRONG_STALE_AFTER staleAfter: "36500d" is not less than 36500 days. ${form}`],
    [
      '1y',
      `3:13 WRONG_STALE_AFTER staleAfter: "1y" has years or months, which differ in length; write days or weeks. ${form}`,
    ],
  ])('%s is refused', (written, expected) => {
    expect(issuesOf(run(`${passed}\nstaleAfter: ${written}`))).toEqual([`image.yaml:${expected}`])
  })

  test('needs passed', () => {
    expect(issuesOf(run('staleAfter: 14d'))).toEqual([
      'image.yaml:2:13 WRONG_STALE_AFTER staleAfter: staleAfter says when a success is stale, but nothing says what a success is. Add passed.',
    ])
  })
})
