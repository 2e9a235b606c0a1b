-- CreateIndex
CREATE INDEX "TableEvaluation_at_idx" ON "TableEvaluation"("at");

-- Tables that are there already are looked at as soon as maintenance runs.
UPDATE "IcebergTable" SET "evaluateAfter" = CURRENT_TIMESTAMP WHERE "droppedAt" IS NULL;
