import { serveRestCatalog } from '#lib/rest-catalog/serve.ts'

/** Iceberg's REST protocol: lib/rest-catalog has the endpoints. */
export {
  serveRestCatalog as DELETE,
  serveRestCatalog as GET,
  serveRestCatalog as HEAD,
  serveRestCatalog as POST,
  serveRestCatalog as PUT,
}
