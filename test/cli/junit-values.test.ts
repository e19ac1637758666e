import { describe, expect, test } from 'vitest'
import { cutText } from '../../src/cli/junit/cut-text.ts'
import { readOutcome } from '../../src/cli/junit/junit-outcome.ts'
import { readTime } from '../../src/cli/junit/read-time.ts'
import { readTimestamp } from '../../src/cli/junit/read-timestamp.ts'
import { parseDatetime } from '../../src/template/field-types/datetime.ts'

describe('a length of time', () => {
  test.each([
    ['0', 0],
    ['0.012', 0.012],
    ['.5', 0.5],
    ['5.', 5],
    ['1.234', 1.234],
    ['1.2e-05', 0.000012],
    ['1E3', 1000],
    ['-0.0', 0],
    [' 3 ', 3],
    ['0,160', 0.16],
    ['00,5', 0.5],
    ['12,5', 12.5],
    ['1,2345', 1.2345],
    ['1234,567', 1234.567],
    ['14,029.255', 14029.255],
    ['1,000.5', 1000.5],
    ['1,234,567', 1234567],
    ['1.234.567', 1234567],
    ['1.234,5', 1234.5],
    ['1.234.567,25', 1234567.25],
    ["1'234.5", 1234.5],
    ['1 234,5', 1234.5],
    ['1\u00a0234,5', 1234.5],
    ['1\u202f234,567', 1234.567],
    ['0.16s', 0.16],
    ['0,16 s', 0.16],
    ['12 ms', 0.012],
    ['250µs', 0.00025],
    ['7 ns', 0.000000007],
    ['1h', 3600],
    ['2 min', 120],
    ['1h 2m 3.5s', 3723.5],
    ['1 minute, 3 seconds', 63],
    ['PT1M2.5S', 62.5],
    ['P1DT1H', 90000],
    ['01:02:03.5', 3723.5],
  ])('%j is %d seconds', (text, seconds) => {
    expect(readTime(text)).toEqual({ value: seconds })
  })

  test.each([
    ['1,234', 'may be 1.234 or 1234'],
    ['12,345', 'may be 12.345 or 12345'],
    ['123,456 ms', 'may be 123.456 or 123456'],
    ['-1', 'is negative, which a length of time cannot be'],
    ['1e999', 'is too large'],
    ['1,2,3', 'is no number'],
    ['1.2.3', 'is no number'],
    ['1,23.4', 'is no number'],
    [',', 'is no number'],
    ['01:02', 'is no length of time'],
    ['5 parsecs', 'is no length of time'],
    ['3s 2h', 'is no length of time'],
    ['NaN', 'is no length of time'],
    ['null', 'is no length of time'],
    ['0x10', 'is no length of time'],
    ['9'.repeat(1_000), 'is no length of time'],
  ])('%j cannot be read: it %s', (text, problem) => {
    expect(readTime(text)).toEqual({ problem })
  })
})

