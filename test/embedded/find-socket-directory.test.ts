import { expect, test } from 'vitest'
import { findSocketDirectory } from '../../src/embedded/find-socket-directory.ts'

test('the socket of a service with a /tmp of its own is reached through its process', () => {
  expect(findSocketDirectory({ pid: 7, port: 1, socketDirectory: '/tmp/is-not-there' })).toBe(
    '/proc/7/root/tmp/is-not-there',
  )
  expect(findSocketDirectory({ pid: 7, port: 1, socketDirectory: '/tmp' })).toBe('/tmp')
})
