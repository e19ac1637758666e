import { describe, expect, test } from 'vitest'
import { assertExposure } from '../../src/access/assert-exposure.ts'

const given = (more: object) => ({ host: '127.0.0.1', production: false, allowUnauthenticated: false, ...more })
const howTo = 'write roles into object-access, or set ADMIN_TOKEN: docs/access.md has the first role in ten lines'

describe('a server may listen', () => {
  test.each([
    [{}],
    [{ host: '0.0.0.0' }],
    [{ host: 'registry.example.org', production: true }],
    [{ host: '::', allowUnauthenticated: true }],
  ])('with rules, wherever it is told to: %j', (more) => {
    expect(assertExposure(given(more), true)).toEqual([])
  })

  test('without rules on loopback, and says what to do before it is opened', () => {
    const text = `there are no rules of access: everyone on this machine may do everything. Before others can reach it, ${howTo}`
    expect(assertExposure(given({}), false)).toEqual([{ level: 'info', text }])
    expect(assertExposure(given({ host: '::1' }), false)).toEqual([{ level: 'info', text }])
  })

  test('without rules for others with ALLOW_UNAUTHENTICATED=true alone, and warns of it', () => {
    const text =
      'HOST is "0.0.0.0" and there is no authentication: anyone who reaches this port can read, change and delete everything'
    expect(assertExposure(given({ host: '0.0.0.0', allowUnauthenticated: true }), false)).toEqual([
      { level: 'warn', text },
    ])
    expect(() => assertExposure(given({ host: '0.0.0.0' }), false)).toThrow(
      `HOST: "0.0.0.0" is reachable from other machines, and there are no rules of access. Listen on 127.0.0.1, or ${howTo}. ALLOW_UNAUTHENTICATED=true lets everyone do everything`,
    )
  })

  test('in production with rules alone', () => {
    expect(() => assertExposure(given({ production: true, allowUnauthenticated: true }), false)).toThrow(
      'PRODUCTION: true needs rules of access',
    )
  })
})
