import { readdirSync } from 'node:fs'
import { join } from 'node:path'

const folders = ['backend', 'frontend']
/** Nobody's words reach them. */
const ours =
  /\.test\.ts$|^backend\/(simulator|trust|test)\/|\/(test|durability|migrations)\/|\/node_modules\/|^frontend\/dist\//

/** The files that run where people use them. */
export function sourceFiles(root: string): string[] {
  return folders
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
    )
    .filter((path) => /\.(ts|vue)$/.test(path) && !ours.test(path))
}
