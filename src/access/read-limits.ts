import type { Path } from '../errors.ts'
import type { TemplateModel } from '../template/model.ts'
import { quote } from '../template/quote.ts'
import { isMapping } from '../template/source.ts'
import { checkTemplate } from './read-grant.ts'
import type { RoleLimits } from './role.ts'
import type { RoleReader } from './role-reader.ts'

const limitKeys = ['objects', 'bytesADay'] as const

const units: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
}

/** Reads what each caller of a role may use. */
export function readLimits(
  value: unknown,
  path: Path,
  reader: RoleReader,
  model: TemplateModel,
): RoleLimits | undefined {
  if (value === undefined) return undefined
  if (!isMapping(value)) {
    reader.refuse(path, value === null ? 'EMPTY' : 'WRONG_TYPE', `${quote(value)} is not a mapping of limits.`, {
      suggestion: 'Write limits: { objects: { role: 1000 }, bytesADay: 10MB }.',
    })
    return undefined
  }
  reader.checkKeys(value, path, limitKeys, 'role’s limits')
  return {
    objects: readObjects(value['objects'], [...path, 'objects'], reader, model),
    bytesADay: readBytes(value['bytesADay'], [...path, 'bytesADay'], reader),
  }
}

function readObjects(value: unknown, path: Path, reader: RoleReader, model: TemplateModel): RoleLimits['objects'] {
  if (value === undefined) return {}
  if (!isMapping(value)) {
    reader.refuse(path, 'WRONG_TYPE', `${quote(value)} is not a mapping of templates to numbers.`, {
      suggestion: 'Write objects: { role: 1000 }.',
    })
    return {}
  }
  for (const [name, count] of Object.entries(value)) {
    checkTemplate(name, [...path, name], reader, model)
    const written = reader.writtenAt([...path, name]) ?? quote(count)
    if (!/^(0|[1-9]\d{0,14})$/.test(written))
      reader.refuse([...path, name], 'WRONG_VALUE', `${written} is not a number of objects.`)
  }
  return value as RoleLimits['objects']
}

function readBytes(value: unknown, path: Path, reader: RoleReader): number | undefined {
  if (value === undefined) return undefined
  const [, digits, unit = ''] =
    /^(\d{1,15}) ?([A-Za-z]*)$/.exec(typeof value === 'string' ? value : (reader.writtenAt(path) ?? '')) ?? []
  const bytes = Number(digits) * ((Object.hasOwn(units, unit) ? units[unit] : undefined) ?? Number.NaN)
  if (Number.isSafeInteger(bytes)) return bytes
  reader.refuse(path, 'WRONG_VALUE', `${quote(value)} is not a number of bytes.`, {
    suggestion: 'Write a whole number with or without a unit: 10MB, 512KiB.',
  })
  return undefined
}
