-- CreateTable
CREATE TABLE "MetricsReport" (
    "id" UUID NOT NULL,
    "tableId" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "snapshotId" BIGINT NOT NULL,
    "report" JSONB NOT NULL,
    "actorId" TEXT NOT NULL,
    "actorName" TEXT NOT NULL,
    "at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "MetricsReport_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "IdempotentRequest" (
    "key" UUID NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "status" INTEGER,
    "headers" JSONB NOT NULL DEFAULT '{}',
    "body" BYTEA,
    "leaseUntil" TIMESTAMPTZ(6) NOT NULL,
    "createdAt" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "IdempotentRequest_pkey" PRIMARY KEY ("key")
);

-- CreateIndex
CREATE INDEX "MetricsReport_tableId_at_idx" ON "MetricsReport"("tableId", "at");

-- CreateIndex
CREATE INDEX "IdempotentRequest_createdAt_idx" ON "IdempotentRequest"("createdAt");

-- AddForeignKey
ALTER TABLE "MetricsReport" ADD CONSTRAINT "MetricsReport_tableId_fkey" FOREIGN KEY ("tableId") REFERENCES "IcebergTable"("id") ON DELETE CASCADE ON UPDATE CASCADE;
