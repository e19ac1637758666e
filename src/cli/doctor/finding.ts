/** What the doctor has found in one place. `fail`: the server does not start, or not as it should. */
export interface Finding {
  readonly check: string
  readonly status: 'ok' | 'warn' | 'fail'
  readonly found: string
  /** What to do. */
  readonly remedy?: string
}

export const ok = (check: string, found: string): Finding => ({ check, status: 'ok', found })

export const warn = (check: string, found: string, remedy?: string): Finding => ({
  check,
  status: 'warn',
  found,
  ...(remedy !== undefined && { remedy }),
})

export const fail = (check: string, found: string, remedy?: string): Finding => ({
  ...warn(check, found, remedy),
  status: 'fail',
})

/** Nobody could look: that says nothing good or bad. */
export const unseen = (check: string, why: string): Finding => warn(check, `not looked at: ${why}`)
