/** The Iceberg library brings the JSON codec that keeps 64-bit integers (it may import nothing of ours); everyone uses that one. */
export { parseJson, stringifyJson } from './iceberg/spec/json.ts'
