-- CreateTable
CREATE TABLE "CatalogGrant" (
    "id" UUID NOT NULL,
    "catalogId" UUID NOT NULL,
    "securableId" UUID NOT NULL,
    "namespaceId" UUID,
    "tableId" UUID,
    "subjectType" TEXT NOT NULL,
    "subjectId" TEXT NOT NULL,
    "privilege" TEXT NOT NULL,
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "CatalogGrant_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "CatalogGrant_catalogId_idx" ON "CatalogGrant"("catalogId");

-- CreateIndex
CREATE UNIQUE INDEX "CatalogGrant_securableId_subjectType_subjectId_key" ON "CatalogGrant"("securableId", "subjectType", "subjectId");

-- AddForeignKey
ALTER TABLE "CatalogGrant" ADD CONSTRAINT "CatalogGrant_catalogId_fkey" FOREIGN KEY ("catalogId") REFERENCES "Catalog"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CatalogGrant" ADD CONSTRAINT "CatalogGrant_namespaceId_fkey" FOREIGN KEY ("namespaceId") REFERENCES "Namespace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CatalogGrant" ADD CONSTRAINT "CatalogGrant_tableId_fkey" FOREIGN KEY ("tableId") REFERENCES "IcebergTable"("id") ON DELETE CASCADE ON UPDATE CASCADE;
