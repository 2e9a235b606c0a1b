-- AlterTable
ALTER TABLE "Batch" ADD COLUMN     "errorSample" JSONB NOT NULL DEFAULT '[]';
