import type { MatrixCounts } from '../../client/views/matrix-view.ts'

/** What a badge says: `214 of 220 passed`; without a rule for success, `200 of 220 present`. */
function describeCounts({ passed, failed, stale, missing, present }: MatrixCounts): string {
  const sum = passed + failed + stale + missing + present
  return present > 0 ? `${present} of ${sum} present` : `${passed} of ${sum} passed`
}

/** Green: nothing is left; red: something failed; amber: something is stale or missing; grey: there is nothing. */
function colourOf({ passed, failed, stale, missing, present }: MatrixCounts): string {
  if (failed > 0) return '#b3261e'
  if (stale + missing > 0) return '#8a5a00'
  return passed + present > 0 ? '#1a7040' : '#5c6662'
}

/** A badge as SVG, 20 pixels high: the label, and the counts beside it. */
export function drawBadge(label: string, counts: MatrixCounts): string {
  const text = describeCounts(counts)
  const [left, right] = [widthOf(label), widthOf(text)]
  const whole = escapeXml(`${label}: ${text}`)
  const draw = (part: string, start: number, width: number) =>
    `<text x="${start + width / 2}" y="14" textLength="${width - 14}" lengthAdjust="spacingAndGlyphs">${escapeXml(part)}</text>`
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="20" role="img" aria-label="${whole}">
<title>${whole}</title>
<clipPath id="r"><rect width="${left + right}" height="20" rx="4"/></clipPath>
<g clip-path="url(#r)"><rect width="${left}" height="20" fill="#3b4440"/><rect x="${left}" width="${right}" height="20" fill="${colourOf(counts)}"/></g>
<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11">
${draw(label, 0, left)}
${draw(text, left, right)}
</g>
</svg>
`
}

/** The width of a text with a margin, in pixels; the text is then stretched to it, whatever the font. */
function widthOf(text: string): number {
  return Math.round([...text].reduce((sum, letter) => sum + (/[ijlt.,:|!' f]/.test(letter) ? 4.2 : 7), 0)) + 14
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

function escapeXml(text: string): string {
  // Control characters cannot stand in XML at all.
  return text.replace(/\p{Cc}|[\uFFFE\uFFFF]/gu, ' ').replace(/[&<>"']/g, (letter) => entities[letter] ?? '')
}
