-- AlterTable
ALTER TABLE "IcebergTable" ADD COLUMN     "evaluateAfter" TIMESTAMPTZ(6);

-- CreateTable
CREATE TABLE "ScopePolicy" (
    "id" UUID NOT NULL,
    "securableId" UUID NOT NULL,
    "catalogId" UUID NOT NULL,
    "namespaceId" UUID,
    "tableId" UUID,
    "preset" TEXT,
    "overrides" JSONB NOT NULL,
    "updatedBy" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "ScopePolicy_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "TableEvaluation" (
    "id" UUID NOT NULL,
    "tableId" UUID NOT NULL,
    "at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "snapshotId" BIGINT,
    "score" INTEGER NOT NULL,
    "parts" JSONB NOT NULL,
    "files" INTEGER NOT NULL,
    "bytes" BIGINT NOT NULL,
    "decisions" JSONB NOT NULL,

    CONSTRAINT "TableEvaluation_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "ScopePolicy_securableId_key" ON "ScopePolicy"("securableId");

-- CreateIndex
CREATE INDEX "ScopePolicy_catalogId_idx" ON "ScopePolicy"("catalogId");

-- CreateIndex
CREATE INDEX "TableEvaluation_tableId_at_idx" ON "TableEvaluation"("tableId", "at");

-- CreateIndex
CREATE INDEX "IcebergTable_evaluateAfter_idx" ON "IcebergTable"("evaluateAfter");

-- AddForeignKey
ALTER TABLE "ScopePolicy" ADD CONSTRAINT "ScopePolicy_catalogId_fkey" FOREIGN KEY ("catalogId") REFERENCES "Catalog"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ScopePolicy" ADD CONSTRAINT "ScopePolicy_namespaceId_fkey" FOREIGN KEY ("namespaceId") REFERENCES "Namespace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ScopePolicy" ADD CONSTRAINT "ScopePolicy_tableId_fkey" FOREIGN KEY ("tableId") REFERENCES "IcebergTable"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "TableEvaluation" ADD CONSTRAINT "TableEvaluation_tableId_fkey" FOREIGN KEY ("tableId") REFERENCES "IcebergTable"("id") ON DELETE CASCADE ON UPDATE CASCADE;
