import { expect, test } from 'vitest'
import { isExempt } from '../../src/cli/connection/proxy.ts'

test.each([
  ['http://registry.example.org', '', false],
  ['http://registry.example.org', '*', true],
  ['http://registry.example.org', 'registry.example.org', true],
  ['http://registry.example.org', 'example.org', true],
  ['http://registry.example.org', '.example.org', true],
  ['http://registry.example.org', '*.example.org', true],
  ['http://registry.example.org.', 'EXAMPLE.org.', true],
  ['http://registry.example.org', 'ple.org', false],
  ['http://registry.example.org', 'registry', false],
  ['http://registry.example.org', 'a.org,  example.org', true],
  ['http://registry.example.org', 'a.org example.org', true],
  ['http://registry.example.org', 'example.org:80', true],
  ['http://registry.example.org', 'example.org:443', false],
  ['https://registry.example.org', 'example.org:443', true],
  ['https://registry.example.org:8443', 'example.org:8443', true],
  ['http://registry.example.org', ':80', false],
  ['http://registry.example.org', '10.0.0.0/8', false],
  ['http://10.1.2.3', '10.0.0.0/8', true],
  ['http://10.1.2.3', '10.1.2.3', true],
  ['http://10.1.2.3:4000', '10.1.2.3:4000', true],
  ['http://10.1.2.3', '10.1.2.3:4000', false],
  ['http://11.1.2.3', '10.0.0.0/8', false],
  ['http://10.1.2.3', '10.0.0.0/99', false],
  ['http://10.1.2.3', '10.0.0.0/x', false],
  ['http://10.1.2.3', '2.3', false],
  ['http://[fd00::1]', 'fd00::1', true],
  ['http://[fd00::1]', '[fd00::1]', true],
  ['http://[fd00::1]:4000', '[fd00::1]:4000', true],
  ['http://[fd00::1]', 'fd00::/8', true],
  ['http://[fd00::1]', '10.0.0.0/8', false],
])('%s with NO_PROXY=%j: %s', (url, list, exempt) => {
  expect(isExempt(new URL(url), list)).toBe(exempt)
})
