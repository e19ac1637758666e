import { describe, expect, test } from 'vitest'
import { parseDatetime } from '../../src/template/field-types/datetime.ts'
import { ValueError } from '../../src/template/field-types/field-type.ts'
import { quote } from '../../src/template/quote.ts'

const ten = '2026-03-29T08:00:00.000Z'
const nano = '2026-03-29T08:00:00.123456Z'
const http = '2013-11-29T15:51:33.000Z'

/** What writes such a time, the time, and what is stored. */
const taken: readonly (readonly [string, string, string])[] = [
  ['RFC 3339', '2026-03-29T10:00:00+02:00', ten],
  ['RFC 3339, lower case', '2026-03-29t08:00:00z', ten],
  ['RFC 3339 with a blank', '2026-03-29 08:00:00Z', ten],
  ['date +%FT%T%z', '2026-03-29T10:00:00+0200', ten],
  ['git log --date=iso, Ruby', '2026-03-29 10:00:00 +0200', ten],
  ['with a blank and a colon', '2026-03-29 10:00:00 +02:00', ten],
  ['psql', '2026-03-29 10:00:00+02', ten],
  ['psql with a fraction', '2026-03-29 10:00:00.123456+02', nano],
  ['Ruby in UTC', '2026-03-29 08:00:00 UTC', ten],
  ['in GMT', '2026-03-29 08:00:00 GMT', ten],
  ['west of Greenwich', '2026-03-29 04:30:00 -0330', ten],
  ['an offset of one digit, YAML 1.1', '2026-03-29 03:00:00.0 -5', ten],
  ['Python: str(datetime)', '2026-03-29 10:00:00.123456+02:00', nano],
  ['Python: UTC+02:00', '2026-03-29 10:00:00 UTC+02:00', ten],
  ['date -Iminutes', '2026-03-29T10:00+02:00', ten],
  ['date -Ins', '2026-03-29T10:00:00,123456789+02:00', nano],
  ['docker inspect, nanoseconds', '2026-03-29T08:00:00.123456789Z', nano],
  ['.NET, seven decimals', '2026-03-29T10:00:00.1234567+02:00', nano],
  ['what is cut is not rounded', '2026-03-29T08:00:00.1239999Z', '2026-03-29T08:00:00.123999Z'],
  ['stat -c %y', '2026-03-29 10:00:00.123456789 +0200', nano],
  ['Jenkins, Jira', '2026-03-29T10:00:00.000+0200', ten],
  ['Java: ZonedDateTime', '2026-03-29T10:00+02:00[Europe/Berlin]', ten],
  ['Java: ZonedDateTime in UTC', '2026-03-29T08:00:00.123456Z[UTC]', nano],
  ['RFC 9557: Z says no offset of the place', '2026-03-29T08:00:00Z[Europe/Berlin]', ten],
  ['Go, docker version', '2026-03-29 10:00:00.123456789 +0200 CEST', nano],
  ['Go with its monotonic clock', '2026-03-29 10:00:00.123456789 +0200 CEST m=+0.000012345', nano],
  ['Go where a zone has no letters', '2026-03-29 05:00:00 -0300 -03', ten],
  ['Go in China, whose zone is CST too', '2026-03-29 16:00:00 +0800 CST', ten],
  ['Go in UTC', '2026-03-29 08:00:00 +0000 UTC', ten],
  ['git log', 'Sun Mar 29 10:00:00 2026 +0200', ten],
  ['date -R, git log --date=rfc', 'Sun, 29 Mar 2026 10:00:00 +0200', ten],
  ['RFC 2822 with a comment', 'Sun, 29 Mar 2026 10:00:00 +0200 (CEST)', ten],
  ['RFC 2822 without the day of the week and seconds', '29 Mar 2026 10:00 +0200', ten],
  ['RFC 1123, HTTP', 'Fri, 29 Nov 2013 15:51:33 GMT', http],
  ['a cookie', 'Fri, 29-Nov-2013 15:51:33 GMT', http],
  ['openssl x509 -enddate', 'Nov 29 15:51:33 2013 GMT', http],
  ['openssl with a day of one digit', 'Nov  9 15:51:33 2013 GMT', '2013-11-09T15:51:33.000Z'],
  ['date in UTC', 'Sun Mar 29 08:00:00 UTC 2026', ten],
  ['date where a zone has no letters', 'Sun Mar 29 11:00:00 +03 2026', ten],
  ['Ruby 1.8, Twitter', 'Sun Mar 29 10:00:00 +0200 2026', ten],
  ['date in en_US', 'Sun 29 Mar 2026 08:00:00 AM UTC', ten],
  ['date in en_US, after noon', 'Sun Mar 29 08:00:00 PM UTC 2026', '2026-03-29T20:00:00.000Z'],
  ['noon is 12 PM, midnight 12 AM', 'Sun Mar 29 12:00:00 AM UTC 2026', '2026-03-29T00:00:00.000Z'],
  ['JavaScript: String(new Date())', 'Sun Mar 29 2026 10:00:00 GMT+0200 (Central European Summer Time)', ten],
  ['JavaScript: toUTCString()', 'Sun, 29 Mar 2026 08:00:00 GMT', ten],
  ['a log of Apache or nginx', '29/Mar/2026:10:00:00 +0200', ten],
  ['with slashes, the year first', '2026/03/29 10:00:00 +0200', ten],
  ['ISO 8601 without hyphens', '20260329T080000Z', ten],
  ['ISO 8601 without hyphens, with an offset', '20260329T100000+0200', ten],
  ['the whole names', 'Sunday, 29 March 2026 10:00:00 +0200', ten],
  ['a day alone', '2026-03-29', '2026-03-29T00:00:00.000Z'],
  ['the year of an offset', '2026-01-01T00:30:00+0200', '2025-12-31T22:30:00.000Z'],
]

