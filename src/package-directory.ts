import { fileURLToPath } from 'node:url'

/** The folder of registry-store itself: the parent of `src` and of `dist`, whose bundle has this file at the top. */
export const packageDirectory = fileURLToPath(new URL('..', import.meta.url))
