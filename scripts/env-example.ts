import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { settings } from '../backend/config.ts'

type Meta = { heading?: string; sentence: string; expects: string; example?: string }
const width = 110

/** Every variable with its sentence and default, all commented out: an empty file is a valid configuration. */
export function renderEnvExample(): string {
  const lines = ['# Copy to .env and change what you need. Nothing has to be set.']
  for (const [name, schema] of Object.entries(settings.shape)) {
    const { heading, sentence, expects, example } = schema.meta() as Meta
    if (heading) lines.push('', `# ── ${heading} ${'─'.repeat(width - 6 - heading.length)}`)
    const preset = schema.def.type === 'prefault' ? String(schema.def.defaultValue) : undefined
    lines.push('', ...wrap(`${sentence} Expects ${expects}.`), `#${name}=${preset ?? example}`)
  }
  return `${lines.join('\n')}\n`
}

function wrap(text: string): string[] {
  const lines = ['#']
  for (const word of text.split(' ')) {
    if (lines.at(-1)!.length + word.length + 1 > width) lines.push('#')
    lines[lines.length - 1] += ` ${word}`
  }
  return lines
}

if (import.meta.main) writeFileSync(fileURLToPath(new URL('../.env.example', import.meta.url)), renderEnvExample())
