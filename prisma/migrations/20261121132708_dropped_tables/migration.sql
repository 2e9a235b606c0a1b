-- AlterTable
ALTER TABLE "IcebergTable" ADD COLUMN     "droppedAt" TIMESTAMPTZ(6),
ADD COLUMN     "droppedFrom" TEXT[],
ADD COLUMN     "droppedName" TEXT,
ADD COLUMN     "purgeRequested" BOOLEAN NOT NULL DEFAULT false;

-- CreateIndex
CREATE INDEX "IcebergTable_droppedAt_idx" ON "IcebergTable"("droppedAt");
