/** The option of commands that can read the past. */
export const atOption = {
  long: '--at',
  value: 'time',
  isTime: true,
  description: 'as of that time: 2026-11-22T08:00:00Z, or now-1d (s m h d w)',
} as const
