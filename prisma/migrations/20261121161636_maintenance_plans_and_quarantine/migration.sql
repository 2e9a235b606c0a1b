-- AlterTable
ALTER TABLE "IcebergTable" ADD COLUMN     "purgedAt" TIMESTAMPTZ(6);

-- CreateTable
CREATE TABLE "MaintenancePlan" (
    "id" UUID NOT NULL,
    "action" TEXT NOT NULL,
    "tableId" UUID NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'planning',
    "trigger" TEXT NOT NULL,
    "requestedBy" TEXT NOT NULL,
    "requestedById" TEXT,
    "requestId" TEXT,
    "autoApply" BOOLEAN NOT NULL DEFAULT false,
    "policy" JSONB NOT NULL,
    "metadataLocation" TEXT,
    "snapshotId" BIGINT,
    "hash" TEXT,
    "summary" JSONB NOT NULL DEFAULT '{}',
    "input" TEXT NOT NULL DEFAULT '{}',
    "problem" JSONB,
    "decidedBy" TEXT,
    "decidedAt" TIMESTAMPTZ(6),
    "runId" UUID,
    "createdAt" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "plannedAt" TIMESTAMPTZ(6),
    "appliedAt" TIMESTAMPTZ(6),

    CONSTRAINT "MaintenancePlan_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "MaintenancePlanItem" (
    "planId" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "location" TEXT NOT NULL,
    "bytes" BIGINT NOT NULL,

    CONSTRAINT "MaintenancePlanItem_pkey" PRIMARY KEY ("planId","position")
);

-- CreateTable
CREATE TABLE "QuarantinedFile" (
    "id" UUID NOT NULL,
    "tableId" UUID NOT NULL,
    "runId" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "location" TEXT NOT NULL,
    "bytes" BIGINT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'quarantined',
    "reason" TEXT,
    "quarantinedAt" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "purgeAfter" TIMESTAMPTZ(6) NOT NULL,
    "changedAt" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "changedBy" TEXT,
    "purgeRunId" UUID,

    CONSTRAINT "QuarantinedFile_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "MaintenancePlan_runId_key" ON "MaintenancePlan"("runId");

-- CreateIndex
CREATE INDEX "MaintenancePlan_tableId_action_createdAt_idx" ON "MaintenancePlan"("tableId", "action", "createdAt");

-- CreateIndex
CREATE INDEX "MaintenancePlan_state_createdAt_idx" ON "MaintenancePlan"("state", "createdAt");

-- CreateIndex
CREATE INDEX "QuarantinedFile_state_purgeAfter_idx" ON "QuarantinedFile"("state", "purgeAfter");

-- CreateIndex
CREATE INDEX "QuarantinedFile_tableId_state_idx" ON "QuarantinedFile"("tableId", "state");

-- CreateIndex
CREATE INDEX "QuarantinedFile_runId_state_idx" ON "QuarantinedFile"("runId", "state");

-- CreateIndex
CREATE INDEX "QuarantinedFile_purgeRunId_idx" ON "QuarantinedFile"("purgeRunId");

-- CreateIndex
CREATE INDEX "QuarantinedFile_location_idx" ON "QuarantinedFile"("location");

-- AddForeignKey
ALTER TABLE "MaintenancePlan" ADD CONSTRAINT "MaintenancePlan_tableId_fkey" FOREIGN KEY ("tableId") REFERENCES "IcebergTable"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "MaintenancePlanItem" ADD CONSTRAINT "MaintenancePlanItem_planId_fkey" FOREIGN KEY ("planId") REFERENCES "MaintenancePlan"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "QuarantinedFile" ADD CONSTRAINT "QuarantinedFile_tableId_fkey" FOREIGN KEY ("tableId") REFERENCES "IcebergTable"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- A file is waiting to be deleted only once, whichever run found it.
CREATE UNIQUE INDEX "QuarantinedFile_waiting_key" ON "QuarantinedFile" ("location") WHERE "state" IN ('quarantined', 'purging');
