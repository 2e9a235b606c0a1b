import type { Readable } from 'node:stream'

export interface FileStat {
  /** Absolute location with scheme, e.g. `file:///data/warehouse/x.parquet` or `s3://bucket/x.parquet`. */
  location: string
  /** Bytes. */
  size: number
  lastModified: Date
  /** S3: the ETag. Local: size and modification time. */
  etag: string
}

export interface FinishedFile {
  localPath: string
  location: string
}

/**
 * Reads and writes whole immutable files by location. A location is a `file://` or `s3://` URI; an absolute local path is
 * accepted on the way in. Every method throws AppError: `not-found`, `already-exists`, `unavailable` (retryable),
 * `forbidden`, `too-large`; a full disk is `unavailable` with a message that says so.
 */
export interface FileIO {
  read(location: string, range?: { offset: number; length: number }): Promise<Buffer>
  /** Streams from `offset` (default 0), at most `length` bytes. */
  readStream(location: string, range?: { offset: number; length?: number }): Promise<Readable>
  /** Writes atomically: a reader sees the whole file or none. With `ifAbsent`, an existing file is `already-exists`. */
  write(location: string, body: Uint8Array | Readable, options?: { ifAbsent?: boolean }): Promise<FileStat>
  stat(location: string): Promise<FileStat | null>
  /** All files below a prefix (a folder), in the order of their names. */
  list(prefix: string, options?: { startAfter?: string }): AsyncIterable<FileStat>
  /** Deletes files; those that are not there are fine. */
  delete(locations: readonly string[]): Promise<void>
  /**
   * Local paths for the engine: a `file://` location is its own path, a remote one is copied once into an immutable
   * cache (bounded, least recently used goes first). Order follows the input.
   */
  localize(locations: readonly string[]): Promise<string[]>
  /**
   * Moves finished local files (written by the engine) to their locations: renames on the same disk, uploads (multipart
   * beyond 16 MB) otherwise. They are durable and the local files gone once it resolves; when it fails some may have been
   * moved, and the caller deletes the locations.
   */
  publish(files: readonly FinishedFile[]): Promise<void>
}
