import { expect, test } from 'vitest'
import { assertGuarded } from '../../src/access/assert-guarded.ts'
import type { Role, Who } from '../../src/access/role.ts'
import { loadConfig } from '../../src/config.ts'

const admin = 'rgs_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG'

function roleFor(name: string, ...who: Who[]): Role {
  return { name, contact: undefined, who, may: [], limits: undefined }
}

const known = roleFor('ci', { kind: 'token', name: 'jenkins' })
const anyone = roleFor('readers', { kind: 'anyone' })

function guardOf(env: Record<string, string>, roles: readonly Role[] = []) {
  return assertGuarded(loadConfig(env), roles)
}

test.each(['0.0.0.0', '::', '10.0.0.5', 'registry.example.org'])(
  'HOST=%s needs rules of access, or ALLOW_UNAUTHENTICATED=true, which warns',
  (HOST) => {
    expect(() => guardOf({ HOST })).toThrow(
      `HOST: "${HOST}" is reachable from other machines, and there are no rules of access. Write role files into the folder ACCESS_DIR or set ADMIN_TOKEN, listen on 127.0.0.1 behind a proxy that authenticates, or set ALLOW_UNAUTHENTICATED=true`,
    )
    expect(guardOf({ HOST, ALLOW_UNAUTHENTICATED: 'true' })).toEqual({
      isGuarded: false,
      warnings: [
        `HOST is "${HOST}" and there are no rules of access: anyone who reaches this port can read, change and delete everything`,
      ],
    })
    expect(guardOf({ HOST, ADMIN_TOKEN: admin })).toEqual({ isGuarded: true, warnings: [] })
    expect(guardOf({ HOST }, [known])).toEqual({ isGuarded: true, warnings: [] })
  },
)

test('on loopback nothing is needed, and without rules nobody is kept out', () => {
  expect(guardOf({})).toEqual({ isGuarded: false, warnings: [] })
  expect(guardOf({}, [known])).toEqual({ isGuarded: true, warnings: [] })
  expect(guardOf({}, [known, anyone])).toEqual({ isGuarded: false, warnings: [] })
})

test('PRODUCTION=true needs rules of access, also on loopback, and all problems are told at once', () => {
  expect(() => guardOf({ PRODUCTION: 'true' })).toThrow(/^PRODUCTION: true needs rules of access, .* set ADMIN_TOKEN$/)
  expect(() => guardOf({ PRODUCTION: 'true', ALLOW_UNAUTHENTICATED: 'true' })).toThrow('PRODUCTION')
  expect(() => guardOf({ PRODUCTION: 'true', HOST: '0.0.0.0' })).toThrow(/^PRODUCTION: .*\nHOST: /)
  expect(guardOf({ PRODUCTION: 'true', ADMIN_TOKEN: admin }).isGuarded).toBe(true)
  expect(guardOf({ PRODUCTION: 'true' }, [anyone]).isGuarded).toBe(false)
})

test('where anyone may do something, other machines need the names in ALLOWED_HOSTS, and the start says so', () => {
  expect(guardOf({ HOST: '0.0.0.0' }, [known, anyone]).warnings).toEqual([
    "ALLOWED_HOSTS is not set, and callers without a token have roles (readers): so that no other site can borrow its readers' browsers, the server answers to localhost only; set ALLOWED_HOSTS to its names",
  ])
  expect(guardOf({ HOST: '10.0.0.5' }, [anyone]).warnings[0]).toContain('answers to localhost and 10.0.0.5 only')
  expect(guardOf({ HOST: '0.0.0.0', ALLOWED_HOSTS: 'registry.example.org' }, [anyone])).toEqual({
    isGuarded: false,
    warnings: [],
  })
})
