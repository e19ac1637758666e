import type { Setting } from './settings.ts'

/** The other settings, whose values `load-admin-token.ts` reads. */
export const adminTokenSettings: readonly Pick<Setting<unknown>, 'name' | 'description' | 'flag' | 'secret'>[] = [
  {
    name: 'ADMIN_TOKEN',
    description: 'the token of the administrator, 16 characters at least',
    secret: true,
  },
  {
    name: 'ADMIN_TOKEN_FILE',
    description: 'a file that has it, instead of ADMIN_TOKEN',
    flag: { long: '--admin-token-file', value: 'file' },
  },
]