describe('a point in time', () => {
  test.each([
    ['2021-01-15T03:39:20', '2021-01-15T03:39:20+00:00'],
    ['2021-01-15 03:39:20', '2021-01-15T03:39:20+00:00'],
    ['2021-01-15T03:39:20 UTC', '2021-01-15T03:39:20+00:00'],
    ['2021-01-15T03:39:20Z', '2021-01-15T03:39:20+00:00'],
    ['2021-01-15t03:39:20z', '2021-01-15T03:39:20+00:00'],
    ['2021-01-15T03:39:20.123456789+01:00', '2021-01-15T03:39:20.123456+01:00'],
    ['2021-01-15T03:39:20,123+0530', '2021-01-15T03:39:20.123+05:30'],
    ['2021-01-15 03:39:20 +0200', '2021-01-15T03:39:20+02:00'],
    ['2021-01-15T03:39:20-08', '2021-01-15T03:39:20-08:00'],
    ['2021-01-15T03:39', '2021-01-15T03:39:00+00:00'],
    ['2021-01-15', '2021-01-15T00:00:00+00:00'],
    ['2021/01/15 03:39:20', '2021-01-15T03:39:20+00:00'],
    ['2021-01-15T03:39:20+01:00[Europe/Berlin]', '2021-01-15T03:39:20+01:00'],
    ['20210115T033920Z', '2021-01-15T03:39:20+00:00'],
    ['Fri, 29 Nov 2013 15:51:33 GMT', '2013-11-29T15:51:33+00:00'],
    ['29 Nov 2013 15:51:33 +0100', '2013-11-29T15:51:33+01:00'],
    ['Fri, 29 Nov 2013 15:51:33 PST', '2013-11-29T15:51:33-08:00'],
    ['29-Nov-2013 15:51:33', '2013-11-29T15:51:33+00:00'],
    ['Fri Nov 29 15:51:33 2013', '2013-11-29T15:51:33+00:00'],
    ['Fri Nov  1 15:51:33 UTC 2013', '2013-11-01T15:51:33+00:00'],
    ['Fri Nov 29 2013 15:51:33 GMT+0100 (Central European Standard Time)', '2013-11-29T15:51:33+01:00'],
    ['Nov 29, 2013 3:51:33 PM', '2013-11-29T15:51:33+00:00'],
    ['November 29, 2013 at 12:05:00 am', '2013-11-29T00:05:00+00:00'],
    ['29.11.2013 15:51:33', '2013-11-29T15:51:33+00:00'],
    ['11/29/2013 3:51:33 PM', '2013-11-29T15:51:33+00:00'],
    ['29/11/2013 15:51', '2013-11-29T15:51:00+00:00'],
    ['2021-1-5 3:39:20', '2021-01-05T03:39:20+00:00'],
    ['2021.01.15_03:39:20:123', '2021-01-15T03:39:20.123+00:00'],
    ['2021-01-15 03:39:20 UTC+2', '2021-01-15T03:39:20+02:00'],
    ['29/Nov/2013:15:51:33 +0200', '2013-11-29T15:51:33+02:00'],
    ['Fri Nov 29 15:51:33 +0100 2013', '2013-11-29T15:51:33+01:00'],
    ['Fri., Nov. 29, 2013\t3:51 p.m. EST', '2013-11-29T15:51:00-05:00'],
    ['Ven, 29 Nov 2013', '2013-11-29T00:00:00+00:00'],
    ['1611234567', '2021-01-21T13:09:27.000Z'],
    ['1611234567.25', '2021-01-21T13:09:27.250Z'],
    ['1611234567890', '2021-01-21T13:09:27.890Z'],
    ['1611234567890123', '2021-01-21T13:09:27.890123Z'],
  ])('%j is %s', (text, time) => {
    expect(readTimestamp(text)).toEqual({ value: parseDatetime(time) })
  })

  test.each([
    ['0', 'is a number without a unit'],
    ['12', 'is a number without a unit'],
    ['0000000012', 'is a number without a unit'],
    ['161123456', 'is a number without a unit'],
    ['20210115033920', 'is a number without a unit'],
    ['01/02/2021 03:39:20', 'does not say which of its numbers is the month'],
    ['13/29/2021 03:39:20', 'is no point in time that can be read'],
    ['2021-01-15T03:39:20[Europe/Berlin]', 'is no point in time that can be read'],
    ['2021-01-15T03:39:20+0100 EST', 'is no point in time that can be read'],
    ['2021-02-30T03:39:20', 'is no point in time that can be read'],
    ['2021-13-01', 'is no point in time that can be read'],
    ['2021-01-15T25:00:00', 'is no point in time that can be read'],
    ['2021-01-15T03:60:00', 'is no point in time that can be read'],
    ['0000-01-15T03:39:20', 'is no point in time that can be read'],
    ['Fri Nov 29 15:51:33 CET 2013', 'is no point in time that can be read'],
    ['Fri Foo 29 15:51:33 2013', 'is no point in time that can be read'],
    ['29 Nov 13 15:51:33', 'is no point in time that can be read'],
    ['now', 'is no point in time that can be read'],
    ['now-7d', 'is no point in time that can be read'],
    ['-1', 'is no point in time that can be read'],
  ])('%j cannot be read: it %s', (text, problem) => {
    expect(readTimestamp(text)).toEqual({ problem })
  })
})

test.each([
  ['pass', 'passed', true],
  ['PASSED', 'passed', true],
  ['ok', 'passed', true],
  ['run', 'passed', true],
  ['completed', 'passed', true],
  ['not ok', 'failed', true],
  ['FAIL', 'failed', true],
  ['regression', 'failed', true],
  ['Failed:Error', 'failed', true],
  ['broken', 'error', true],
  ['timed-out', 'error', true],
  ['aborted', 'error', true],
  ['not run', 'skipped', true],
  ['NOT_RUN', 'skipped', true],
  ['notrun', 'skipped', true],
  ['disabled', 'skipped', true],
  ['suppressed', 'skipped', true],
  ['inconclusive', 'skipped', true],
  ['Skipped:Ignored', 'skipped', true],
  ['setup_failure_2', 'error', false],
  ['crashedhard', 'error', false],
  ['autoskip', 'skipped', false],
  ['purple', 'passed', false],
  ['0', 'passed', false],
])('the word %j means %s, known: %s', (word, status, isKnown) => {
  expect(readOutcome(word)).toEqual({ status, isKnown })
})

test('no word means nothing', () => {
  expect([undefined, '', ' ', '-'].map(readOutcome)).toEqual([undefined, undefined, undefined, undefined])
})

test('a text is cut between characters', () => {
  expect(['abc', 'ab', 'a😀b', 'a😀b', 'a😀b'].map((text, i) => cutText(text, [2, 2, 1, 2, 3][i] as number))).toEqual([
    'ab',
    'ab',
    'a',
    'a',
    'a😀',
  ])
  const accented = `x${'e\u0301'.repeat(10)}`
  const flags = `x${'🇩🇪'.repeat(300)}`
  const families = '👨‍👩‍👧'.repeat(3)
  expect([cutText(accented, 4), cutText(flags, 1_003), cutText(families, 15), cutText('a\r\nb', 2)]).toEqual([
    'xe\u0301',
    `x${'🇩🇪'.repeat(250)}`,
    '👨‍👩‍👧',
    'a',
  ])
  expect(cutText(`x${'\u0301'.repeat(1_000)}`, 500)).toHaveLength(500)
})
