import type { Readable } from 'node:stream'
import { openFolder } from './folder.ts'

export { withoutPrivateData } from './private-data.ts'
export { describeFile, type FileFacts } from './sniff.ts'

/*
 * Media: the bytes of received and uploaded files, kept under their own SHA-256.
 *
 * - the same content is one file, whoever sent it; what it is called and whose it is stands in the store
 * - draft:     bytes that have arrived and are safe on disk, but belong to nobody yet; it is kept or discarded
 * - a file is whole or not there: it is written under another name, synced, and renamed, before the record that names it
 * - no name that came from outside is ever part of a path
 */
export type MediaFiles = {
  /** Rejects with FileTooLarge, with StorageFull, or with the error of the source; nothing is left behind then. */
  receive(source: AsyncIterable<Uint8Array>, limit: { maxBytes: number }): Promise<Draft>
  /** Undefined when there is no such file. */
  stat(sha256: string): Promise<{ bytes: number } | undefined>
  /** Bytes from `start` to `end`, both included; all of them without a range. */
  read(sha256: string, range?: { start: number; end: number }): Readable
  /** For programs that read from a path. Not to be written to. */
  pathOf(sha256: string): string
  remove(sha256: string): Promise<void>
  /** The same for a file that is still as old as when it was listed: it may have come again meanwhile. */
  removeUntouchedSince(sha256: string, instant: Date): Promise<boolean>
  /** Files that have not been touched since; for finding those that no record names. */
  listUntouchedSince(instant: Date): AsyncIterable<string>
  /** Removes drafts that a crash left behind. Also done when the files are opened. */
  removeStaleDrafts(): Promise<void>
}

export type Draft = {
  sha256: string
  bytes: number
  path: string
  /** Makes it a file, unless it is one already. Rejects with StorageFull. */
  keep(): Promise<void>
  discard(): Promise<void>
}

/** The source went on beyond the limit. */
export class FileTooLarge extends Error {
  override name = 'FileTooLarge'
}

/** Processes that share a database must share this folder too. */
export function openMediaFiles(folder: string, options: { now?: () => Date } = {}): Promise<MediaFiles> {
  return openFolder(folder, options)
}
