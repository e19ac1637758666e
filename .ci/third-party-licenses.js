// A plugin for the bundles: writes the licenses of the packages that went into a bundle beside it, as the packages ask.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Adds `licenses.txt`, which has each package's name, version and license text, to a bundle. */
export const thirdPartyLicenses = {
  name: 'third-party-licenses',
  /** @this {{ emitFile: (file: object) => void }} @type {(options: unknown, bundle: Record<string, { moduleIds?: string[] }>) => void} */
  generateBundle(_options, bundle) {
    const folders = Object.values(bundle).flatMap(({ moduleIds = [] }) => moduleIds.flatMap(findPackage))
    const source = [...new Set(folders)]
      .map(printLicense)
      .sort()
      .join(`\n${'-'.repeat(80)}\n\n`)
    this.emitFile({ type: 'asset', fileName: 'licenses.txt', source })
  },
}

/** @param {string} module a path; the result is the folder of its package, or nothing for our own modules */
function findPackage(module) {
  const found = /^\0?(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(module.replaceAll('\\', '/'))
  return found?.[1] && existsSync(join(found[1], 'package.json')) ? [found[1]] : []
}

/** @param {string} folder */
function printLicense(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const texts = readdirSync(folder)
    .filter((file) => /^(licen[cs]e|copying|notice)\b/i.test(file))
    .map((file) => readFileSync(join(folder, file), 'utf8').trim())
  return `${name} ${version}\nLicense: ${license}\n\n${texts.join('\n\n')}\n`
}
