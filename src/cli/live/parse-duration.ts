import { createUsageError } from '../cli-error.ts'

const unitMilliseconds = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** How long, in milliseconds: `90s`, `30m`, `2h` or `1d`; a number alone are seconds. Throws a usage error for anything else. */
export function parseDuration(option: string, text: string): number {
  const [, count, unit = 's'] = /^(\d{1,7}(?:\.\d{1,3})?)([smhd])?$/.exec(text.trim()) ?? []
  if (count !== undefined) return Number(count) * unitMilliseconds[unit as keyof typeof unitMilliseconds]
  throw createUsageError(`${option} takes a time, such as 90s, 30m or 2h, not ${JSON.stringify(text)}.`)
}