describe('a time with its offset is read as programs write it', () => {
  test.each(taken)('%s: %s', (_, written, stored) => {
    expect(parseDatetime(written)).toBe(stored)
  })

  test('what is stored is read as itself', () => {
    for (const [, , stored] of taken) expect(parseDatetime(stored)).toBe(stored)
  })
})

const none = 'is not a date and time such as "2026-11-22T07:57:31Z"'
const noOffset = 'has no offset from UTC; end it with Z, or with one such as +02:00'
const nameAlone = 'names a time zone without its offset from UTC; give the offset itself, such as +02:00'
const order =
  'does not say which number is the day and which the month; begin with the year, as in "2026-11-22T07:57:31Z"'

describe('a time that is none, or may be several, is refused', () => {
  test.each([
    ['2026-03-29T10:00:00', noOffset],
    ['2026-03-29 10:00', noOffset],
    ['Sun Mar 29 10:00:00 2026', noOffset],
    ['20260329T100000', noOffset],
    ['2026-03-29 10:00:00 CEST', nameAlone],
    ['Sun Mar 29 10:00:00 CEST 2026', nameAlone],
    ['Fri, 29 Nov 2013 15:51:33 EST', nameAlone],
    ['2026-03-29T10:00:00ZZ', nameAlone],
    ['2026-03-29T10:00:00[Europe/Berlin]', nameAlone],
    ['2026-03-29 10:00:00 Europe/Berlin', nameAlone],
    ['03/04/2026', order],
    ['03/04/2026 10:00:00 +02:00', order],
    ['3/29/2026 10:00:00 AM +02:00', order],
    ['29.03.2026 10:00:00 +0200', order],
    ['2026-03-29 10:00:00 +0200 CET', 'contradicts itself: CET is not +0200'],
    ['2026-03-29 10:00:00 +0200 EST', 'contradicts itself: EST is not +0200'],
    ['2026-03-29 10:00:00 +0200 UTC', 'contradicts itself: UTC is not +0200'],
    ['Sun, 29 Mar 2026 08:00:00 GMT (CEST)', 'contradicts itself: CEST is not GMT'],
    ['2026-03-29 05:00:00 -0300 -04', 'contradicts itself: -04 is not -0300'],
    ['2026-03-28T10:00:00+02:00[Europe/Berlin]', 'contradicts itself: the offset in Europe/Berlin was +01:00 then'],
    ['2026-03-29T10:00:00+02:00[Europe/Atlantis]', 'names a time zone that does not exist: Europe/Atlantis'],
    ['Mon, 29 Nov 2013 15:51:33 GMT', 'contradicts itself: 2013-11-29 is a Friday'],
    ...[
      '2026-02-30T10:00:00Z',
      '30 Feb 2026 10:00:00 GMT',
      '2026-03-29T24:00:00Z',
      '2026-03-29T24:00:01Z',
      '2016-12-31T23:59:60Z',
      '2026-03-29T10:60:00Z',
      '2026-03-29T10:00:00+24:00',
      '2026-03-29T10:00:00+02:60',
      '2026-03-29T10:00:00+02000',
      '2026-03-29T10:00:00 02:00',
      '2026-03-29T10:00:00 GMT+2',
      '2026-03-29T10:00:00.Z',
      '2026-03-29T10Z',
      '2026-03-29T1:00:00Z',
      '2026-3-29T10:00:00Z',
      '2026-03/29T10:00:00Z',
      '2026-W13-7T10:00:00Z',
      '2026-088T10:00:00Z',
      '26-03-29T10:00:00Z',
      '+002026-03-29T10:00:00Z',
      'Friday, 29-Nov-13 15:51:33 GMT',
      'Fro, 29 Nov 2013 15:51:33 GMT',
      '29 Nob 2013 15:51:33 GMT',
      'Sun Mar 29 13:00:00 PM UTC 2026',
      'Sun Mar 29 0:00:00 AM UTC 2026',
      '2026-03-29T10:00:00Z ',
      ' 2026-03-29T10:00:00Z',
      '2026-03-29T10:00:00Z\n',
      '2026-03-29T10:00:00+02:00 (CEST',
      '29. März 2026 10:00:00 +0200',
      'today',
      '',
      `2026-03-29T10:00:00.${'0'.repeat(100)}Z`,
    ].map((written): [string, string] => [written, none]),
    ['0001-01-01T00:00:00+01:00', 'is not within the years 0001 to 9999'],
    ['9999-12-31T23:59:59-0100', 'is not within the years 0001 to 9999'],
  ])('%s', (written, why) => {
    expect(() => parseDatetime(written)).toThrow(ValueError)
    expect(() => parseDatetime(written)).toThrow(`${quote(written)} ${why}`)
  })
})
