import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { findMisfits, mutate, type Mutant } from './mutant.ts'

/** A copy of the tree, to break things in. */
export type Nursery = {
  /** Plants the bug, runs the tests that must notice it, and puts the file back. */
  tryOut(mutant: Mutant): Promise<Verdict>
  /** Where nothing is planted: the name of a test that fails, if any. */
  findUnharmedFailure(tests: readonly string[]): Promise<string | undefined>
  close(): Promise<void>
}

/**
 * - noticed:  each of the files had a test that failed; `by` has the name of one
 * - survived: `by` are the files whose tests all passed
 * - broken:   no test failed, but the tests did not run to their end
 * - misfit:   the text to replace is not there any more
 */
export type Verdict = { fate: 'noticed' | 'survived' | 'broken' | 'misfit'; by: string }

/** The name of the first test that failed, and whether all went well. */
type Run = { failed: string | undefined; passed: boolean }

/** A bug may make a test wait for ever. */
const patienceMs = 5 * 60_000
const leftOut = new Set(['.git', 'node_modules', 'dist', 'data'])

export async function openNursery(root: string): Promise<Nursery> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-mutants-'))
  await cp(root, folder, { recursive: true, filter: (path) => path === root || !leftOut.has(basename(path)) })
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))

  async function run(tests: readonly string[], { more = [] as string[], timeout = patienceMs }): Promise<Run> {
    const report = join(folder, 'report.json')
    await rm(report, { force: true })
    const vitest = join(root, 'node_modules/vitest/vitest.mjs')
    const given = [vitest, 'run', ...tests, '--reporter=json', `--outputFile=${report}`, ...more]
    const ended = await promisify(execFile)(process.execPath, given, {
      cwd: folder,
      timeout,
      maxBuffer: Infinity,
    }).then(
      () => true,
      () => false,
    )
    const { success, testResults } = await readReport(report)
    const results = testResults.flatMap(({ assertionResults }) => assertionResults)
    // A suite whose preparation fails has no failed test, and with `--bail` not even a code that says so.
    return { failed: results.find(({ status }) => status === 'failed')?.fullName, passed: ended && success }
  }

  return {
    async tryOut(mutant) {
      const path = join(folder, mutant.file)
      const source = await readFile(path, 'utf8')
      const [misfit] = findMisfits(mutant, source)
      if (misfit) return { fate: 'misfit', by: misfit }
      await writeFile(path, mutate(mutant, source))
      try {
        let by = ''
        for (const test of mutant.caughtBy) {
          const { failed, passed } = await run([test], { more: ['--bail=1'] })
          if (failed === undefined) return { fate: passed ? 'survived' : 'broken', by: test }
          by = failed
        }
        return { fate: 'noticed', by }
      } finally {
        await writeFile(path, source)
      }
    },

    async findUnharmedFailure(tests) {
      let failure: string | undefined
      // On a busy machine a test about time may fail once.
      for (let tries = 0; tries < 2; tries++) {
        const { passed, failed } = await run(tests, { timeout: tests.length * patienceMs })
        if (passed) return undefined
        failure = failed ?? 'they did not run to their end'
      }
      return failure
    },

    close: () => rm(folder, { recursive: true, force: true }),
  }
}

type Report = { success: boolean; testResults: { assertionResults: { status: string; fullName: string }[] }[] }

async function readReport(path: string): Promise<Report> {
  const text = await readFile(path, 'utf8').catch(() => undefined)
  return text === undefined ? { success: false, testResults: [] } : (JSON.parse(text) as Report)
}
