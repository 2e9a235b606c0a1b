import path from 'node:path'
import { libFolder } from './lib-folder.ts'

/**
 * Where Node keeps compiled modules for the next process of the same version: its modules load in about
 * half the time. Inside node_modules, so that nobody but the owner of the code can put code there; where that is read-only
 * Node goes without.
 */
export const compileCacheFolder = path.join(libFolder, '../node_modules/.cache/firn-compiled')
