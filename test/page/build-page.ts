import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadPageFiles, type PageFiles } from '../../src/server/page/load-page-files.ts'

/** Builds the page as `npm run build` does, into a folder that is gone afterwards. */
export async function buildPage(): Promise<PageFiles> {
  const directory = mkdtempSync(join(tmpdir(), 'registry-page-'))
  try {
    const { status, stderr } = spawnSync(process.execPath, ['.ci/bundle-page.js', directory], { encoding: 'utf8' })
    if (status !== 0) throw new Error(stderr)
    return await loadPageFiles(directory)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
