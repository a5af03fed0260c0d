import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { atMost, medianBy, type Section } from '../figures.ts'
import { runLoad } from '../load.ts'
import { residentMemory, startParley, type StoreKind } from '../processes.ts'
import { textWebhook } from '../webhooks.ts'

type Options = { floodSeconds: number; runs: number }

/** Start-up time, memory at rest and after a flood. */
export async function measureFootprint(store: StoreKind, { floodSeconds, runs }: Options): Promise<Section> {
  const starts: number[] = []
  for (let run = 0; run < runs; run++) {
    const parley = await startParley(store)
    starts.push(parley.firstAnswer)
    await parley.remove()
  }
  const firstAnswer = medianBy(starts, (time) => time)
  const { idle, flooded, accepted } = await flood(store, floodSeconds)
  return {
    title: `Footprint, ${store}`,
    note: `Start: an empty store to the first answer. Flood: ${floodSeconds} s of webhooks at 10 connections, then a wait until memory settles; the messages that the flood brought stay in the store.`,
    columns: ['start (ms)', 'idle (MB)', 'after flood (MB)', 'messages of the flood'],
    rows: [{ name: 'parley', cells: [firstAnswer, idle, flooded, accepted] }],
    goals: [
      atMost('start to first answer (ms)', firstAnswer, 500),
      atMost('idle memory (MB)', idle, 120),
      atMost('memory after the flood, of idle', flooded / idle, 1.5),
    ],
  }
}

async function flood(store: StoreKind, seconds: number) {
  const parley = await startParley(store)
  try {
    await settle(10)
    const idle = residentMemory(parley.pid)
    let index = 0
    const { statuses } = await runLoad({
      port: parley.port,
      connections: 10,
      seconds,
      next: () => textWebhook('flood', index++, { path: '/api/webhooks/meta' }),
    })
    await settle(30)
    return { idle, flooded: residentMemory(parley.pid), accepted: statuses['200'] ?? 0 }
  } finally {
    await parley.remove()
  }
}

const settle = (seconds: number) => new Promise((resolved) => setTimeout(resolved, seconds * 1000))

/** What `npm ci` of production installs, in megabytes. */
export function measureInstall(): Section {
  const folder = mkdtempSync(join(tmpdir(), 'parley-install-'))
  try {
    for (const file of ['package.json', 'package-lock.json'])
      cpSync(join(resolve(import.meta.dirname, '../..'), file), join(folder, file))
    execFileSync('npm', ['ci', '--omit=dev', '--omit=optional', '--no-audit', '--no-fund'], {
      cwd: folder,
      stdio: 'ignore',
    })
    const bytes = Number(execFileSync('du', ['-sb', 'node_modules'], { cwd: folder, encoding: 'utf8' }).split('\t')[0])
    return {
      title: 'Production install',
      columns: ['node_modules (MB)'],
      rows: [{ name: 'parley', cells: [bytes / 1e6] }],
      goals: [atMost('production node_modules (MB)', bytes / 1e6, 90)],
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
