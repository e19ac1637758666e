/** A number that every version of YAML reads: YAML 1.1 takes `1e+300` for a text, and `1.0e+300` for a number. */
export function printYamlNumber(value: number): string {
  return String(value).replace(/^(-?\d+)e/, '$1.0e')
}
