import { StorageFull } from '../platform/store/store.ts'

/** For what may wait: a Parley that starts on a full disk shows everything, and writes once there is room. */
export function ignoreFullDisk(error: unknown): void {
  if (!(error instanceof StorageFull) && (error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
}
