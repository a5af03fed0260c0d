/*
 * `npm run bench` measures everything and prints it; `-- --write` also replaces docs/benchmarks.md.
 * `--only ingest,batches,processing,reads,scale,sends,live,footprint,install`, `--store json|postgres`, `--quick` (one short run each).
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { renderSection, type Section } from './figures.ts'
import { measureBatches } from './measure/batch.ts'
import { measureFootprint, measureInstall } from './measure/footprint.ts'
import { measureIngest, measureProcessing } from './measure/ingest.ts'
import { measureFanOut } from './measure/live.ts'
import { measureReads } from './measure/reads.ts'
import { measureScale } from './measure/scale.ts'
import { measureSends } from './measure/sends.ts'
import type { StoreKind } from './processes.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    store: { type: 'string' },
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
})
const quick = values.quick
const runs = quick ? 1 : 3
const seconds = quick ? 2 : 3

const measures: Record<string, (store: StoreKind) => Promise<Section>> = {
  ingest: (store) => measureIngest(store, { seconds, runs }),
  batches: (store) => measureBatches(store, { count: quick ? 10 : 20, runs }),
  processing: (store) => measureProcessing(store, { seconds, runs }),
  reads: (store) => measureReads(store, { seconds, runs }),
  scale: (store) => measureScale(store, { asked: quick ? 20 : 100, quick }),
  sends: (store) => measureSends(store, { count: quick ? 300 : 2000, runs }),
  live: (store) => measureFanOut(store, { clients: 200, messages: quick ? 100 : 500, runs }),
  footprint: (store) => measureFootprint(store, { floodSeconds: quick ? 5 : 60, runs: 1 }),
}

const stores = (values.store?.split(',') ?? ['json', 'postgres']) as StoreKind[]
const wanted = values.only?.split(',') ?? [...Object.keys(measures), 'install']
const sections: Section[] = []

for (const name of wanted) {
  const measure = measures[name]
  for (const store of measure ? stores : []) show(await measure!(store))
  if (name === 'install') show(measureInstall())
}

function show(section: Section): void {
  sections.push(section)
  console.log(`\n${renderSection(section)}`)
  if (values.write) writePage()
}

const missed = sections.flatMap(({ title, goals }) =>
  goals.filter(({ met }) => !met).map(({ text }) => `${title}: ${text}`),
)
console.log(missed.length === 0 ? 'All goals held.' : `Missed:\n${missed.join('\n')}`)

/** After every section, so that a run that is cut short leaves what it found. */
function writePage(): void {
  const machine = `${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}; medians of ${runs}.`
  const intro =
    'Measured by `npm run bench -- --write`. Load, limits and Parley share the machine, so read the ratios inside one table and not the absolute figures.'
  const path = join(resolve(import.meta.dirname, '..'), 'docs/benchmarks.md')
  const notes = readFileSync(join(import.meta.dirname, 'notes.md'), 'utf8')
  writeFileSync(path, ['# Benchmarks', '', intro, '', machine, '', ...sections.map(renderSection), notes].join('\n'))
}
