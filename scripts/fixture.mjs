/* npm run fixture: keeps data as this version writes it, for the upgrade test of all later ones. Part of a release. */
import { spawnSync } from 'node:child_process'

const { status } = spawnSync('vitest run scripts/upgrade.test.ts', {
  shell: true,
  stdio: 'inherit',
  env: { ...process.env, MAKE_FIXTURE: 'yes' },
})
process.exitCode = status ?? 1
