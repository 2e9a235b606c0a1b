import path from 'node:path'

/** This folder. Bundled for the app, a module no longer knows where it lay; Next runs in the project's folder. */
export const libFolder: string = import.meta.dirname ?? path.join(process.cwd(), 'lib')
